"""A login that the host refused, as a sentence: what was tried, why it failed, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.errors import AuthenticationFailed
from tui_installer.model.secret import variable_shown
from tui_installer.remote.clean import clean
from tui_installer.remote.gate import NO_LOGIN, too_many
from tui_installer.remote.host_keys import place
from tui_installer.remote.prompts import INTERACTIVE, NOBODY, PASSWORD, REFUSED

if TYPE_CHECKING:
    from tui_installer.model.spec import SshSpec
    from tui_installer.remote.gate import Gate
    from tui_installer.remote.identities import Identity

BANNER_LINES = 5
_OR_KEY = "or let this user log in by the key alone (AuthenticationMethods in its sshd_config)"
_ROOT = "PermitRootLogin in sshd_config, "
_NO_ROOT = "; if sshd there forbids root (PermitRootLogin), log in as another user"
_METHODS = (PASSWORD, INTERACTIVE)
_BY_FILE = "`ssh: {password: {file: …}}` in the answers"


def explain(
    error: Exception, name: str, ssh: SshSpec, gate: Gate, agent_problem: str
) -> AuthenticationFailed:
    """The error to raise for a login that the host refused."""
    refusal = _Refusal(error, place(name, ssh), ssh, gate)
    first = gate.cut_off or not gate.accepted
    what, hint = refusal.first_factor() if first else refusal.second_factor()
    agent = (agent_problem,) if agent_problem else ()
    tried = tuple(str(identity) for identity in gate.tried) or refusal.nothing_tried()
    return AuthenticationFailed(
        what, details=("tried, in order:", *agent, *tried, *_banner(gate)), hint=hint, host=name
    )


@dataclass(frozen=True, slots=True)
class _Refusal:
    error: Exception
    where: str
    ssh: SshSpec
    gate: Gate

    def second_factor(self) -> tuple[str, str]:
        """What happened and what to do, after a partial success (RFC 4252, 5.1)."""
        proved = ", ".join(_method(identity) for identity in self.gate.accepted)
        user, asked, last = self.ssh.user, self.gate.prompts.unanswered, self.gate.tried[-1]
        if asked:
            what = f"{user} needs a second factor (prompt: {asked}), after {proved} was accepted"
            hint = f"run interactively: at a terminal you are asked for it; {_OR_KEY}"
        elif last.result == REFUSED and last.label.startswith(_METHODS):
            what = f"authenticated with {proved}, then refused the answer to {_prompt(last)}"
            hint = "run again and answer it again; a one-time code is good for one login only"
        else:
            needed = ", ".join(self.gate.needed) or "a method that this program does not have"
            what = f"authenticated with {proved}, needs {needed}"
            hint = f"see AuthenticationMethods in its sshd_config; {_OR_KEY}"
        return f"{self.where}: {what}", hint

    def first_factor(self) -> tuple[str, str]:
        if self.gate.cut_off:
            return f"{self.where} refused the login of {self.ssh.user}", self._hint()
        if not self.gate.asked_for_keys and (only := self._password_only()):
            return only
        what = f"{self.where} accepts none of the identities for user {self.ssh.user}"
        return what, self._hint()

    def nothing_tried(self) -> tuple[str, ...]:
        if not self.gate.asked_for_keys:
            return ("none: the host accepts neither public keys nor passwords",)
        return ("none: there is no identity file and no key in an agent",)

    def _password_only(self) -> tuple[str, str] | None:
        """For a host that takes no keys; None if it takes no passwords either."""
        tried = [one for one in self.gate.tried if one.label.startswith(_METHODS)]
        asked = self.gate.prompts.unanswered
        user = self.ssh.user
        if not tried:
            return None
        if asked and not asked.lower().startswith("password"):
            return (
                f"{self.where} accepts no keys from {user}, and asks for: {asked}",
                "run interactively: at a terminal you are asked for it, for each host",
            )
        if asked:
            return (
                f"{self.where} wants the SSH password of {user}, and none was given",
                f"run interactively, or name a file that holds it: {_BY_FILE}",
            )
        return f"{self.where} refused the password of {user}", self._correct_password()

    def _correct_password(self) -> str:
        ref = self.ssh.password
        if ref.file or ref.env:
            source = f"the file {ref.file}" if ref.file else variable_shown(ref.env)
            return f"correct {source}; it was tried once only"
        return "run again and type the right one; it was tried once only"

    def _hint(self) -> str:
        """What helps, from the most telling result to the least."""
        results = "\n".join(identity.result for identity in self.gate.tried)
        user, root = self.ssh.user, self.ssh.user == "root"
        cases = (
            (
                too_many(self.error),
                (
                    "the host closed the connection after too many keys (MaxAuthTries): name the "
                    "right one with `identityFiles:`; a public key there selects the agent's key"
                ),
            ),
            (
                "not tried again" in results,
                (
                    "hosts block addresses that try a refused identity too often: correct the user "
                    "or the key, or try again after that time"
                ),
            ),
            (
                "passphrase" in results,
                (
                    "add the key to an ssh-agent, or name its passphrase: "
                    "`ssh: {passphrase: {file: …}}` in the answers"
                ),
            ),
            (
                "the agent refused" in results or "the agent did not" in results,
                (
                    "unlock the agent (ssh-add -X), confirm the signature when it asks, or name a "
                    "key file with `identityFiles:` in the answers"
                ),
            ),
            (
                NO_LOGIN in results or self.gate.cut_off,
                (
                    f"the login is right, the account is not: look at {_ROOT if root else ''}the "
                    f"account's expiry (chage -l {user}) and /etc/nologin there, and at sshd's log"
                ),
            ),
            (
                NOBODY in results,
                (
                    f"put a public key into ~{user}/.ssh/authorized_keys there, run interactively "
                    f"to type the password, or name a file that holds it: {_BY_FILE}"
                ),
            ),
            (
                True,
                (
                    f"put a public key into ~{user}/.ssh/authorized_keys there, or name another "
                    f"key with `identityFiles:` in the answers{_NO_ROOT if root else ''}"
                ),
            ),
        )
        return next(hint for applies, hint in cases if applies)


def _method(identity: Identity) -> str:
    """``publickey (~/.ssh/id_ed25519)``"""
    return f"publickey ({identity.label})" if identity.pair else identity.label


def _prompt(identity: Identity) -> str:
    """What the host asked: the part in brackets of ``keyboard-interactive (Code)``."""
    return identity.label.partition("(")[2].rstrip(")") or identity.label


def _banner(gate: Gate) -> tuple[str, ...]:
    lines = [line.strip() for line in clean(gate.banner).splitlines() if line.strip()]
    return tuple(f"the host says: {line}" for line in lines[-BANNER_LINES:])
