"""Journals: read, caught up with, folded, shown."""

from __future__ import annotations

import contextlib
import io
import json
from typing import TYPE_CHECKING, Any

from fuzz import mutate
from tui_installer.actions.sessions.view import _run
from tui_installer.errors import InstallerError
from tui_installer.front.text.plain import Plain
from tui_installer.front.text.report import report
from tui_installer.front.text.sessions_text import _run as told
from tui_installer.front.text.style import Style
from tui_installer.model.run import events as ev
from tui_installer.model.run.state import RunState
from tui_installer.store import journal_lines
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

EVENTS: tuple[ev.Event, ...] = (
    ev.RunStarted("c", "v1.37.2", ("m1", "m2"), ("etcd", "verify")),
    ev.HostFound("m1", "192.0.2.11", "Debian 12", "root by key", 0.25),
    ev.Planned("etcd", "m1", True, "create etcd", 3),
    ev.StepStarted("etcd", "m1"),
    ev.Progress("etcd", "m1", "upload", 5 << 20, 119 << 20),
    ev.LogLine("m1", "etcd", ev.Level.WARNING, "a line of a log"),
    ev.StepFinished("etcd", "m1", ev.Outcome.OK, "created", 1.5),
    ev.Checked("m1", "/livez", True, "ok"),
    ev.Failed("m1", "etcd", "it failed", ("one", "two"), "do this"),
    ev.RunFinished(0, 61.5, 12, 4, (("kubeconfig", "/home/x/admin.kubeconfig"),)),
)
TREES: tuple[dict[str, Any], ...] = tuple(
    {"time": 1_790_000_000.5, **json.loads(json.dumps(ev.to_json(event)))} for event in EVENTS
)
LINES = tuple(json.dumps(tree).encode() + b"\n" for tree in TREES)
WHOLE = journal_lines.HEADER + b"".join(LINES)
SEEDS = (WHOLE, *LINES)


def make(chance: Random) -> bytes:
    """A journal of a few lines, one or more of them mutated."""
    if chance.random() < 0.1:
        return mutate.of_bytes(chance, WHOLE, SEEDS)
    start = [] if chance.random() < 0.3 else [LINES[0]]
    return b"".join([journal_lines.HEADER, *start, *(_line(chance) for _ in range(3)), LINES[-1]])


def _line(chance: Random) -> bytes:
    if chance.random() < 0.3:
        return mutate.of_bytes(chance, chance.choice(LINES), SEEDS)
    return mutate.as_json(chance, mutate.of_tree(chance, chance.choice(TREES))) + b"\n"


def _stream() -> io.TextIOWrapper:
    """As the program's own."""
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="replace")


def reader(folder: Path) -> Callable[[bytes], str]:
    session = SessionFolder(folder / "session")
    session.root.mkdir()
    path = session.journal

    def read(data: bytes) -> str:
        path.write_bytes(data)
        try:
            damage = journal_lines.damage(path)
            run = _run(session)
        except InstallerError:
            return "refused"
        list(told(run))
        follower = journal_lines.Follower(path)
        plain, state = Plain(Style(colour=False)), RunState()
        with contextlib.redirect_stderr(_stream()), contextlib.redirect_stdout(_stream()):
            for _ in range(2 * len(data) // journal_lines.MOST + 2):  # two looks get that far
                for at, event in follower.read():
                    assert at == at  # noqa: PLR0124 - no nan
                    plain(event)
                    state.apply(event)
        state.history.since(0)
        report(state, Style(colour=False))
        assert len(journal_lines.Follower(path).catch_up()) == state.version
        return "damaged" if damage or follower.bad else "taken"

    return read
