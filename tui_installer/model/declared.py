"""How an answer is declared: one `say` beside its type holds all that is known of it.

The file's check, the spec, schema, example, paths, messages and the wizard's fields derive from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the program knows of an answer besides its name, type, default and description.

    public: whether messages may show its value; False for all that people put passwords in.
    """

    public: bool = True


_PLAIN = Declared()


def say(about: str, *, example: Any = None, public: bool = True, **schema: Any) -> Any:
    """The declaration of one answer. schema: what else its JSON schema says."""
    examples = None if example is None else [example]
    field = Field(description=about, examples=examples, json_schema_extra=schema or None)
    field.metadata.append(Declared(public=public))
    return field


def declared(field: FieldInfo) -> Declared:
    """What `say` declared of the field."""
    return next((one for one in field.metadata if isinstance(one, Declared)), _PLAIN)
