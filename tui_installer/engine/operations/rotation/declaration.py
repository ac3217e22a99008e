"""Rotate the encryption key: a new key for Secrets at rest, and the old one removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.core.operation import Operation, Work

if TYPE_CHECKING:
    from tui_installer.store.session_folder import SessionFolder


def _load() -> Work:
    from tui_installer.engine.operations.rotation.work import WORK  # noqa: PLC0415 - it imports every step

    return WORK


def _under_way(session: SessionFolder) -> bool:
    """Two keys in the session, a line each: the old one is removed by the last step."""
    return b"\n" in (session.read_pki("encryption.key") or b"").strip()


ROTATE_ENCRYPTION = Operation(
    name="encryption-rotate",
    title="Rotate the encryption key",
    load=_load,
    restarts="every API server three times, one host at a time",
    under_way=_under_way,
)
