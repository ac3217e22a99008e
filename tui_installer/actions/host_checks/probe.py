"""Checks one host live, with the same code as an installation. Changes nothing there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tui_installer.actions.host_checks import host_verdict
from tui_installer.actions.host_checks.host_check import Cell, NewKey, State, bad, ok
from tui_installer.engine.hosts import facts
from tui_installer.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    HostKeyRefused,
    HostKeyUnknown,
    InstallerError,
)
from tui_installer.remote import ssh, ssh_config
from tui_installer.remote.credentials import Credentials
from tui_installer.remote.host_keys import HostKeyPolicy, place
from tui_installer.remote.logins import settled
from tui_installer.store import paths

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from tui_installer.actions.host_checks.host_check import HostCheck
    from tui_installer.actions.host_checks.host_target import Target
    from tui_installer.model.secret import Secret
    from tui_installer.model.spec import SshSpec
    from tui_installer.remote.host import Host
    from tui_installer.remote.known_hosts import HostKey

    Ask = Callable[[str], Awaitable[Secret | None]]

_ACCEPTED = "new, accepted by --accept-new-host-keys"
FROM_FACTS = ("system", "clock", "disk", "ports", "runs")


def credentials(ask: Ask) -> Credentials:
    """Returns the credentials that a process shares, so that each secret is asked for once."""
    return Credentials(ask)


async def probe(
    target: Target, secrets: Credentials, check: HostCheck, *, accept_new: bool = False
) -> None:
    """Fills the check as results arrive. Raises nothing but CancelledError.

    accept_new: take and remember the key of a host that no file knows.
    """
    check.begin("reach")
    try:
        spec = await settled(target.host, secrets.environ)
        check.ssh = spec.ssh
        spec = replace(spec, name=place("", spec.ssh))
        watched = _Watched(
            paths.own_known_hosts(), accept_new=accept_new, check_of=check, of=spec.ssh
        )
        host = await ssh.connect(
            spec,
            credentials=secrets,
            host_keys=watched,
            say=lambda sentence: check.put("reach", Cell(State.RUNNING, "waiting", (sentence,))),
        )
    except InstallerError as error:
        _not_connected(check, error)
        return
    except (OSError, ValueError) as error:  # for example, our own known_hosts is a folder
        check.put("reach", bad("failed", str(error)))
        return
    try:
        _connected(check, host)
        await _gather(target, host, check)
    except InstallerError as error:
        _not_gathered(check, error)
    finally:
        await host.close()


def read_again() -> None:
    """Reads ssh_config again for the next checks: the user may have corrected it."""
    ssh_config.forget()


def accept(keys: Iterable[NewKey]) -> str:
    """Writes host keys to our own known_hosts; returns '' or why that failed."""
    policy = HostKeyPolicy(own=paths.own_known_hosts())
    try:
        for key in keys:
            spec, shown = key.token
            policy.remember(spec, shown)
    except (OSError, InstallerError) as error:
        return f"{policy.own} could not be written: {error}"
    return ""


@dataclass(frozen=True, slots=True)
class _Watched(HostKeyPolicy):
    """The usual policy; reports to the check what it sees. of: the host, not a jump host."""

    check_of: HostCheck = field(kw_only=True)
    of: SshSpec = field(kw_only=True)

    def check(self, name: str, ssh: SshSpec, key: HostKey) -> bool:
        """As HostKeyPolicy.check."""
        live = self.check_of
        if ssh == self.of:
            live.put("reach", ok("ok", f"{place('', ssh)} answers and speaks SSH"))
            live.begin("key")
        try:
            # slots=True makes a new class, which super() without arguments does not find.
            new = HostKeyPolicy.check(self, name, ssh, key)
        except HostKeyUnknown:
            live.new_key = NewKey(place("", ssh), key.kind, key.fingerprint, (ssh, key))
            raise
        if ssh == self.of:
            why = (_ACCEPTED,) if new else self._why(ssh, key)
            live.put("key", ok("new" if new else "known", str(key), *why))
            live.begin("login")
        return new

    def _why(self, ssh: SshSpec, key: HostKey) -> tuple[str, ...]:
        if ssh.fingerprint == key.fingerprint:
            return ("as given in the answers",)
        return tuple(one.place for one in self.known(ssh).keys if one.key.blob == key.blob)


def _connected(check: HostCheck, host: Host) -> None:
    login = host.login
    tried = tuple(login.tried)
    evidence = tried if len(tried) > 1 else (f"{login.user} by {login.identity}",)
    check.put("login", ok("ok", *evidence))
    check.begin("root", *FROM_FACTS)


async def _gather(target: Target, host: Host, check: HostCheck) -> None:
    found = await facts.gather(host, host_verdict.query(target))
    check.facts = found
    check.put("root", ok(_root_word(found.root), f"{host.login.user}: {found.root}"))
    if wrong := host_verdict.address(target, found):
        check.put("reach", wrong)
    for question, cell in host_verdict.cells(target, found).items():
        check.put(question, cell)


def _root_word(root: str) -> str:
    return "sudo+pw" if "password" in root else root


def _not_connected(check: HostCheck, error: InstallerError) -> None:
    at = next(
        (name for name in ("login", "key") if check.cells[name].state is not State.WAITING), "reach"
    )
    if isinstance(error, HostKeyUnknown):
        cell = Cell(State.REVIEW, "new", (error.message, *error.details), "k: review and accept it")
        check.put("key", cell)
    elif isinstance(error, HostKeyRefused):
        word = "revoked" if "revoked" in error.message else "changed"
        check.put("key", _failure(word, error))
    elif isinstance(error, AuthenticationFailed):
        check.put("login", _failure("refused", error))
    else:
        check.put(at, _failure(_reach_word(error.message), error))


def _not_gathered(check: HostCheck, error: InstallerError) -> None:
    if isinstance(error, AuthenticationFailed):
        check.put("root", _failure("refused", error))
    else:
        lost = isinstance(error, ConnectionFailed)
        check.put("system", _failure("lost" if lost else "unfit", error))


def _failure(word: str, error: InstallerError) -> Cell:
    return bad(word, error.message, *error.details, hint=error.hint)


def _reach_word(message: str) -> str:
    words = {
        "MaxStartups": "busy",
        "PerSourcePenalties": "blocked",
        "before a word": "closed",
        "refused": "refused",
        "cannot resolve": "config",
        "circle": "config",
        "ProxyCommand": "proxy",
        "no answer": "silent",
        "resolved": "no name",
        "cannot be reached": "no route",
    }
    return next((word for text, word in words.items() if text in message), "failed")
