"""Checks session.json, the version of a session's files, before the session is used."""

from __future__ import annotations

import json
import shutil
import time
from typing import TYPE_CHECKING, Any

from tui_installer.errors import InstallerError, UsageError
from tui_installer.model.moment import moment
from tui_installer.store import atomic
from tui_installer.store.journal_lines import HEADER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILE = "session.json"
SCHEMA = 1
"""Incremented when the files of a session change incompatibly."""


def prepare(root: Path) -> None:
    """Writes the file of a new session; migrates an older session, with a backup.

    Raises UsageError for a newer one, InstallerError for a damaged one; changes neither.
    """
    schema = _schema(root)
    if schema is None:
        if _has_files(root):
            _migrate(root, 0)
        _write(root)
    elif schema < SCHEMA:
        _migrate(root, schema)
        _write(root)


def check(root: Path) -> None:
    """Raises as `prepare`, but changes nothing."""
    _schema(root)


def created(root: Path) -> float:
    """When the session was created, in UNIX seconds; 0 if unknown."""
    try:
        return moment((_read(root) or {}).get("created"))
    except ValueError:
        return 0.0


def _schema(root: Path) -> int | None:
    found = _read(root)
    if found is None:
        return None
    schema = found.get("schema")
    if type(schema) is not int or schema < 0:
        raise _damaged(root / FILE, "it has no schema number")
    if schema > SCHEMA:
        raise UsageError(
            f"the session {root.name} was made by a newer tui-installer (schema {schema}; "
            f"this program knows up to {SCHEMA})",
            hint="use that version; nothing was changed",
        )
    return schema


def _read(root: Path) -> dict[str, Any] | None:
    path = root / FILE
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InstallerError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise _damaged(path, "it is not JSON") from None
    if not isinstance(found, dict):
        raise _damaged(path, "it is not a JSON object")
    return found


def _damaged(path: Path, why: str) -> InstallerError:
    return InstallerError(
        f"{path} is damaged: {why}",
        hint="the file is unchanged. Restore it from a backup, or delete this one file: "
        "the session's answers, keys and journal do not depend on it",
    )


def _write(root: Path) -> None:
    data = {"schema": SCHEMA, "created": round(time.time(), 3)}
    atomic.write(root / FILE, json.dumps(data).encode() + b"\n")


def _has_files(root: Path) -> bool:
    return (root / "journal.jsonl").exists() or (root / "pki").exists()


def _migrate(root: Path, schema: int) -> None:
    """Migrates step by step; backs up a changed file under its old schema's name."""
    for old in range(schema, SCHEMA):
        for name, change in _MIGRATIONS[old].items():
            path = root / name
            if path.exists():
                backup = path.with_name(f"{name}.schema-{old}")
                if not backup.exists():
                    shutil.copy2(path, backup)
                atomic.write(path, change(backup.read_bytes()))


def _with_header(journal: bytes) -> bytes:
    return HEADER + journal


_MIGRATIONS: dict[int, dict[str, Callable[[bytes], bytes]]] = {
    0: {"journal.jsonl": _with_header},
}
"""schema → the files that change in the next schema, and how."""
