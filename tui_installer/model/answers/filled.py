"""Fills a class of the spec from answers: each field from the answer of the same name."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from tui_installer.model.answers.base import Block
from tui_installer.model.answers.declared import LocalFile, declared, parser

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydantic.fields import FieldInfo

    Locate = Callable[[str], Path]

T = TypeVar("T")


def filled(cls: type[T], *blocks: Block, locate: Locate, **given: Any) -> T:
    """Returns an instance of a dataclass. given: fields that need more than one answer.

    Each other field comes from the first block that has an answer of its name: parsed, paths of
    this machine as text, blocks as their own class of the spec, free mappings as pairs. Raises
    ValueError for answers that `check` reports, KeyError for a field without an answer.
    """
    names = [one.name for one in fields(cls) if one.name not in given]  # type: ignore[arg-type]
    return cls(**given, **{name: _value(name, blocks, locate) for name in names})


def _value(name: str, blocks: tuple[Block, ...], locate: Locate) -> Any:
    for block in blocks:
        if name in type(block).model_fields:
            return _spec_value(getattr(block, name), type(block).model_fields[name], locate)
    raise KeyError(name)


def _spec_value(value: Any, info: FieldInfo, locate: Locate) -> Any:
    if isinstance(value, Block):
        if value.SPEC is None:
            raise KeyError(type(value).__name__)
        return filled(value.SPEC, value, locate=locate)
    if isinstance(value, dict):
        return tuple(value.items())
    parse = parser(info)
    if value == "" or value is None or parse is None:
        return value
    if isinstance(value, list):
        return tuple(parse(item) for item in value)
    read = parse(str(value))
    return str(locate(value)) if declared(info, LocalFile) else read
