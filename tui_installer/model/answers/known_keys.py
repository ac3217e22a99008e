"""The keys that the answers may have at each path, and the nearest key to an unknown one."""

from __future__ import annotations

import difflib
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from tui_installer.model.answers.declared import Hidden, declared
from tui_installer.model.answers.document import Answers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic.fields import FieldInfo

_LONGEST = 60
_ALIKE = 0.6


def nearest_key(path: tuple[str | int, ...]) -> str:
    """A hint for an unknown key, the last of path: likely spelling, right block, or known keys."""
    *above, last = path
    known = keys_of(block_at(tuple(above)))
    if near := similar(str(last), known):
        return f"did you mean {near}?"
    if elsewhere := _places().get(str(last)):
        return (
            f"it belongs under {elsewhere}" if elsewhere != "." else "it belongs at the top level"
        )
    return f"known here: {', '.join(known)}"


def is_unknown(path: tuple[str | int, ...]) -> bool:
    """Whether path ends in a key that does not exist there."""
    block = block_at(path[:-1])
    return block is not None and isinstance(path[-1], str) and path[-1] not in fields_of(block)


def similar(text: str, choices: Iterable[str]) -> str:
    """The choice that text is most likely a typo of, or ''. Long text is never a typo."""
    folded = {choice.lower(): choice for choice in choices}
    if len(text) > _LONGEST:
        return ""
    near = difflib.get_close_matches(text.lower().replace("_", ""), folded, 1, _ALIKE)
    return folded[near[0]] if near else ""


def block_at(path: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The class of the mapping at path, or None if any key is allowed there."""
    block: type[BaseModel] | None = Answers
    for part in path:
        if block is None:
            return None
        if isinstance(part, str):
            field = fields_of(block).get(part)
            block = inner_block(field.annotation) if field else None
    return block


def field_at(path: tuple[str | int, ...]) -> FieldInfo | None:
    """The field at path, or None if there is none, as for an item of a list."""
    block = block_at(path[:-1]) if path else None
    return fields_of(block).get(str(path[-1])) if block else None


def is_public(path: tuple[str | int, ...]) -> bool:
    """Whether messages may show the value at path: not where the user may have put a password."""
    fields = (field_at(path[:end]) for end in range(1, len(path) + 1))
    return not any(declared(field, Hidden) for field in fields if field)


def undotted(path: str) -> tuple[str | int, ...]:
    """("hosts", 0, "address") of ``hosts.0.address``."""
    return tuple(int(part) if part.isdecimal() else part for part in path.split("."))


def private_depth(path: tuple[str | int, ...]) -> int | None:
    """The index of the part of path that must not be shown, or None if all of it may be shown.

    It is an unknown key below a field that is not public.
    """
    for depth in range(1, len(path)):
        if path[depth - 1] in private_keys() and not is_public(path[:depth]):
            return depth if field_at(path[: depth + 1]) is None else None
    return None


@cache
def private_keys() -> frozenset[str]:
    """The keys whose values messages must not show."""
    return frozenset(_private(Answers))


def _private(block: type[BaseModel]) -> Iterator[str]:
    for key, field in fields_of(block).items():
        if declared(field, Hidden):
            yield key
        if inner := _deeper(block, field):
            yield from _private(inner)


def inner_block(annotation: Any) -> type[BaseModel] | None:
    """The block in ``Block``, ``Block | None`` or ``list[Block]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((block for arg in get_args(annotation) if (block := inner_block(arg))), None)


def _deeper(block: type[BaseModel], field: FieldInfo) -> type[BaseModel] | None:
    """The block in a field, unless it is of the same class: a chain of jump hosts has no end."""
    inner = inner_block(field.annotation)
    return None if inner is block else inner


def every_field(
    block: type[BaseModel] = Answers,
) -> Iterator[tuple[type[BaseModel], str, FieldInfo]]:
    """(block, key, field) of every answer; a block used in several places comes several times."""
    for key, field in fields_of(block).items():
        yield block, key, field
        if inner := _deeper(block, field):
            yield from every_field(inner)


def keys_of(block: type[BaseModel] | None) -> list[str]:
    """The keys of a block as the file spells them."""
    return list(fields_of(block)) if block else []


def fields_of(block: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a block by the keys of the file."""
    return {field.alias or name: field for name, field in block.model_fields.items()}


@cache
def _places() -> dict[str, str]:
    """For keys that exist in one place only: the dotted path of their block, . for the top."""
    places: dict[str, list[str]] = {}
    for key, place in _walk(Answers, ""):
        places.setdefault(key, []).append(place or ".")
    return {key: found[0] for key, found in places.items() if len(found) == 1}


def _walk(block: type[BaseModel], place: str) -> Iterator[tuple[str, str]]:
    for key, field in fields_of(block).items():
        yield key, place
        if inner := _deeper(block, field):
            yield from _walk(inner, f"{place}.{key}".lstrip("."))
