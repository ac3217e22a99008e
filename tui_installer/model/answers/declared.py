"""How an answer is declared: beside its type stands all that is known of it.

The check, the spec, schema, example, paths, messages and the wizard's fields derive from it::

    node_port_range: Annotated[
        str,
        say("The ports of NodePort Services.", pattern="^[0-9]{1,5}-[0-9]{1,5}$"),
        Parsed(parse.port_range),
        Asked("NodePort range", "Networks"),
    ] = "30000-32767"
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import GetJsonSchemaHandler
    from pydantic.fields import FieldInfo
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

T = TypeVar("T")


def say(about: str, *, example: Any = None, **schema: Any) -> Any:
    """An answer's description, an example, and what else its JSON schema says."""
    examples = None if example is None else [example]
    return Field(description=about, examples=examples, json_schema_extra=schema or None)


@dataclass(frozen=True, slots=True)
class Parsed:
    """parse: text → value, or ValueError saying what is allowed. In a list, of each item.

    name: the same of the keys of free mappings, such as flags. An empty text that is the default
    is no answer and is not parsed.
    """

    parse: Callable[[str], object]
    name: Callable[[str], object] | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """The smallest and the largest number allowed."""

    least: int
    most: int

    def parse(self, text: str) -> int:
        """The number. Raises ValueError for one out of the range."""
        number = int(text)
        if not self.least <= number <= self.most:
            raise ValueError(f"want {self.least} to {self.most}, got {number}")
        return number

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(core), "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Compulsory:
    """An answer without a default. want: what to write, for the message."""

    want: str

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(core), "minLength": 1}


@dataclass(frozen=True, slots=True)
class When:
    """The answer counts only where the one beside it, by its key in the file, is one of values.

    The wizard asks for it only then. It is judged always: what it depends on may be switched.
    """

    key: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A path on this machine, or a list of them; relative ones belong to the answers' folder."""

    when: When | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """The name of an environment variable."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """People put passwords there: no message shows its value."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """An answer that a living cluster cannot change. why: a clause, for help and refusal."""

    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """How the wizard asks: on the page that owns the answer's path, in the order of the classes.

    section: its heading. words: what a choice is called, where the value does not say it. help:
    what is shown instead of the description, where the wizard does it in another way.
    """

    label: str
    section: str = ""
    placeholder: str = ""
    words: Mapping[object, str] = field(default_factory=dict)
    help: str = ""


def declared(info: FieldInfo, kind: type[T]) -> T | None:
    """What the field declares of one kind, or None."""
    return next((one for one in _declarations(info) if isinstance(one, kind)), None)


@cache
def _declarations(info: FieldInfo) -> tuple[object, ...]:
    """All that the field declares; a class has its fields for as long as the program runs."""
    parts = (getattr(part, "__metadata__", ()) for part in get_args(info.annotation))
    return tuple(chain(info.metadata, *parts))  # the parts of ``Kind | None``


def about(info: FieldInfo) -> str:
    """What the answer is for, and why it stays once the cluster exists, if it does."""
    fixed = declared(info, Fixed)
    later = f" It cannot be changed later: {fixed.why}." if fixed else ""
    return f"{info.description or ''}{later}"


def parser(info: FieldInfo) -> Callable[[str], object] | None:
    """What reads the field's text; None where its type says everything, as of true and false."""
    one = declared(info, Parsed) or declared(info, Range)
    return one.parse if one else None
