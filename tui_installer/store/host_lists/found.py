"""What is found in a list of hosts: entries as the list has them, lines as the user sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Role(Enum):
    """What a list says that a host is for. OTHER: a jump host, load balancer and the like."""

    MASTER = "master"
    ETCD = "etcd member"
    WORKER = "worker"
    OTHER = "other host"
    UNKNOWN = ""


@dataclass(slots=True)
class Entry:
    """One host as its list has it.

    line: from 1; 0 if the format has none. label: names the entry in messages, never a secret.
    values: texts by the words of `words.TITLES`. wrong: why no host can be made of it.
    surely: whether it is a host even without an IP address, and not only a word.
    """

    line: int
    label: str
    values: dict[str, str] = field(default_factory=dict)
    identities: list[str] = field(default_factory=list)
    role: Role = Role.UNKNOWN
    why_role: str = ""
    left_out: list[str] = field(default_factory=list)
    wrong: str = ""
    surely: bool = False
    no_address: str = ""
    """What to say if no address is known, if not the usual."""

    def put(self, what: str, value: str) -> None:
        """Adds a value. Raises ValueError for a second, different one of the same kind."""
        if what == "identity":
            self.identities += [value] if value not in self.identities else []
        elif self.values.setdefault(what, value) != value:
            raise ValueError(f"two values for {_KINDS[what]}: {self.values[what]} and {value}")


_KINDS = {
    "name": "the name",
    "address": "the address",
    "private": "the private address",
    "ssh_address": "the SSH address",
    "place": "the host",
    "user": "the user",
    "port": "the port",
    "fingerprint": "the fingerprint",
    "jump": "the jump host",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """Says something of the list that belongs to no host. left_out: whether a line was lost."""

    line: int
    label: str
    text: str
    left_out: bool = False


@dataclass(slots=True)
class Raw:
    """What a format's reader returns. format: for the user, such as ``CSV``."""

    format: str
    entries: list[Entry] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


class Kind(Enum):
    """HOST: a host to add. WORKER, OTHER: a host left out for its role. LOST: not understood."""

    HOST = "host"
    WORKER = "worker"
    OTHER = "other"
    LOST = "lost"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the preview.

    host: as in the answers; without ``address`` if the list has none. text: why there is no host,
    or the remark. left_out: the parts of a host's entry that were not used.
    """

    kind: Kind
    number: int
    label: str
    host: dict[str, Any] | None = None
    text: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether it is a host with its address."""
        return self.host is not None and "address" in self.host


@dataclass(frozen=True, slots=True)
class HostList:
    """A list that was read. roles: whether all hosts are known to be masters."""

    format: str
    lines: tuple[Line, ...] = ()
    roles: bool = False

    @property
    def hosts(self) -> list[dict[str, Any]]:
        """The hosts of the list, those without an address too."""
        return [line.host for line in self.lines if line.host is not None]

    def count(self, kind: Kind) -> int:
        return sum(line.kind is kind for line in self.lines)

    def summary(self) -> str:
        """``read as Ansible inventory (INI): 3 masters, 2 workers left out``."""
        if not self.lines:
            return "nothing to read"
        bare = sum(line.host is not None and not line.complete for line in self.lines)
        parts = [
            counted(self.count(Kind.HOST), "master" if self.roles else "host"),
            f"{bare} without an IP address" if bare else "",
            _left_out(self.count(Kind.WORKER), "worker"),
            _left_out(self.count(Kind.OTHER), "other host"),
            _left_out(self.count(Kind.LOST), "line" if self.lines[-1].number else "entry"),
        ]
        return f"read as {self.format}: {', '.join(part for part in parts if part)}"


def counted(number: int, what: str) -> str:
    """``1 host``, ``3 hosts``."""
    plural = (
        f"{what[:-1]}ies" if what.endswith("y") else f"{what}{'es' if what[-1] == 's' else 's'}"
    )
    return f"{number} {what if number == 1 else plural}"


def _left_out(number: int, what: str) -> str:
    return f"{counted(number, what)} left out" if number else ""


if TYPE_CHECKING:
    Aliases = Callable[[str], str]
    """The host that an SSH alias stands for; '' if the SSH configuration does not know it."""
    Lookup = Callable[[str], Sequence[str]]
    """The IP addresses of a DNS name."""
