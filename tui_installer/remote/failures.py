"""A failed login as a sentence: what happened, the evidence, what to do next."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import asyncssh

from tui_installer.errors import (
    ConnectionFailed,
    ConnectionLost,
    HostKeyRefused,
    InstallerError,
)
from tui_installer.remote import by_hand, login_failures, throttling
from tui_installer.remote.clean import clean
from tui_installer.remote.gate import too_many
from tui_installer.remote.host_keys import place
from tui_installer.remote.output import STDOUT_LIMIT, STDOUT_LINES
from tui_installer.remote.throttling import Throttled

if TYPE_CHECKING:
    from tui_installer.model.spec import HostSpec, SshSpec
    from tui_installer.remote.gate import Gate
    from tui_installer.remote.session import Session

EXPECTED = (OSError, asyncssh.Error, ValueError)
"""What asyncssh.connect raises for reasons that lie outside this program."""

LAST_LINES = 10

_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}
_BLOCKED = (
    "sshd is being restarted, or this machine's address is blocked there after failed logins "
    "(fail2ban, firewall): wait, or lift the block there"
)


@dataclass(frozen=True, slots=True)
class Failed:
    """A login that failed, and what is known about it.

    answered: seconds since sshd last answered there, None if it lately did not.
    """

    name: str
    ssh: SshSpec
    gate: Gate
    agent_problem: str
    answered: float | None

    def explain(self, error: Exception) -> InstallerError:
        """The error to raise for what went wrong while logging in."""
        if self.gate.refused:
            return self.gate.refused
        if isinstance(error, asyncssh.HostKeyNotVerifiable):
            return _host_certificate(error, self.name, self.ssh)
        if self._denied(error):
            return login_failures.explain(error, self.name, self.ssh, self.gate, self.agent_problem)
        if throttled := self._throttled(error):
            return throttled
        what, then = _what_and_next(error, self.ssh, self.gate)
        return ConnectionFailed(
            f"{place(self.name, self.ssh)}: {what}",
            details=(*_details(error), *self._tried()),
            hint=then,
            host=self.name,
        )

    def _denied(self, error: Exception) -> bool:
        denied = isinstance(error, asyncssh.PermissionDenied) or too_many(error)
        return denied or self.gate.cut_off

    def timed_out(self, seconds: float) -> ConnectionFailed:
        """No result within the limit; how far it got says what to look at."""
        port, before = self.ssh.port, ""
        if self.gate.connection is None:
            said, hint = "no answer", f"check the address, and that a firewall lets port {port} in"
            if self.answered is not None:
                before, hint = f", though sshd answered {self._ago()}", _BLOCKED
        elif not self.gate.greeted:
            said, hint = "the port is open but says nothing", "check that sshd listens on this port"
        else:
            said = "the login did not finish"
            hint = "check the load and sshd's log on the machine"
        return ConnectionFailed(
            f"{place(self.name, self.ssh)}: {said} within {seconds:g} s{before}",
            details=self._tried(),
            hint=hint,
            host=self.name,
        )

    def _tried(self) -> tuple[str, ...]:
        return tuple(str(identity) for identity in self.gate.tried)

    def _ago(self) -> str:
        return f"{self.answered or 0:.0f} s ago"

    def _throttled(self, error: Exception) -> Throttled | None:
        """The error of a host that turns connections away for now; None for all others."""
        greeting, details = self.gate.greeting, _details(error)
        if isinstance(error, ConnectionRefusedError) and self.answered is not None:
            what, hint = (
                f"the connection was refused, though sshd answered {self._ago()}",
                _BLOCKED,
            )
        elif not self.gate.connection or self.gate.greeted:
            return None
        elif greeting.meaning:
            what, details = greeting.meaning, (f"the host says: {greeting.shown}",)
            hint = "wait some minutes, and correct what failed before; see sshd's log there"
        elif not greeting.text and isinstance(error, asyncssh.ConnectionLost | ConnectionError):
            what = "the connection was closed before a word"
            hint = (
                "sshd does that when too many logins are under way (MaxStartups) or this address "
                f"is blocked there (fail2ban, hosts.deny); or port {self.ssh.port} is not sshd's"
            )
        else:
            return None
        made = Throttled(
            f"{place(self.name, self.ssh)}: {what}", details=details, hint=hint, host=self.name
        )
        made.patience = throttling.PATIENCE if greeting.meaning else throttling.DOUBT
        return made


def lost(spec: HostSpec, error: Exception | None) -> ConnectionLost:
    """The connection ended before the script's status was known."""
    silent = "not responding to keepalive" in str(error)
    what = "stopped answering" if silent else "the connection was lost"
    return ConnectionLost(
        f"{place(spec.name, spec.ssh)}: {what}; the outcome of its script is unknown",
        details=_details(error) if error else (),
        hint="check that the machine is up, then run again: finished work is not repeated",
        host=spec.name,
    )


def no_end(spec: HostSpec, session: Session, seconds: float) -> ConnectionFailed:
    """The script did not end within its time."""
    said = session.stderr.text() or clean(session.becoming.noise)
    return ConnectionFailed(
        f"{place(spec.name, spec.ssh)}: a script did not end within {seconds:g} s; "
        "it may still be running there",
        details=tuple(said.splitlines()[-LAST_LINES:]),
        hint="check the load of the machine, and whether a program there waits for input",
        host=spec.name,
    )


def no_session(spec: HostSpec, needed: int) -> ConnectionFailed:
    """The host allows a connection fewer sessions than are needed."""
    return ConnectionFailed(
        f"{place(spec.name, spec.ssh)}: sshd there allows no {needed} sessions at once",
        hint=f"{needed} are needed, one of them to lock the host: set MaxSessions in its "
        f"sshd_config to {needed} or more (its default is 10)",
        host=spec.name,
    )


def too_much(spec: HostSpec) -> InstallerError:
    """The script sent more than is kept."""
    return InstallerError(
        f"{place(spec.name, spec.ssh)}: a script sent more than {STDOUT_LIMIT >> 20} MiB, "
        f"or {STDOUT_LINES} lines",
        hint="a program there prints more than it should; check what the script calls",
        host=spec.name,
    )


def _what_and_next(error: Exception, ssh: SshSpec, gate: Gate) -> tuple[str, str]:
    """What happened and what to do, from the most telling sign to the least."""
    unreachable = isinstance(error, OSError) and error.errno in _UNREACHABLE
    cases = (
        (
            isinstance(error, socket.gaierror),
            f"the name {ssh.address} cannot be resolved",
            "correct the name, or give an IP address",
        ),
        (
            isinstance(error, ConnectionRefusedError),
            "the connection was refused",
            f"check that sshd runs there and listens on port {ssh.port}",
        ),
        (
            isinstance(error, asyncssh.ChannelOpenError) and ssh.jump,
            f"the jump host {place('', ssh.jump)} cannot connect to it" if ssh.jump else "",
            "try it from the jump host; its sshd needs AllowTcpForwarding yes",
        ),
        (
            isinstance(error, asyncssh.KeyExchangeFailed),
            "it shares no algorithm with this program",
            "its sshd must offer current algorithms",
        ),
        (
            unreachable,
            "it cannot be reached from here",
            "check the address, the route and whether the machine is up",
        ),
        (
            gate.connection and not gate.greeted,
            "what answers there does not speak SSH",
            f"check that port {ssh.port} is sshd's; `ssh: {{port: …}}` in the answers sets it",
        ),
        (
            _lost(error) and gate.shown is None,
            "the connection was lost during the login, before it showed a host key",
            f"sshd there may have no host key of a kind that is used today; {_by_hand(ssh)}",
        ),
        (
            _lost(error),
            "the connection was lost during the login",
            _by_hand(ssh),
        ),
        (True, "the connection failed", _by_hand(ssh)),
    )
    return next((what, then) for applies, what, then in cases if applies)


def _lost(error: Exception) -> bool:
    return isinstance(error, asyncssh.ConnectionLost | ConnectionError)


def _by_hand(ssh: SshSpec) -> str:
    return f"try: {by_hand.ssh(ssh, '', '-v')}"


def _details(error: Exception) -> tuple[str, ...]:
    text = clean(str(error)).strip()
    return (text,) if text else ()


def _host_certificate(error: Exception, name: str, ssh: SshSpec) -> InstallerError:
    return HostKeyRefused(
        f"{place(name, ssh)}: its host key was not accepted",
        details=_details(error),
        hint="a host certificate must name this address, be within its validity and not be revoked",
        host=name,
    )
