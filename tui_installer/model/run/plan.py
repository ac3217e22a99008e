"""The plan as data: what each step does on each host, and why."""

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

    verb: create, update, mode, start, restart, enable, apply, issue, fetch; stop, disable, remove,
    unload (systemd forgets a unit whose file is gone), delete; leave, in `PlanItem.left` only.
    diff: unified diff of a public text file, '' otherwise. size: bytes to send, 0 if none.
    unsized: whether it is a program whose size is unknown until it is fetched.
    """

    kind: ChangeKind
    verb: str
    target: str
    summary: str = ""
    diff: str = ""
    size: int = 0
    unsized: bool = False


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One step on one host, skipped if it has no changes; reason: why it runs or is skipped."""

    step: str
    host: str
    reason: str
    changes: tuple[Change, ...] = ()
    always: bool = False
    """Runs even without changes: checks."""
    left: tuple[Change, ...] = ()
    """Items that should be absent but stay, because this program did not create them."""

    @property
    def run(self) -> bool:
        return self.always or bool(self.changes)

    @property
    def upload(self) -> int:
        """Bytes of the files that are sent: their size on the host."""
        return sum(change.size for change in self.changes)

    @property
    def unsized(self) -> int:
        """Number of programs that are also sent and whose size is not known yet."""
        return sum(change.unsized for change in self.changes)


@dataclass(frozen=True, slots=True)
class Plan:
    """logins: (host, lines) of how each host is logged in to, and where each value comes from."""

    items: tuple[PlanItem, ...]
    logins: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def changes(self) -> int:
        return sum(len(item.changes) for item in self.items)

    @property
    def upload(self) -> int:
        """As `PlanItem.upload`, of all hosts."""
        return sum(item.upload for item in self.items)

    @property
    def unsized(self) -> int:
        """As `PlanItem.unsized`, of all hosts."""
        return sum(item.unsized for item in self.items)

    @property
    def restarts(self) -> int:
        """Number of running units that would be restarted."""
        return self._units("restart")

    @property
    def stops(self) -> int:
        """Number of running units that would be stopped."""
        return self._units("stop")

    def _units(self, verb: str) -> int:
        return sum(
            change.kind is ChangeKind.UNIT and change.verb == verb
            for item in self.items
            for change in item.changes
        )
