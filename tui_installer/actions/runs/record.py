"""Records what a run used, to explain it later: the spec and the hosts' facts."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from tui_installer.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.model.run.facts import HostFacts
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder


def write(session: SessionFolder, spec: Spec, facts: Mapping[str, HostFacts]) -> None:
    """Writes spec.json and facts.json. Blocking. Raises InstallerError."""
    session.write_json("spec.json", plain(spec))
    session.write_json("facts.json", {host: plain(found) for host, found in facts.items()})


def plain(value: Any) -> Any:
    """Returns a value as JSON types, without the content of files."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (field.name for field in dataclasses.fields(value) if field.name != "content")
        return {name: plain(getattr(value, name)) for name in fields}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, frozenset | set):
        return sorted(plain(item) for item in value)
    if isinstance(value, Secret) or not isinstance(value, str | int | float | None):
        return str(value)
    return value
