"""Compares wants with facts. Pure: the plan that is shown is the plan that is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.core import removals
from tui_installer.engine.core.diffs import some, unified
from tui_installer.engine.core.wants import Absent
from tui_installer.model.run.events import Planned
from tui_installer.model.run.plan import Change, ChangeKind, Plan, PlanItem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.step import Step
    from tui_installer.engine.core.wants import FileWant, FolderWant, ObjectWant, UnitWant, Wants
    from tui_installer.model.run.facts import ClusterFacts, FileFact, HostFacts, UnitFact


ON_DISK = (ChangeKind.FILE, ChangeKind.FOLDER)


def plan(ctx: Context, pipeline: Sequence[Step]) -> Plan:
    """Every step on each of its hosts, with its changes and the reason for each."""
    touched: Touched = {host.name: set() for host in ctx.spec.hosts}
    return Plan(tuple(item for step in pipeline for item in step.plan(ctx, touched)))


def announced(item: PlanItem) -> Planned:
    """The event of one line of a plan."""
    changes, sizes = len(item.changes), (item.upload, item.unsized)
    return Planned(item.step, item.host, item.run, item.reason, changes, *sizes)


def host_item(step: str, wants: Wants, facts: HostFacts, touched: set[str]) -> PlanItem:
    """One step on one host, its changes in the order of execution.

    touched: paths that change, and units that are stopped, in this run; this step's are added.
    """
    absent = wants.absent
    stops = tuple(removals.unit_stops(absent.units, facts))
    running = removals.still_running(stops)
    found = [
        *stops,
        *account_changes(wants.accounts, facts),
        *file_changes(wants.files, facts),
        *removals.file_removals(absent.files, facts, running),
        *folder_changes(wants.folders, facts),
    ]
    touched.update(change.target for change in found if change.kind in ON_DISK and _done(change))
    touched.update(change.target for change in stops if change.verb == "stop")
    found += [change for unit in wants.units for change in unit_changes(unit, facts, touched)]
    found += removals.unit_unloads(absent.units, facts, touched)
    found += removals.folder_removals(absent.folders, facts, touched)
    found += removals.account_removals(absent.accounts, facts, running)
    why = reason([change for change in found if _done(change)], wants)
    return item(step, facts.host, found, why)


def item(step: str, place: str, found: Sequence[Change], why: str) -> PlanItem:
    """found: what changes, and what is left in place because it is not from this program."""
    changes = tuple(filter(_done, found))
    left = tuple(change for change in found if not _done(change))
    if left:
        names = some([change.target.rsplit("/", 1)[-1] for change in left])
        why = f"{why}; left in place: {names}"
    return PlanItem(step, place, why, changes, left=left)


def _done(change: Change) -> bool:
    return change.verb != removals.LEAVE


def reason(changes: Sequence[Change], wants: Wants) -> str:
    """Why the step runs or is skipped, in one line."""
    if not changes:
        parts = []
        if wants.accounts:
            parts.append(f"{count(len(wants.accounts), 'user')} present")
        if wants.files:
            parts.append(f"{count(len(wants.files), 'file')} up to date")
        if wants.units:
            parts.append(f"{', '.join(unit.name for unit in wants.units)} running and enabled")
        if wants.absent != Absent():
            parts.append("nothing to remove")
        return "; ".join(parts) or "nothing to do"
    verbs: dict[str, list[str]] = {}
    for change in changes:
        verbs.setdefault(change.verb, []).append(change.target.rsplit("/", 1)[-1])
    return "; ".join(f"{verb} {some(names)}" for verb, names in verbs.items())


def count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def file_changes(files: Sequence[FileWant], facts: HostFacts) -> Iterator[Change]:
    """A change for each file that is missing or differs in content, mode or owner."""
    for want in files:
        fact = facts.files.get(want.path)
        if fact is None:
            yield _file(want, "create", _what(want), _diff(want, b""))
        elif want.sha256 != fact.sha256:
            about = _what(want, fact, facts.versions.get(want.path, ""))
            yield _file(want, "update", about, _diff(want, fact.content))
        elif (want.mode, want.owner) != (fact.mode, fact.owner):
            about = f"{fact.mode:04o} {fact.owner} → {want.mode:04o} {want.owner}"
            yield _file(want, "mode", about)


def account_changes(names: Sequence[str], facts: HostFacts) -> Iterator[Change]:
    """A change for each system user that is missing."""
    for name in names:
        fact = facts.accounts.get(name)
        if fact is None or fact.uid < 0:
            about = "a system user that nobody can log in as"
            yield Change(ChangeKind.ACCOUNT, "create", name, about)


def folder_changes(folders: Sequence[FolderWant], facts: HostFacts) -> Iterator[Change]:
    """A change for each folder that is missing, or that its owner does not own completely."""
    for want in folders:
        fact = facts.folders.get(want.path)
        if fact is None:
            about = f"{want.mode:04o} {want.owner}"
            yield Change(ChangeKind.FOLDER, "create", want.path, about)
        elif (want.mode, want.owner) != (fact.mode, fact.owner):
            about = f"{fact.mode:04o} {fact.owner} → {want.mode:04o} {want.owner}, owner recursive"
            yield Change(ChangeKind.FOLDER, "mode", want.path, about)
        elif fact.mixed:
            about = f"not everything in it is owned by {want.owner}"
            yield Change(ChangeKind.FOLDER, "mode", want.path, about)


def _file(want: FileWant, verb: str, summary: str, diff: str = "") -> Change:
    sent = 0 if want.site else want.size
    unsized = bool(want.probe) and not want.size and not want.site
    return Change(ChangeKind.FILE, verb, want.path, summary, diff, sent, unsized)


def _what(want: FileWant, fact: FileFact | None = None, version: str = "") -> str:
    parts = [want.about]
    if version and version != want.version:
        parts.append(f"replaces {version}")
    if (want.secret or want.opaque) and want.sha256:
        before = f"sha256 {fact.sha256[:16]}… → " if fact else ""
        parts.append(f"{before}sha256 {want.sha256[:16]}…")
    if want.site:
        parts.append(f"fetched by the host from {want.site}")
    elif not want.sha256:
        parts.append(_later(want))
    if fact is not None and not fact.ours:
        parts.append("the host's copy was changed or is not from this program")
    return ", ".join(part for part in parts if part)


def _later(want: FileWant) -> str:
    if not want.probe:
        return "made when the run starts"
    return "fetched when the run starts" + ("" if want.size else ", size not known yet")


def _diff(want: FileWant, before: bytes | None) -> str:
    if want.secret or want.opaque or want.data is None or before is None:
        return ""
    return unified(before, want.data, want.path)


def unit_changes(want: UnitWant, facts: HostFacts, touched: set[str]) -> Iterator[Change]:
    """enable, start or restart, depending on the unit's state and its files."""
    fact = facts.units.get(want.name)
    if fact is None or fact.enabled != "enabled":
        yield Change(ChangeKind.UNIT, "enable", want.name, "starts at boot")
    if fact is None or fact.active not in ("active", "activating", "reloading"):
        state = "not there yet" if fact is None or fact.load == "not-found" else fact.active
        yield Change(ChangeKind.UNIT, "start", want.name, state)
    elif want.name in touched:
        yield Change(ChangeKind.UNIT, "start", want.name, "stopped earlier in this run")
    elif why := _restart_reason(want, fact, facts, touched):
        yield Change(ChangeKind.UNIT, "restart", want.name, why)


def _restart_reason(want: UnitWant, fact: UnitFact, facts: HostFacts, touched: set[str]) -> str:
    changing = [path for path in want.files if path in touched]
    if changing:
        return f"{some([path.rsplit('/', 1)[-1] for path in changing])} changes"
    # An earlier run may have been interrupted between a file and its restart.
    newer = [
        path
        for path in want.files
        if path in facts.files and facts.files[path].changed > fact.started > 0
    ]
    if newer:
        return f"started before {some([path.rsplit('/', 1)[-1] for path in newer])} changed"
    return "its unit file changed" if fact.stale else ""


def object_changes(
    wants: Sequence[ObjectWant], cluster: ClusterFacts, differences: Differences
) -> Iterator[Change]:
    """apply for each object that is missing or differs from what is wanted."""
    for want in wants:
        live = None if want.pending else cluster.objects.get(want.key)
        if live is None:
            yield Change(ChangeKind.OBJECT, "apply", str(want.key), want.about or "missing")
        elif not want.once and (found := differences(want.manifest, live)):
            yield Change(ChangeKind.OBJECT, "apply", str(want.key), "; ".join(found[:3]))


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Touched = dict[str, set[str]]
    Differences = Callable[[Mapping[str, object], Mapping[str, object]], list[str]]
