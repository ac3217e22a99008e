"""Checks the masters: reserved names, duplicates, and their number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.model.answers.logins import host_label, login_of, ssh_address
from tui_installer.model.check import parse
from tui_installer.model.check.findings import readable
from tui_installer.model.run.events import CLUSTER, OPERATOR
from tui_installer.model.spec import DEFAULT_PORT, bracket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.answers.document import Answers, Host
    from tui_installer.model.answers.ssh import Ssh
    from tui_installer.model.check.findings import Findings

_MOST_STACKED = 5
_RESERVED = frozenset({"localhost", "kubernetes", OPERATOR, CLUSTER})
_FILES = frozenset(
    {"background", "sa.key", "sa.pub", "encryption.key", "bootstrap.token", "csv.token"}
    | {"lost-keys.json", "requests"}
)
"""Names of files in a session's folder, where each host has a log or folder of its name."""


def check_hosts(answers: Answers, found: Findings) -> None:
    """Checks every name, then duplicates, then the number of masters."""
    for number in range(len(answers.hosts)):
        _check_name(f"hosts.{number}.name", found)
    _check_distinct(answers, found)
    _check_count(answers, found)


def _check_name(path: str, found: Findings) -> None:
    name: str | None = found.value(path)
    if name and _is_taken(name):
        found.add(path, f"{name} is reserved", "want another name")


def _is_taken(name: str) -> bool:
    return name in _RESERVED or name in _FILES or name.endswith(".pem")


def _check_distinct(answers: Answers, found: Findings) -> None:
    """Checks names, addresses and SSH targets for duplicates, each independently."""
    seen: dict[tuple[object, ...], int] = {}
    for number, host in enumerate(answers.hosts):
        for key, what, value in _identities(answers.ssh, host, number):
            if value is None:
                continue
            first = seen.setdefault((what, value), number)
            if first != number:
                found.add(
                    f"hosts.{number}.{key}",
                    f"hosts.{first} already has the {what} {value}",
                    "every host needs its own",
                )


def _identities(ssh: Ssh, host: Host, number: int) -> Iterator[tuple[str, str, str | None]]:
    """(key, what it is, its canonical text or None if it is invalid)."""
    yield "name", "name", readable(parse.host_name, host_label(host, number))
    yield "address", "address", readable(parse.ip, host.address)
    key = "sshAddress" if host.ssh_address else "address"
    yield key, "SSH target", _target(ssh, host)


def _target(ssh: Ssh, host: Host) -> str | None:
    """The SSH target: the same address behind two jump hosts means two machines."""
    login = login_of(ssh, host)
    address = readable(parse.ssh_host, ssh_address(host))
    if address is None:
        return None
    jump, through = login.jump, ""
    while jump:
        through += f" through {jump.address}:{jump.port or DEFAULT_PORT}"
        jump = jump.jump
    return f"{bracket(address)}:{login.port or DEFAULT_PORT}{through}"


def _check_count(answers: Answers, found: Findings) -> None:
    count = len(answers.hosts)
    if not count:
        found.add("hosts", "is required", "want the masters: - address: IP for each")
    elif answers.etcd.mode == "stacked" and found.good("etcd.mode"):
        _check_members(count, found)


def _check_members(count: int, found: Findings) -> None:
    wanted = f"want 1, 3 or 5 masters with stacked etcd, got {count}"
    if count > _MOST_STACKED:
        found.note("hosts", wanted, "more members slow down every write")
    elif count % 2 == 0:
        why = "etcd needs a majority: {} members survive the loss of {}, no more than {} do"
        found.note("hosts", wanted, why.format(count, (count - 1) // 2, count - 1))
