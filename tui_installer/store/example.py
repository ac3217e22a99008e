"""Makes the example answers file from the classes: every key, its description and default."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from tui_installer.model.answers.declared import Required, about, declared
from tui_installer.model.answers.document import Answers, Host
from tui_installer.model.answers.known_keys import inner_block
from tui_installer.model.answers.questions import words_of
from tui_installer.model.answers.ssh import HostSsh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

_WIDTH = 98
_ADDRESSES = ("192.0.2.11", "192.0.2.12", "192.0.2.13")
_PLAIN = re.compile(
    r"[A-Za-z/~][A-Za-z0-9._/:@+~-]*[A-Za-z0-9]|[0-9]+[.a-z-][0-9./-]*[0-9]|[0-9]+d|[0-9]+h"
)
_WORDS = frozenset("true false null yes no on off".split())  # noqa: SIM905
_HEADER = """\
# Answers of tui-installer. Only the hosts' addresses are required; all other keys are shown with
# their defaults and may be left out. To use a commented block, remove the # before its keys.
# For completion in editors: `tui-installer answers schema` prints a schema.
"""


def example() -> str:
    """The file's text: valid, with three masters at documentation addresses (RFC 5737)."""
    hosts = [Host(address=address) for address in _ADDRESSES]
    return "\n".join([_HEADER, *_block(Answers(hosts=hosts), "")]).rstrip() + "\n"


def _block(block: BaseModel, indent: str, off: str = "") -> Iterator[str]:
    """Lines of a block. off: ``#`` if it is commented out."""
    for name, field in type(block).model_fields.items():
        yield from _comment(field, indent)
        key, value = field.alias or name, getattr(block, name)
        if inner_block(field.annotation) is type(block):  # a chain has no end
            yield f"{indent}{off}{key}: null"
        else:
            yield from _field(key, field, value, indent, off)
        if not indent:
            yield ""


def _field(key: str, field: FieldInfo, value: Any, indent: str, off: str) -> Iterator[str]:
    inner = inner_block(field.annotation)
    head, deeper = f"{indent}{off}{key}:", f"{indent}  "
    if isinstance(value, list) and inner:
        yield head
        yield from _hosts(value, deeper)
    elif isinstance(value, BaseModel) and not isinstance(value, HostSsh):
        yield head
        yield from _block(value, deeper, off)
    elif inner:
        if not off:
            yield f"{head} {'null' if value is None else '{}'}"
        yield f"{indent}#{key}:"
        yield from _block(inner(), deeper, "#")
    else:
        yield f"{head} {_text(_sample(field) if off and _needs_sample(field, value) else value)}"


def _hosts(hosts: list[Host], indent: str) -> Iterator[str]:
    """The first host with all its keys, the others with the address only."""
    first, *others = hosts
    yield f"{indent}-"
    yield from _block(first, f"{indent}  ")
    for host in others:
        yield f"{indent}- address: {host.address}"


def _comment(field: FieldInfo, indent: str) -> Iterator[str]:
    words = [about(field)]
    choices = words_of(field.annotation)
    if not all(f"{choice}:" in words[0] for choice in choices):
        words.append(f"One of: {', '.join(choices)}.")
    if field.examples:
        words.append(f"Example: {_text(field.examples[0])}")
    mark = f"{indent}# "
    yield from textwrap.wrap(
        " ".join(words), _WIDTH, initial_indent=mark, subsequent_indent=mark, break_on_hyphens=False
    )


def _needs_sample(field: FieldInfo, value: Any) -> bool:
    """Whether a commented-out block needs a sample: no default, or a required text."""
    return value is None or (value == "" and declared(field, Required) is not None)


def _sample(field: FieldInfo) -> Any:
    """The sample value in a commented-out block."""
    if field.examples:
        return field.examples[0]
    return next(iter(words_of(field.annotation)), "")


def _text(value: Any) -> str:
    """The value as YAML in one line."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value not in _WORDS:
        return value
    if isinstance(value, dict) and value:
        return f"{{{', '.join(f'{key}: {_text(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return json.dumps(value)
