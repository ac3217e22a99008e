"""The plan as data: which step does what on which host, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What a change touches."""

    ACCOUNT = "account"
    FILE = "file"
    FOLDER = "folder"
    UNIT = "unit"
    OBJECT = "object"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would differ afterwards.

    verb: create, update, mode, start, restart, enable, apply, issue, fetch.
    diff: unified diff of a public text file, '' otherwise. size: bytes to send, 0 if none.
    """

    kind: ChangeKind
    verb: str
    target: str
    summary: str = ""
    diff: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One step on one host. No changes means it is skipped; the reason says why either way."""

    step: str
    host: str
    reason: str
    changes: tuple[Change, ...] = ()
    always: bool = False
    """Runs even without changes: checks."""

    @property
    def run(self) -> bool:
        return self.always or bool(self.changes)


@dataclass(frozen=True, slots=True)
class Plan:
    items: tuple[PlanItem, ...]

    @property
    def changes(self) -> int:
        return sum(len(item.changes) for item in self.items)

    @property
    def restarts(self) -> int:
        """Units that run now and would be restarted."""
        return sum(
            change.kind is ChangeKind.UNIT and change.verb == "restart"
            for item in self.items
            for change in item.changes
        )
