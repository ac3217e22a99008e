"""Reads lists of hosts on this machine: SSH aliases and DNS names are resolved as ssh does here."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

from tui_installer.model.answers.document import APIVERSION
from tui_installer.model.answers.shape import read_data
from tui_installer.model.check.check import check
from tui_installer.remote import ssh_config
from tui_installer.store.host_lists.read import read
from tui_installer.store.yaml_dump import dumped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_installer.model.check.problems import Problem
    from tui_installer.store.host_lists.found import HostList


def from_text(text: str, known: Sequence[dict[str, Any]] = ()) -> HostList:
    """Returns the hosts of a list. known: the hosts already listed.

    Waits for ``ssh -G``, so it is not for the thread of an event loop. Raises UsageError if the
    SSH configuration has a mistake.
    """
    return read(text, _stands_for, known)


def from_file(data: bytes) -> HostList:
    """As `from_text`; hosts that have a DNS name only get the address that it resolves to here."""
    return read(_decoded(data), _stands_for, lookup=_addresses)


def answers_text(hosts: Sequence[dict[str, Any]]) -> str:
    """An answers file with these hosts."""
    return dumped({"apiVersion": APIVERSION, "hosts": list(hosts)})


def problems_of(hosts: Sequence[dict[str, Any]]) -> list[Problem]:
    """What is still wrong with answers that have these hosts only, such as their number."""
    answers, faults = read_data({"apiVersion": APIVERSION, "hosts": list(hosts)})
    return [*(problem for _, problem in faults), *check(answers)]


def _stands_for(name: str) -> str:
    found = asyncio.run(ssh_config.lookup(name))
    return found.hostname if found.named else ""


def _addresses(name: str) -> list[str]:
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _decoded(data: bytes) -> str:
    """Spreadsheets write UTF-16 with a byte order mark; all else is UTF-8, or nearly so."""
    code = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    return data.decode(code, "replace")
