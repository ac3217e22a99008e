"""How an answer is declared: with its type, description, parser and wizard label.

The check, spec, schema, example, paths, messages and the wizard's fields derive from it::

    node_port_range: Annotated[
        str,
        doc("The ports of NodePort Services.", pattern="^[0-9]{1,5}-[0-9]{1,5}$"),
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


def doc(about: str, *, example: Any = None, **schema: Any) -> Any:
    """Declares an answer's description, an example, and more keys of its JSON schema."""
    examples = None if example is None else [example]
    return Field(description=about, examples=examples, json_schema_extra=schema or None)


@dataclass(frozen=True, slots=True)
class Parsed:
    """parse: text → value, or ValueError saying what is allowed; in a list, for each item.

    name: the same for the keys of free mappings, such as flags. An empty text that is the default
    counts as no answer and is not parsed.
    """

    parse: Callable[[str], object]
    name: Callable[[str], object] | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """The smallest and the largest number allowed."""

    least: int
    most: int

    def parse(self, text: str) -> int:
        """Returns the number. Raises ValueError if it is out of range."""
        number = int(text)
        if not self.least <= number <= self.most:
            raise ValueError(f"want {self.least} to {self.most}, got {number}")
        return number

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(core), "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Required:
    """An answer without a default. want: what to write, for the message."""

    want: str

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(core), "minLength": 1}


@dataclass(frozen=True, slots=True)
class When:
    """The answer is used only while its sibling answer ``key`` has one of these values.

    The wizard asks for it only then. It is always checked, because the sibling may change.
    """

    key: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A path on this machine, or a list of them; relative to the folder of the answers file."""

    when: When | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """The name of an environment variable."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """The user may put a password here by mistake: no message shows its value."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """An answer that cannot change once the cluster exists. why: a clause for help and errors."""

    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """How the wizard asks, on the page that owns the answer's path, in the order of the classes.

    section: the heading above it. words: names of choices whose value does not explain itself.
    help: replaces the description where the wizard works differently from the file.
    """

    label: str
    section: str = ""
    placeholder: str = ""
    words: Mapping[object, str] = field(default_factory=dict)
    help: str = ""


def declared(info: FieldInfo, kind: type[T]) -> T | None:
    """Returns the field's declaration of one kind, or None."""
    return next((one for one in _declarations(info) if isinstance(one, kind)), None)


@cache
def _declarations(info: FieldInfo) -> tuple[object, ...]:
    """Every declaration of the field. Cached: a class keeps its fields while the program runs."""
    parts = (getattr(part, "__metadata__", ()) for part in get_args(info.annotation))
    return tuple(chain(info.metadata, *parts))  # the parts of ``Kind | None``


def about(info: FieldInfo) -> str:
    """The answer's description, and why it cannot be changed later where that is so."""
    fixed = declared(info, Fixed)
    later = f" It cannot be changed later: {fixed.why}." if fixed else ""
    return f"{info.description or ''}{later}"


def parser(info: FieldInfo) -> Callable[[str], object] | None:
    """The parser of the field's text; None where the type is enough, as for true and false."""
    one = declared(info, Parsed) or declared(info, Range)
    return one.parse if one else None
