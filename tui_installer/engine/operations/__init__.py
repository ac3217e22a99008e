"""Every operation there is. Command line, journal, resume, background runs and wizard read this."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from tui_installer.engine.operations.install.declaration import INSTALL
from tui_installer.engine.operations.rotation.declaration import ROTATE_ENCRYPTION
from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.engine.core.operation import Operation
    from tui_installer.store.session_folder import SessionFolder

__all__ = ["INSTALL", "OPERATIONS", "ROTATE_ENCRYPTION", "operation", "to_resume"]

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {one.name: one for one in (INSTALL, ROTATE_ENCRYPTION)}
)


def operation(name: str) -> Operation:
    """The operation with this name. Raises InstallerError for one that does not exist."""
    if name not in OPERATIONS:
        raise InstallerError(
            f"this program has no operation {name!r}",
            details=(f"it has: {', '.join(OPERATIONS)}",),
            hint="use the version of tui-installer that started it",
        )
    return OPERATIONS[name]


def to_resume(session: SessionFolder) -> Operation:
    """What resuming a session does: the operation that was cut there, else an install.

    Reads files: blocking. Raises InstallerError.
    """
    return next((one for one in OPERATIONS.values() if one.under_way(session)), INSTALL)
