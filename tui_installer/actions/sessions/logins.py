"""Hosts to log in to, from answers that may be otherwise incomplete, or from addresses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError
from tui_installer.model.answers import login_text
from tui_installer.model.answers.document import Answers, Host
from tui_installer.model.answers.ssh import HostSsh
from tui_installer.model.check import parse
from tui_installer.model.check.check import check
from tui_installer.model.check.findings import readable
from tui_installer.model.check.problems import AnswersInvalid
from tui_installer.model.check.resolve import build
from tui_installer.remote.ssh_config import lookup

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.model.spec import Spec


def logins(given: Answers, folder: Path) -> Spec:
    """Returns a spec of which only the hosts are valid; their number is not checked.

    folder: base of relative paths. Raises AnswersInvalid; UsageError if no host is named.
    """
    only = Answers(ssh=given.ssh, hosts=given.hosts)
    found = [one for one in check(only) if one.path.startswith(("hosts.", "ssh."))]
    if found or not given.hosts:
        raise AnswersInvalid(found) if found else UsageError("no host is named")
    return build(only, folder=folder)


def of_addresses(text: str) -> Answers:
    """Parses ``[USER@]ADDRESS[:PORT]``, separated by commas; IPv6 with a port in brackets.

    An address may be an alias of ssh_config whose HostName is an IP address. Blocking. Raises
    UsageError for an invalid port or a mistake in ssh_config; `logins` checks the rest.
    """
    return Answers(hosts=[_host(one.strip()) for one in text.split(",") if one.strip()])


def _host(text: str) -> Host:
    said = login_text.read(text)
    if said.port and not said.port.isdecimal():
        raise UsageError(f"{text!r}: {said.port!r} is not a port", hint="[USER@]ADDRESS[:PORT]")
    own = HostSsh(user=said.user or None, port=int(said.port[:6]) if said.port else None)
    if readable(parse.ip, said.address) or readable(parse.ssh_host, said.address) is None:
        return Host(address=said.address, ssh=own)
    found = asyncio.run(lookup(said.address, said.user, own.port or 0))
    if not readable(parse.ip, found.hostname):
        raise UsageError(
            f"`ssh {said.address}` goes to {found.hostname}, which is no IP address",
            hint="name the IP address, or use --answers FILE with address and sshAddress",
        )
    return Host(address=found.hostname, ssh_address=said.address, ssh=own)
