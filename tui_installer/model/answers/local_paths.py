"""Paths of this machine in the answers, made absolute so that an answers file can be moved."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_installer.model.answers.declared import LocalFile, Variable, declared
from tui_installer.model.answers.document import Answers
from tui_installer.model.answers.known_keys import fields_of, inner_block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

    Change = Callable[[str, Any], Any]


def rooted(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A copy whose relative paths start at folder; the data may have any shape.

    Paths on the hosts, URLs, and paths that start with ``~`` or ``/`` stay as they are.
    """
    return _changed(data, lambda _, text: _rooted(text, folder))


def named(data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """(question, path) of every file of this machine that the answers name."""
    found: list[tuple[str, str]] = []

    def note(question: str, text: Any) -> Any:
        if isinstance(text, str) and text.strip() and "://" not in text:
            found.append((question, text))
        return text

    _changed(data, note)
    return tuple(found)


def variables(data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """(question, name) of every environment variable that the answers name."""
    return tuple(
        (one.question, str(one.value))
        for one in _said(data)
        if declared(one.info, Variable) and one.value
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer that is given. block: the mapping that holds it. cls: the class of that block."""

    block: dict[str, Any]
    cls: type[BaseModel]
    at: str
    key: str

    @property
    def info(self) -> FieldInfo:
        return fields_of(self.cls)[self.key]

    @property
    def value(self) -> Any:
        return self.block[self.key]

    @property
    def question(self) -> str:
        return f"{self.at}{self.key}"

    def beside(self, key: str) -> Any:
        """Another answer of the same block, or its default."""
        return self.block.get(key, fields_of(self.cls)[key].default)


def _said(block: Any, cls: type[BaseModel] = Answers, at: str = "") -> Iterator[_Said]:
    """Every answer in data of any shape, outer ones first."""
    if isinstance(block, list):
        for number, one in enumerate(block):
            yield from _said(one, cls, f"{at}{number}.")
    elif isinstance(block, dict):
        for key in [key for key in fields_of(cls) if key in block]:
            one = _Said(block, cls, at, key)
            yield one
            if inner := inner_block(one.info.annotation):
                yield from _said(one.value, inner, f"{at}{key}.")


def _changed(data: dict[str, Any], change: Change) -> dict[str, Any]:
    """A copy in which change(question, path) replaces each path."""
    made = copy.deepcopy(data)
    for one in _said(made):
        if _is_here(one, made):
            many = isinstance(one.value, list)
            paths = [change(one.question, path) for path in (one.value if many else [one.value])]
            one.block[one.key] = paths if many else paths[0]
    return made


def _is_here(one: _Said, data: dict[str, Any]) -> bool:
    """Whether it is a path of this machine, given the sibling answer that decides this."""
    file = declared(one.info, LocalFile)
    if file is None or file.when is None:
        return file is not None
    decides = one.beside(file.when.key) or _followed(data)
    return decides in file.when.values


def _followed(data: dict[str, Any]) -> str:
    """The kind of a source that has none: a folder if the Kubernetes source is one."""
    kubernetes = data.get("kubernetes")
    source = kubernetes.get("source") if isinstance(kubernetes, dict) else None
    folder = isinstance(source, dict) and source.get("kind") == "folder"
    return "folder" if folder else ""


def _rooted(text: Any, folder: Path) -> Any:
    """Leaves values that are no path, such as numbers: `check` reports those."""
    kept = not isinstance(text, str) or not text.isprintable() or not text.strip()
    if kept or text.startswith(("/", "~")) or "://" in text:
        return text
    return str(folder / text)
