"""Compares wants with facts. Pure: the same answer for the plan shown and the plan run."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from tui_installer.model.events import Planned
from tui_installer.model.plan import Change, ChangeKind, Plan, PlanItem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui_installer.engine.context import Context
    from tui_installer.engine.step import Step
    from tui_installer.engine.wants import FileWant, FolderWant, ObjectWant, UnitWant, Wants
    from tui_installer.model.facts import ClusterFacts, FileFact, HostFacts, UnitFact


def plan(ctx: Context, pipeline: Sequence[Step]) -> Plan:
    """Every step on every host it is for, with its changes and the reason for each."""
    touched: Touched = {host.name: set() for host in ctx.spec.hosts}
    return Plan(tuple(item for step in pipeline for item in step.plan(ctx, touched)))


def announced(item: PlanItem) -> Planned:
    """The event of one line of a plan."""
    changes, sizes = len(item.changes), (item.upload, item.unsized)
    return Planned(item.step, item.host, item.run, item.reason, changes, *sizes)


def host_item(step: str, wants: Wants, facts: HostFacts, touched: set[str]) -> PlanItem:
    """One step on one host. touched: paths that change in this run; this step's are added."""
    things = (
        *account_changes(wants.accounts, facts),
        *file_changes(wants.files, facts),
        *folder_changes(wants.folders, facts),
    )
    touched.update(change.target for change in things)
    units = tuple(change for unit in wants.units for change in unit_changes(unit, facts, touched))
    return PlanItem(step, facts.host, reason(things + units, wants), things + units)


def reason(changes: Sequence[Change], wants: Wants) -> str:
    """Why the step runs or is skipped, in one line."""
    if not changes:
        parts = []
        if wants.accounts:
            parts.append(f"{_count(len(wants.accounts), 'user')} as wanted")
        if wants.files:
            parts.append(f"{_count(len(wants.files), 'file')} as wanted")
        if wants.units:
            parts.append(f"{', '.join(unit.name for unit in wants.units)} running and enabled")
        return "; ".join(parts) or "nothing to do"
    verbs: dict[str, list[str]] = {}
    for change in changes:
        verbs.setdefault(change.verb, []).append(change.target.rsplit("/", 1)[-1])
    return "; ".join(f"{verb} {_some(names)}" for verb, names in verbs.items())


def _some(names: list[str], most: int = 3) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def file_changes(files: Sequence[FileWant], facts: HostFacts) -> Iterator[Change]:
    """A change for each file that is missing or differs in content, mode or owner."""
    for want in files:
        fact = facts.files.get(want.path)
        if fact is None:
            yield _file(want, "create", _what(want), _diff(want, b""))
        elif want.sha256 != fact.sha256:
            told = _what(want, fact, facts.versions.get(want.path, ""))
            yield _file(want, "update", told, _diff(want, fact.content))
        elif (want.mode, want.owner) != (fact.mode, fact.owner):
            told = f"{fact.mode:04o} {fact.owner} → {want.mode:04o} {want.owner}"
            yield _file(want, "mode", told)


def account_changes(names: Sequence[str], facts: HostFacts) -> Iterator[Change]:
    """A change for each system user that is missing."""
    for name in names:
        fact = facts.accounts.get(name)
        if fact is None or fact.uid < 0:
            about = "a system user that nobody can log in as"
            yield Change(ChangeKind.ACCOUNT, "create", name, about)


def folder_changes(folders: Sequence[FolderWant], facts: HostFacts) -> Iterator[Change]:
    """A change for each folder that is missing, or that is not wholly its owner's."""
    for want in folders:
        fact = facts.folders.get(want.path)
        if fact is None:
            told = f"{want.mode:04o} {want.owner}"
            yield Change(ChangeKind.FOLDER, "create", want.path, told)
        elif (want.mode, want.owner) != (fact.mode, fact.owner):
            told = f"{fact.mode:04o} {fact.owner} → {want.mode:04o} {want.owner}, and all in it"
            yield Change(ChangeKind.FOLDER, "mode", want.path, told)
        elif fact.mixed:
            told = f"some of what is in it is not {want.owner}'s"
            yield Change(ChangeKind.FOLDER, "mode", want.path, told)


def _file(want: FileWant, verb: str, summary: str, diff: str = "") -> Change:
    unsized = bool(want.probe) and not want.size
    return Change(ChangeKind.FILE, verb, want.path, summary, diff, want.size, unsized)


def _what(want: FileWant, fact: FileFact | None = None, version: str = "") -> str:
    parts = [want.about]
    if version and version != want.version:
        parts.append(f"{version} is there now")
    if (want.secret or want.opaque) and want.sha256:
        before = f"sha256 {fact.sha256[:16]}… → " if fact else ""
        parts.append(f"{before}sha256 {want.sha256[:16]}…")
    if not want.sha256:
        parts.append(_later(want))
    if fact is not None and not fact.ours:
        parts.append("the one there is not as this program left it")
    return ", ".join(part for part in parts if part)


def _later(want: FileWant) -> str:
    if not want.probe:
        return "made when the run starts"
    return "fetched when the run starts" + ("" if want.size else ", its size is known then")


def _diff(want: FileWant, before: bytes | None) -> str:
    if want.secret or want.opaque or want.data is None or before is None:
        return ""
    return unified(before, want.data, want.path)


def unified(before: bytes, after: bytes, path: str) -> str:
    """A unified diff of two texts, '' if either is not text. Safe to show."""
    try:
        old, new = _lines(before), _lines(after)
    except UnicodeDecodeError:
        return ""
    return "\n".join(
        difflib.unified_diff(old, new, f"{path} (host)", f"{path} (wanted)", n=3, lineterm="")
    )


def _lines(data: bytes) -> list[str]:
    text = data.decode().removesuffix("\n")
    return [_visible(line) for line in text.split("\n")] if data else []


def _visible(line: str) -> str:
    """What a terminal would act upon, spelled out: the text on the host is not ours."""
    return "".join(
        c if c.isprintable() or c == "\t" else c.encode("unicode_escape").decode() for c in line
    )


def unit_changes(want: UnitWant, facts: HostFacts, touched: set[str]) -> Iterator[Change]:
    """enable, start or restart, as the unit's state and its files ask."""
    fact = facts.units.get(want.name)
    if fact is None or fact.enabled != "enabled":
        yield Change(ChangeKind.UNIT, "enable", want.name, "starts at boot")
    if fact is None or fact.active not in ("active", "activating", "reloading"):
        state = "not there yet" if fact is None or fact.load == "not-found" else fact.active
        yield Change(ChangeKind.UNIT, "start", want.name, state)
    elif why := _restart_reason(want, fact, facts, touched):
        yield Change(ChangeKind.UNIT, "restart", want.name, why)


def _restart_reason(want: UnitWant, fact: UnitFact, facts: HostFacts, touched: set[str]) -> str:
    changing = [path for path in want.files if path in touched]
    if changing:
        return f"{_some([path.rsplit('/', 1)[-1] for path in changing])} changes"
    # An earlier run may have been cut between a file and its restart.
    newer = [
        path
        for path in want.files
        if path in facts.files and facts.files[path].changed > fact.started > 0
    ]
    if newer:
        return f"runs since before {_some([path.rsplit('/', 1)[-1] for path in newer])} changed"
    return "its unit file changed" if fact.stale else ""


def object_changes(
    wants: Sequence[ObjectWant], cluster: ClusterFacts, differences: Differences
) -> Iterator[Change]:
    """apply for each object that is missing or lacks something wanted."""
    for want in wants:
        kind, namespace, name = want.key
        target = f"{kind} {namespace + '/' if namespace else ''}{name}"
        live = cluster.objects.get(want.key)
        if live is None:
            yield Change(ChangeKind.OBJECT, "apply", target, want.about or "missing")
        elif not want.once and (found := differences(want.manifest, live)):
            yield Change(ChangeKind.OBJECT, "apply", target, "; ".join(found[:3]))


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Touched = dict[str, set[str]]
    Differences = Callable[[Mapping[str, object], Mapping[str, object]], list[str]]
