"""The results of a live host check so far: a cell for each question. Imports nothing heavy."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui_installer.model.run.facts import HostFacts
    from tui_installer.model.spec import SshSpec


class State(StrEnum):
    """waiting: not started, or unknown because an earlier question failed."""

    WAITING = "waiting"
    RUNNING = "running"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    REVIEW = "review"
    """The user must review it: an unknown host key."""


QUESTIONS = {
    "reach": "Reach",
    "key": "Host key",
    "login": "Authentication",
    "root": "Root",
    "system": "System",
    "clock": "Clock",
    "disk": "Disk",
    "ports": "Ports",
    "runs": "Runs there",
}
"""id → label, in the order in which the results arrive."""


@dataclass(frozen=True, slots=True)
class Cell:
    """word: at most eight characters. evidence: one fact per line. hint: the next thing to do."""

    state: State = State.WAITING
    word: str = ""
    evidence: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A host key to review. place: ``192.0.2.11:22``, or another name of the host.

    token: what `accept` needs; opaque to everything else.
    """

    place: str
    kind: str
    fingerprint: str
    token: Any = field(repr=False, compare=False, default=None)


@dataclass(slots=True)
class HostCheck:
    """began, ended: UNIX seconds; ended is 0 while it runs. changes: counts every new cell."""

    cells: dict[str, Cell] = field(default_factory=lambda: dict.fromkeys(QUESTIONS, Cell()))
    began: float = 0.0
    ended: float = 0.0
    changes: int = 0
    new_key: NewKey | None = None
    facts: HostFacts | None = None
    ssh: SshSpec | None = None
    """The settled login, once it is known."""

    def put(self, question: str, cell: Cell) -> None:
        self.cells[question] = cell
        self.changes += 1

    def begin(self, *questions: str) -> None:
        for question in questions:
            self.put(question, Cell(State.RUNNING))

    def end(self) -> None:
        """Finishes the check; questions still running become unknown."""
        for question, cell in self.cells.items():
            if cell.state is State.RUNNING:
                self.cells[question] = Cell()
        self.ended = time.time()
        self.changes += 1

    @property
    def running(self) -> bool:
        return bool(self.began) and not self.ended

    @property
    def bad(self) -> tuple[tuple[str, Cell], ...]:
        """(question, cell) of whatever prevents an installation."""
        return tuple(pair for pair in self.cells.items() if pair[1].state is State.BAD)

    @property
    def troubled(self) -> bool:
        """Whether something must be fixed or reviewed before an installation."""
        return any(cell.state in (State.BAD, State.REVIEW) for cell in self.cells.values())

    @property
    def passed(self) -> bool:
        fine = (State.OK, State.WARN)
        return bool(self.ended) and all(cell.state in fine for cell in self.cells.values())


def ok(word: str, *evidence: str) -> Cell:
    return Cell(State.OK, word, evidence)


def warn(word: str, *evidence: str, hint: str = "") -> Cell:
    return Cell(State.WARN, word, evidence, hint)


def bad(word: str, *evidence: str, hint: str = "") -> Cell:
    return Cell(State.BAD, word, evidence, hint)
