"""Finds hosts that were cloned from one another: they share what each must have of its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tui_installer.model.run.facts import HostFacts


class What(StrEnum):
    """What each host must have of its own."""

    HOSTNAME = "hostname"
    MACHINE_ID = "machine ID"

    @property
    def fix(self) -> str:
        return _FIXES[self]


_FIXES = {
    What.HOSTNAME: "give each its own: hostnamectl set-hostname NAME",
    What.MACHINE_ID: (
        "the machines were cloned; on all of them but one: rm -f /etc/machine-id "
        "/var/lib/dbus/machine-id && systemd-machine-id-setup && reboot"
    ),
}


@dataclass(frozen=True, slots=True)
class Shared:
    """What several hosts have in common. hosts: their names. text: one sentence."""

    hosts: tuple[str, ...]
    what: What
    value: str

    @property
    def text(self) -> str:
        names = f"{', '.join(self.hosts[:-1])} and {self.hosts[-1]}"
        return f"{names} have the same {self.what}: {self.value}"


def shared(hosts: Iterable[HostFacts]) -> Iterator[Shared]:
    """Each hostname and machine ID that several of the hosts have."""
    found = tuple(hosts)
    # API servers and leader leases are named after hostnames.
    yield from _same(found, What.HOSTNAME, lambda facts: facts.hostname.lower())
    yield from _same(found, What.MACHINE_ID, lambda facts: facts.machine_id)


def notices(hosts: Iterable[HostFacts]) -> Iterator[str]:
    """One sentence for each of them, with the fix."""
    return (f"{one.text}; {one.what.fix}" for one in shared(hosts))


def _same(
    hosts: tuple[HostFacts, ...], what: What, of: Callable[[HostFacts], str]
) -> Iterator[Shared]:
    names: dict[str, dict[str, None]] = {}
    for facts in hosts:
        if value := of(facts):
            names.setdefault(value, {})[facts.host] = None
    for value, found in names.items():
        if len(found) > 1:
            yield Shared(tuple(found), what, value)
