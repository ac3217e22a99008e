"""The answers that differ from their defaults, as plain data in the file's form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from tui_installer.model.answers.ssh import HostSsh, Jump

if TYPE_CHECKING:
    from tui_installer.model.answers.document import Answers


def changed(answers: Answers) -> dict[str, Any]:
    """apiVersion and the hosts' addresses always, everything else where it is not the default."""
    return {
        "apiVersion": answers.api_version,
        **_changes(answers),
        "hosts": [{"address": host.address, **_changes(host)} for host in answers.hosts],
    }


def _changes(block: BaseModel) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in type(block).model_fields.items():
        value = getattr(block, name)
        default = field.get_default(call_default_factory=True)
        if isinstance(value, BaseModel):
            inner = _changes(value)
            # An optional block that is present counts, even if it is all defaults.
            if inner or default is None:
                found[field.alias or name] = inner
        elif value != default or _excludes_jump(block, name):
            found[field.alias or name] = _plain(value)
    return found


def _excludes_jump(block: BaseModel, name: str) -> bool:
    return isinstance(block, HostSsh | Jump) and name == "jump" and name in block.model_fields_set


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_changes(item) if isinstance(item, BaseModel) else item for item in value]
    return dict(value) if isinstance(value, dict) else value
