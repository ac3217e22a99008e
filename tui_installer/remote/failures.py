"""A failed login as a sentence: what happened, the evidence, what to do next."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING

import asyncssh

from tui_installer.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    ConnectionLost,
    HostKeyRefused,
    InstallerError,
)
from tui_installer.remote.clean import clean
from tui_installer.remote.host_keys import place
from tui_installer.remote.output import STDOUT_LIMIT, STDOUT_LINES

if TYPE_CHECKING:
    from tui_installer.model.spec import HostSpec, SshSpec
    from tui_installer.remote.gate import Gate
    from tui_installer.remote.identities import Identities
    from tui_installer.remote.session import Session

EXPECTED = (OSError, asyncssh.Error, ValueError)
"""What asyncssh.connect raises for reasons that lie outside this program."""

LAST_LINES = 10

_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}
_TOO_MANY = "too many authentication failures"


def explain(
    error: Exception, name: str, ssh: SshSpec, gate: Gate, identities: Identities
) -> InstallerError:
    """The error to raise for what went wrong while logging in."""
    if gate.refused:
        return gate.refused
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return _host_certificate(error, name, ssh)
    if isinstance(error, asyncssh.PermissionDenied) or _TOO_MANY in str(error).lower():
        return _authentication(error, name, ssh, gate, identities)
    what, then = _what_and_next(error, ssh, gate)
    return ConnectionFailed(
        f"{place(name, ssh)}: {what}", details=_details(error), hint=then, host=name
    )


def timed_out(name: str, ssh: SshSpec, gate: Gate | None, seconds: float) -> ConnectionFailed:
    """No result within the limit; how far it got says what to look at."""
    if gate is None or gate.connection is None:
        said, hint = "no answer", f"check the address, and that a firewall lets port {ssh.port} in"
    elif not gate.greeted:
        said, hint = "the port is open but says nothing", "check that sshd listens on this port"
    else:
        said, hint = "the login did not finish", "check the load and sshd's log on the machine"
    return ConnectionFailed(
        f"{place(name, ssh)}: {said} within {seconds:g} s", hint=hint, host=name
    )


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
            isinstance(error, asyncssh.ConnectionLost | ConnectionError),
            "the connection was lost during the login",
            _by_hand(ssh),
        ),
        (True, "the connection failed", _by_hand(ssh)),
    )
    return next((what, then) for applies, what, then in cases if applies)


def _by_hand(ssh: SshSpec) -> str:
    return f"try: ssh -v -p {ssh.port} {ssh.user}@{ssh.address}"


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


def _authentication(
    error: Exception, name: str, ssh: SshSpec, gate: Gate, identities: Identities
) -> AuthenticationFailed:
    tried = tuple(str(identity) for identity in gate.tried)
    if not gate.asked_for_keys:
        tried = ("none: the host accepts no public keys",)
    elif not tried:
        tried = ("none: there is no identity file and no key in an agent",)
    agent = (identities.agent_problem,) if identities.agent_problem else ()
    return AuthenticationFailed(
        f"{place(name, ssh)} accepts none of the identities for user {ssh.user}",
        details=("tried, in order:", *agent, *tried),
        hint=_authentication_hint(error, ssh, gate),
        host=name,
    )


def _authentication_hint(error: Exception, ssh: SshSpec, gate: Gate) -> str:
    if _TOO_MANY in str(error).lower():
        return "the host closed it after too many keys: name the right one with `identityFiles:`"
    if any("passphrase" in identity.result for identity in gate.tried):
        return (
            "add the key to an ssh-agent, or name its passphrase: "
            "`ssh: {passphrase: {file: …}}` in the answers"
        )
    return (
        f"put a public key into ~{ssh.user}/.ssh/authorized_keys there, "
        "or name another key with `identityFiles:` in the answers"
    )
