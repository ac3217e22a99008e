"""Merges our kubeconfig into a person's own, only when asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from tui_installer.errors import UsageError
from tui_installer.store import atomic

if TYPE_CHECKING:
    from pathlib import Path

LISTS = ("clusters", "users", "contexts")


def merge(path: Path, ours: bytes) -> None:
    """Adds our cluster, user and context to the kubeconfig at path; others stay as they are.

    Entries of our names are replaced; the current context changes only if there was none.
    Raises UsageError for a file that is not a kubeconfig, which is then left alone.
    """
    target = path.expanduser()
    theirs = _read(target)
    added = yaml.safe_load(ours)
    for name in LISTS:
        entries = added[name]
        new = {entry["name"] for entry in entries}
        theirs[name] = [e for e in theirs.get(name) or [] if e.get("name") not in new] + entries
    theirs.setdefault("apiVersion", "v1")
    theirs.setdefault("kind", "Config")
    theirs["current-context"] = theirs.get("current-context") or added["current-context"]
    atomic.write(target.resolve(), yaml.safe_dump(theirs, sort_keys=False).encode())


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    try:
        data = yaml.safe_load(text) or {}
        good = isinstance(data, dict) and all(
            isinstance(entry, dict) for name in LISTS for entry in data.get(name) or []
        )
    except (yaml.YAMLError, ValueError, TypeError):
        good = False
    if not good:
        raise UsageError(
            f"{path} is not a kubeconfig", hint="nothing was merged; name another file"
        )
    return dict(data)
