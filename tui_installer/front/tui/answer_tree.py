"""Reads and changes nested answers by path, whatever shape the answers have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def get(data: dict[str, Any], path: Sequence[str], default: Any = None) -> Any:
    """The value at a path; the data itself for an empty path; default where there is none."""
    here: Any = data
    for part in path:
        try:
            here = here[int(part)] if isinstance(here, list) else here[part]
        except (KeyError, IndexError, ValueError, TypeError):
            return default
    return here


def make_holder(data: dict[str, Any], path: Sequence[str]) -> Any:
    """The mapping or list that has the value at a path; adds missing mappings on the way."""
    here: Any = data
    for part in path[:-1]:
        if isinstance(here, list):
            here = here[int(part)]
        else:
            if not isinstance(here.get(part), (dict, list)):
                here[part] = {}
            here = here[part]
    return here


def remove(data: dict[str, Any], path: Sequence[str]) -> bool:
    """Removes a key of a mapping, and mappings that become empty; whether there was one."""
    *above, last = path
    holder = get(data, above)
    if not isinstance(holder, dict) or last not in holder:
        return False
    del holder[last]
    remove_empty(data, above)
    return True


def remove_empty(data: dict[str, Any], path: Sequence[str]) -> None:
    """Removes the mapping at a path and those above it, as far as they are empty."""
    for end in range(len(path), 0, -1):
        holder = get(data, path[: end - 1])
        if get(data, path[:end]) != {} or not isinstance(holder, dict):
            return
        del holder[path[end - 1]]
