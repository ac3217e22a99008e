"""One session in full: a summary of its answers, its last run, certificates, files, damage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_installer.actions.runs import outcome
from tui_installer.actions.sessions import drafts, listing
from tui_installer.errors import InstallerError
from tui_installer.model.run.state import RunState
from tui_installer.store import journal_lines, session_files

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.actions.runs.outcome import Expiry
    from tui_installer.actions.sessions.listing import SessionSummary
    from tui_installer.model.run.events import Failed
    from tui_installer.store.session_folder import SessionFolder

SUMMARY = ("kubernetes.version", "cluster.endpoint", "cluster.serviceCIDR", "cluster.podCIDR",
        "etcd.mode", "token.mode")  # fmt: skip
"""The answers that the summary shows."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step on one host. outcome: ``cut`` if it started and did not finish."""

    step: str
    host: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Run:
    """The last run. title: of its operation. ended: UNIX seconds of its last event.

    exit_code: None if it recorded no result.
    """

    operation: str
    title: str
    ended: float
    exit_code: int | None
    seconds: float
    changes: int
    restarts: int
    steps: tuple[Step, ...]
    failures: tuple[Failed, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """answers: by question. hosts: name → address. damage: one sentence per place."""

    begun: SessionSummary
    answers: dict[str, str]
    hosts: dict[str, str]
    run: Run | None
    certificates: tuple[Expiry, ...]
    files: dict[str, Path]
    foreign: tuple[str, ...]
    damage: tuple[str, ...]
    keys: str
    """How the CAs' keys are stored, in a few words; '' before there are any."""


def shown(session: SessionFolder) -> Shown:
    """Returns all of a session. Blocking. Damage is reported and does not hide the rest."""
    summary = listing.summary(session.root.name)
    damage = [summary.trouble] if summary.trouble else []
    try:
        data = drafts.read(session.answers)
    except InstallerError:
        data = {}  # reported as the trouble
    run, keys = None, ""
    try:
        keys = _keys(session)
        damage += journal_lines.damage(session.journal)
        run = _run(session)
    except InstallerError as error:
        damage.append(error.message)
    return Shown(
        begun=summary,
        answers={path: str(_answer(data, path)) for path in SUMMARY},
        hosts=hosts(data),
        run=run,
        certificates=outcome.expiries(session),
        files=dict(outcome.files(session)),
        foreign=tuple(session_files.foreign(session.root)),
        damage=tuple(damage),
        keys=keys,
    )


def _keys(session: SessionFolder) -> str:
    if lost := sorted(session.lost_keys()):
        return f"lost with an earlier session: {', '.join(lost)}"
    return "not encrypted" if session.key_path("ca").exists() else ""


def _answer(data: dict[str, Any], path: str) -> Any:
    block, _, key = path.partition(".")
    found = data.get(block)
    value = found.get(key) if isinstance(found, dict) else None
    return drafts.default(path) if value is None else value


def hosts(data: dict[str, Any]) -> dict[str, str]:
    """Returns name → address of each host in the answers; '' where none is given."""
    found = data.get("hosts")
    entries = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return {
        str(one.get("name") or f"master{number:02d}"): str(one.get("address", ""))
        for number, one in enumerate(entries, 1)
    }


def _run(session: SessionFolder) -> Run | None:
    follower = journal_lines.Follower(session.journal, journal_lines.last_run(session.journal))
    state, ended = RunState(), 0.0
    for at, event in follower.catch_up():
        state.apply(event)
        ended = at
    if state.start is None:
        return None
    finish = state.finish
    return Run(
        operation=state.start.operation,
        title=state.start.title,
        ended=ended,
        exit_code=finish.exit_code if finish else None,
        seconds=finish.seconds if finish else 0.0,
        changes=finish.changes if finish else 0,
        restarts=finish.restarts if finish else 0,
        steps=tuple(Step(*at, str(s.outcome or "cut")) for at, s in state.steps.items()),
        failures=tuple(state.failures),
    )
