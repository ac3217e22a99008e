"""Checks every answer by itself: the field's own parser reads each text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from tui_installer.model.answers.declared import Parsed, Required, When, declared, parser
from tui_installer.model.answers.source import SourceLogin
from tui_installer.model.answers.ssh import SecretSource
from tui_installer.model.answers.wording import part_name

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from tui_installer.model.check.findings import Findings


def check_values(block: BaseModel, found: Findings, at: str = "") -> None:
    """Checks all fields of a block and of the blocks in it. at: dotted path with a trailing dot.

    Skips answers that depend on an invalid one.
    """
    if isinstance(block, SecretSource | SourceLogin) and block.file and block.env:
        neither = "to enter it" if isinstance(block, SecretSource) else "for none"
        found.add(at[:-1], "has both a file and an env", f"want one of them, or neither {neither}")
    for name, info in type(block).model_fields.items():
        when = declared(info, When)
        if when is None or found.good(f"{at}{when.key}"):
            _check(getattr(block, name), info, f"{at}{info.alias or name}", found)


def _check(value: Any, info: FieldInfo, path: str, found: Findings) -> None:
    if isinstance(value, BaseModel):
        check_values(value, found, f"{path}.")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _check_item(item, info, f"{path}.{number}", found)
    elif isinstance(value, dict):
        _check_mapping(value, info, path, found)
    elif value == "" and (needed := declared(info, Required)):
        found.add(path, "is required", needed.want)
    elif value is not None and not (value == "" and info.default == ""):
        _read(value, info, path, found)


def _check_item(item: Any, info: FieldInfo, path: str, found: Findings) -> None:
    if isinstance(item, BaseModel):
        check_values(item, found, f"{path}.")
    else:
        _read(item, info, path, found)


def _check_mapping(flags: dict[str, str], info: FieldInfo, path: str, found: Findings) -> None:
    known = declared(info, Parsed)
    for name, value in flags.items():
        at = f"{path}.{part_name(name)}"
        if known and known.name:
            found.read(at, known.name, name)
        _read(value, info, at, found)


def _read(value: Any, info: FieldInfo, path: str, found: Findings) -> None:
    if parse := parser(info):
        found.read(path, parse, str(value))
