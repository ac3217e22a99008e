"""Plans the removal of absent wants: only of what this program put on the host. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.core.diffs import some, unified
from tui_installer.model.run.plan import Change, ChangeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tui_installer.engine.core.wants import AbsentFile, AbsentUnit
    from tui_installer.model.run.facts import HostFacts, ObjectKey

LEAVE = "leave"
"""The verb for what stays because this program did not put it there."""
RUNNING = ("active", "activating", "reloading", "deactivating")
CHANGED = "it was changed since this program wrote it"
FOREIGN = "this program did not put it there"
GONE = "gone already; its line in the manifest is removed"


def unit_stops(units: Sequence[AbsentUnit], facts: HostFacts) -> Iterator[Change]:
    """stop and disable, before any file changes."""
    for want in units:
        fact = facts.units.get(want.name)
        runs = fact is not None and fact.active in RUNNING
        boots = fact is not None and not want.boot and fact.enabled.startswith("enabled")
        if fact is None or not (runs or boots):
            continue
        if not _ours(want.file, facts):
            yield Change(
                ChangeKind.UNIT, LEAVE, want.name, f"its unit file: {_why(want.file, facts)}"
            )
            continue
        if runs:
            yield Change(ChangeKind.UNIT, "stop", want.name, fact.active)
        if boots:
            yield Change(ChangeKind.UNIT, "disable", want.name, "no longer starts at boot")


def still_running(stops: Iterable[Change]) -> str:
    """The units that are left running: they may use what the same step would remove."""
    return some([change.target for change in stops if change.verb == LEAVE])


def unit_unloads(
    units: Sequence[AbsentUnit], facts: HostFacts, touched: set[str]
) -> Iterator[Change]:
    """unload, if systemd still has a unit whose file is gone or is removed in this run."""
    for want in units:
        fact = facts.units.get(want.name)
        if fact is None:
            continue
        if want.file in touched:
            yield Change(ChangeKind.UNIT, "unload", want.name, "its unit file is removed")
        elif want.file not in facts.files and (
            fact.stale or (fact.load == "not-found" and fact.active == "failed")
        ):
            yield Change(ChangeKind.UNIT, "unload", want.name, "its unit file is gone")


def file_removals(files: Sequence[AbsentFile], facts: HostFacts, running: str) -> Iterator[Change]:
    """remove, or leave if the file is not as this program wrote it, or units still run."""
    for want in files:
        fact = facts.files.get(want.path)
        if fact is None:
            if want.path in facts.listed:
                yield Change(ChangeKind.FILE, "remove", want.path, GONE)
        elif not fact.ours:
            yield Change(ChangeKind.FILE, LEAVE, want.path, _why(want.path, facts))
        elif running:
            yield Change(ChangeKind.FILE, LEAVE, want.path, f"{running} is left running")
        else:
            hidden = want.secret or want.opaque or fact.content is None
            diff = "" if hidden else unified(fact.content or b"", b"", want.path)
            yield Change(ChangeKind.FILE, "remove", want.path, want.about, diff)


def folder_removals(
    folders: Iterable[str], facts: HostFacts, touched: set[str]
) -> Iterator[Change]:
    """remove, or leave if this program did not create the folder or it is not empty.

    touched: what this run removes before; removed folders are added.
    """
    for path in sorted(folders, key=len, reverse=True):  # inner folders first
        inside = facts.entries.get(path)
        others = [name for name in inside or () if f"{path}/{name}" not in touched]
        if inside is None:
            if path in facts.listed:
                yield Change(ChangeKind.FOLDER, "remove", path, GONE)
        elif path not in facts.listed:
            yield Change(ChangeKind.FOLDER, LEAVE, path, FOREIGN)
        elif others:
            yield Change(ChangeKind.FOLDER, LEAVE, path, f"not empty: {some(sorted(others))}")
        else:
            touched.add(path)
            yield Change(ChangeKind.FOLDER, "remove", path, "empty")


def account_removals(names: Sequence[str], facts: HostFacts, running: str) -> Iterator[Change]:
    """remove, or leave if this program did not create the user, or units still run."""
    for name in names:
        there, listed = name in facts.accounts, f"user:{name}" in facts.listed
        if there and not listed:
            yield Change(ChangeKind.ACCOUNT, LEAVE, name, FOREIGN)
        elif there and running:
            yield Change(ChangeKind.ACCOUNT, LEAVE, name, f"{running} is left running")
        elif listed:
            about = "the system user and its group" if there else GONE
            yield Change(ChangeKind.ACCOUNT, "remove", name, about)


def object_removals(
    keys: Sequence[ObjectKey],
    live: Mapping[ObjectKey, Mapping[str, object]],
    ours: Callable[[Mapping[str, object]], bool],
    shown: Callable[[Mapping[str, object]], bytes],
) -> Iterator[Change]:
    """delete, or leave if this program did not apply the object.

    shown: the text of an object for the diff, empty for a secret one.
    """
    for key in keys:
        if (found := live.get(key)) is None:
            continue
        if ours(found):
            diff = unified(shown(found), b"", str(key))
            yield Change(ChangeKind.OBJECT, "delete", str(key), "", diff)
        else:
            yield Change(ChangeKind.OBJECT, LEAVE, str(key), "this program did not apply it")


def _ours(path: str, facts: HostFacts) -> bool:
    fact = facts.files.get(path)
    return path in facts.listed if fact is None else fact.ours


def _why(path: str, facts: HostFacts) -> str:
    return CHANGED if path in facts.listed else FOREIGN
