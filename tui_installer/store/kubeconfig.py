"""Adds our cluster to a user's own kubeconfig, only when asked to."""

from __future__ import annotations

import copy
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_installer.errors import UsageError
from tui_installer.store import atomic
from tui_installer.store.kubeconfig_names import names
from tui_installer.store.kubeconfig_text import edited
from tui_installer.store.kubeconfig_yaml import LISTS, loaded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tui_installer.store.kubeconfig_names import Names

BACKUP = "before-tui-installer"


@dataclass(frozen=True, slots=True)
class Merged:
    """The result of a merge. changes: a sentence each. backups: copies of the files before it.

    context: our cluster's context. current: the current context.
    """

    context: str
    current: str
    changes: tuple[str, ...] = ()
    written: tuple[Path, ...] = ()
    backups: tuple[Path, ...] = ()


@dataclass(slots=True)
class _File:
    """One kubeconfig: its text, its data before, and its data after the merge."""

    path: Path
    text: str
    before: dict[str, Any]
    after: dict[str, Any]


def check(paths: Iterable[Path]) -> None:
    """Raises UsageError if the cluster cannot be added to these files. Changes nothing."""
    for path in paths:
        _read(path)


def merge(paths: Iterable[Path], ours: bytes, *, use_context: bool = False) -> Merged:
    """Adds our cluster, user and context to the kubeconfigs that kubectl merges.

    Never changes an entry of another cluster: if our names are taken, ours get a number.
    Updates our entries in place; adds new ones to the first file that exists, as kubectl does.
    Sets the current context only if there is none, or with use_context. Backs up a changed file
    beside it, 0600. Raises UsageError for a file that is not a kubeconfig or is read-only; then
    no file is changed.
    """
    files = [_read(path) for path in paths]
    added = loaded(ours.decode())
    named = names((file.before for file in files), added)
    target = next((file for file in files if file.text), files[-1])
    changes = [text for kind in LISTS for text in _put(files, target, kind, added[kind][0], named)]
    current = next((c for file in files if (c := file.before.get("current-context"))), "")
    if use_context or not current:
        first = next((file for file in files if file.before.get("current-context")), target)
        if current != named.context:
            first.after["current-context"] = named.context
            changes.append(f"set the current context to {named.context} in {first.path}")
        current = named.context
    changed = [file for file in files if file.after != file.before]
    backups = tuple(backup for file in changed if file.text for backup in (_backup(file),))
    for file in changed:
        _write(file)
    return Merged(
        named.context, str(current), tuple(changes), tuple(f.path for f in changed), backups
    )


def _put(
    files: list[_File], target: _File, kind: str, entry: dict[str, Any], named: Names
) -> list[str]:
    """Updates our entry in place, or adds it to target; returns the changes as sentences."""
    key, name = LISTS[kind], named.of(kind)
    content = {
        "cluster": entry[key],
        "user": entry[key],
        "context": {"cluster": named.cluster, "user": named.user},
    }[key]
    for file in files:
        for one in file.after.get(kind) or []:
            if one.get("name") != name:
                continue
            old = one.get(key)
            new = {**(old if isinstance(old, dict) else {}), **content}
            if new == old:
                return []
            one[key] = new
            return [f"updated {key} {name} in {file.path}"]
    if not target.after:
        target.after.update(apiVersion="v1", kind="Config")
    target.after[kind] = [*(target.after.get(kind) or []), {"name": name, key: content}]
    return [f"added {key} {name} to {target.path}"]


def _read(path: Path) -> _File:
    """Reads a kubeconfig; a missing file has no entries. Raises UsageError."""
    target = path.expanduser().resolve()
    try:
        text = target.read_bytes().decode("utf-8-sig")
        data = loaded(text)
    except FileNotFoundError:
        return _File(target, "", {}, {})
    except OSError as error:
        raise UsageError(f"cannot read the kubeconfig {path}: {error.strerror}") from error
    except ValueError as error:
        why = "not UTF-8 text" if isinstance(error, UnicodeError) else str(error)
        raise UsageError(
            f"{path} is not a kubeconfig: {why}",
            hint="nothing was merged; fix the file or name another one",
        ) from None
    if not os.access(target, os.W_OK):
        raise UsageError(
            f"the kubeconfig {path} is read-only",
            hint="nothing was merged; make it writable or name another one",
        )
    return _File(target, text, data, copy.deepcopy(data))


def _backup(file: _File) -> Path:
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    path = file.path.with_name(f"{file.path.name}.{BACKUP}-{moment}")
    number = 1
    while path.exists():
        number += 1
        path = file.path.with_name(f"{file.path.name}.{BACKUP}-{moment}-{number}")
    _store(path, file.path.read_bytes(), file.path)
    return path


def _write(file: _File) -> None:
    _store(file.path, edited(file.text, file.before, file.after).encode(), file.path)


def _store(path: Path, data: bytes, like: Path) -> None:
    """Writes a file and keeps the owner of `like`: root may merge into another user's file."""
    owner = like.stat() if like.exists() else None
    atomic.write(path, data)
    if owner is not None and os.geteuid() == 0:
        os.chown(path, owner.st_uid, owner.st_gid)
