"""The example answers file: every key with its description and default, made from the classes."""

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
# Answers of tui-installer. Only the hosts' addresses are required; everything else is shown with
# its default and may be left out. Lines that start with # and a key are blocks to uncomment.
# Editors complete keys with the schema that `tui-installer answers schema` prints.
"""


def example() -> str:
    """The file's text. It is valid, and describes three masters at addresses for documentation."""
    hosts = [Host(address=address) for address in _ADDRESSES]
    return "\n".join([_HEADER, *_block(Answers(hosts=hosts), "")]).rstrip() + "\n"


def _block(block: BaseModel, indent: str, off: str = "") -> Iterator[str]:
    """Lines of a block. off: ``#`` where it is commented out."""
    for name, field in type(block).model_fields.items():
        yield from _comment(field, indent)
        key, value = field.alias or name, getattr(block, name)
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
        yield f"{head} {_text(_sample(field) if off and _says_nothing(field, value) else value)}"


def _hosts(hosts: list[Host], indent: str) -> Iterator[str]:
    """The first with all its keys, the others as they may be written."""
    first, *others = hosts
    yield f"{indent}-"
    yield from _block(first, f"{indent}  ")
    for host in others:
        yield f"{indent}- address: {host.address}"


def _comment(field: FieldInfo, indent: str) -> Iterator[str]:
    said = [about(field)]
    choices = words_of(field.annotation)
    if not all(f"{choice}:" in said[0] for choice in choices):
        said.append(f"One of: {', '.join(choices)}.")
    if field.examples:
        said.append(f"Example: {_text(field.examples[0])}")
    mark = f"{indent}# "
    yield from textwrap.wrap(
        " ".join(said), _WIDTH, initial_indent=mark, subsequent_indent=mark, break_on_hyphens=False
    )


def _says_nothing(field: FieldInfo, value: Any) -> bool:
    """Whether a commented-out block needs an example here: no default, or a required text."""
    return value is None or (value == "" and declared(field, Required) is not None)


def _sample(field: FieldInfo) -> Any:
    """What stands in a commented-out block where the default says nothing."""
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
