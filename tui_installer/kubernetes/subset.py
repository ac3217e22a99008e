"""Compares a live object with the fields that are wanted of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tui_installer.model.secret import MASK

if TYPE_CHECKING:
    from collections.abc import Iterator

_HIDDEN = ("data", "stringData")


def differences(
    want: Mapping[str, object], live: Mapping[str, object], *, masked: bool = False
) -> list[str]:
    """``path: LIVE, wanted WANT`` for each value that differs.

    Live maps may have more keys than wanted; lists may not have more items: another subject in a
    binding is an unwanted permission. masked: masks values below data and stringData.
    """
    return list(_walk(want, live, "", hidden=_HIDDEN if masked else ()))


def _walk(want: object, live: object, path: str, *, hidden: tuple[str, ...]) -> Iterator[str]:
    if isinstance(want, Mapping) and isinstance(live, Mapping):
        for key, value in want.items():
            yield from _walk(value, live.get(key), f"{path}.{key}".lstrip("."), hidden=hidden)
    elif isinstance(want, list) and isinstance(live, list) and len(want) == len(live):
        for index, (wanted, found) in enumerate(zip(want, live, strict=True)):
            yield from _walk(wanted, found, f"{path}[{index}]", hidden=hidden)
    elif want != live:
        yield _difference(want, live, path, secret=path.partition(".")[0] in hidden)


def _difference(want: object, live: object, path: str, *, secret: bool) -> str:
    if live is None:
        return f"{path}: missing" if secret else f"{path}: missing, wanted {want}"
    return f"{path}: {MASK}, wanted another" if secret else f"{path}: {live}, wanted {want}"
