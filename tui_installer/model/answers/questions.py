"""The wizard's questions, in the order of the answers' classes, made from their declarations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from tui_installer.model.answers.declared import Asked, When, about, declared
from tui_installer.model.answers.document import Answers
from tui_installer.model.answers.known_keys import fields_of, inner_block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo


class Kind(StrEnum):
    """How an answer is entered."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    CHOICE = "choice"
    LIST = "list"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. path: the answer's dotted path. choices: (text, value). help: sentences.

    when: (dotted path, values) of the answers that decide whether it is asked; all must match.
    """

    path: str
    kind: Kind
    label: str
    section: str
    help: str
    placeholder: str = ""
    choices: tuple[tuple[str, object], ...] = ()
    when: tuple[tuple[str, tuple[object, ...]], ...] = ()


def questions(block: type[BaseModel] = Answers, at: str = "") -> tuple[Question, ...]:
    """The questions of a block and of the blocks in it. at: its dotted path with a trailing dot.

    Items of a list are left out: they have no path yet.
    """
    return tuple(_questions(block, at, ()))


def _questions(block: type[BaseModel], at: str, when: tuple[Any, ...]) -> Iterator[Question]:
    for key, info in fields_of(block).items():
        own = declared(info, When)
        conditions = (*when, (f"{at}{own.key}", own.values)) if own else when
        inner = inner_block(info.annotation)
        if asked := declared(info, Asked):
            yield _question(f"{at}{key}", info, asked, conditions)
        elif inner and get_origin(info.annotation) is not list:
            yield from _questions(inner, f"{at}{key}.", conditions)


def _question(path: str, info: FieldInfo, asked: Asked, when: tuple[Any, ...]) -> Question:
    kind = _kind(info.annotation)
    usual = "" if info.default is None else str(info.default)
    return Question(
        path=path,
        kind=kind,
        label=asked.label,
        section=asked.section,
        help=asked.help or about(info),
        placeholder=asked.placeholder or (usual if kind is Kind.NUMBER else ""),
        choices=tuple((asked.words.get(word, word), word) for word in words_of(info.annotation)),
        when=when,
    )


def _kind(annotation: Any) -> Kind:
    bare = _bare(annotation)
    if words_of(bare):
        return Kind.CHOICE
    if get_origin(bare) is list:
        return Kind.LIST
    return {str: Kind.TEXT, int: Kind.NUMBER, bool: Kind.TRUTH}.get(bare, Kind.BLOCK)


def _bare(annotation: Any) -> Any:
    """The type in ``Annotated[Type, …]`` and ``Type | None``."""
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return _bare(get_args(annotation)[0])
    return annotation


def words_of(annotation: Any) -> tuple[str, ...]:
    """The values of a Literal that has several, optional or not."""
    bare = _bare(annotation)
    words = get_args(bare) if get_origin(bare) is Literal else ()
    return words if len(words) > 1 else ()
