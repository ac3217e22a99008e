"""The base class and the shared types of the answers' blocks."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema
from pydantic.alias_generators import to_camel

from tui_installer.model.answers.declared import Parsed
from tui_installer.model.check import parse

SourceKind = Literal["mirror", "tarball", "folder", "go"]

SHA256 = "^([0-9A-Fa-f]{64})?$"
VERSION = r"v?[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?"
FOLDER = "^/[A-Za-z0-9._/-]+$"
FLAG_NAMES = {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
"""Patterns of the JSON schema; `check` is stricter."""


class Block(BaseModel):
    """A mapping of the answers file. Mutable; its texts may still be invalid.

    Only names and types are checked here; `check` checks the values.
    """

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
    )
    SPEC: ClassVar[type | None] = None
    """The class of the spec that `resolve` fills from the fields of the same names."""


def _flag_text(value: object) -> object:
    """true, false and whole numbers as the components write them, without losing a digit."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


def _joined(value: object) -> object:
    """A list of texts as one text, which the parser divides again."""
    texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return ",".join(value) if texts else value  # type: ignore[arg-type]


def _zero_text(value: object) -> object:
    return "0" if value == 0 and isinstance(value, int) and value is not False else value


FlagValue = Annotated[
    str,
    BeforeValidator(_flag_text),
    WithJsonSchema({"type": ["string", "integer", "boolean"]}),
]
"""A flag's value: text; true, false and whole numbers need no quotes."""

Flags = Annotated[dict[str, FlagValue], Parsed(parse.line, name=parse.flag_name)]

_CIDR = "[0-9A-Fa-f:.]+/[0-9]{1,3}"
NetworkTexts = Annotated[
    str,
    BeforeValidator(_joined),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^{_CIDR}(, *{_CIDR})?$"},
                {
                    "type": "array",
                    "items": {"type": "string", "pattern": f"^{_CIDR}$"},
                    "minItems": 1,
                    "maxItems": 2,
                },
            ]
        }
    ),
    Parsed(parse.networks),
]
"""A network, or one of each address family: as a list, or with a comma between them."""

DURATION = "([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?"
Lifetime = Annotated[
    str,
    WithJsonSchema({"type": "string", "pattern": f"^(?=.){DURATION}$"}),
    Parsed(parse.duration),
]
TimeToLive = Annotated[
    str,
    BeforeValidator(_zero_text),
    WithJsonSchema(
        {
            "type": ["string", "integer"],
            "pattern": f"^(0|(?=.){DURATION})$",
            "maximum": 0,
            "minimum": 0,
        }
    ),
    Parsed(parse.duration),
]
"""A duration, or 0 with or without quotes."""
