"""Why a login user could not become root, as a sentence, and what helps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_installer.errors import AuthenticationFailed
from tui_installer.model.secret import variable_shown
from tui_installer.remote import become, by_hand, known_refusals
from tui_installer.remote.clean import clean
from tui_installer.remote.failures import LAST_LINES
from tui_installer.remote.host_keys import place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_installer.model.spec import HostSpec
    from tui_installer.remote.session import Session

_WRONG = re.compile(
    r"incorrect (password|auth)|authentication fail|sorry, try again", re.IGNORECASE
)
_OTHER_USER = re.compile(r"login as the user \W?([a-z_][a-z0-9_.-]*)\W? rather", re.IGNORECASE)
_FORCED = re.compile(r"key options:.*\bcommand\b")
PRINT = "echo it-works"


def explain(spec: HostSpec, session: Session, remarks: Sequence[str] = ()) -> AuthenticationFailed:
    """The error for a script that never started. remarks: what sshd said of the login's key."""
    state = session.becoming
    said = _said(session)
    if not state.begun:
        return _login_shell(spec, session, said, remarks)
    program = state.program or state.detail or "sudo"
    if state.result == become.UID:
        return _not_root(spec, state.detail, said)
    if state.result in _RESULTS:
        cause, hint = _RESULTS[state.result]
        return _error(
            spec, cause.replace("PROGRAM", program), said, hint.replace("PROGRAM", program)
        )
    for refusal in known_refusals.ALL:
        if refusal.matches(program, said):
            hint = refusal.hint.replace("USER", spec.ssh.user).replace("PROGRAM", program)
            return _error(spec, refusal.cause.replace("PROGRAM", program), said, hint)
    status = "did not end" if session.status is None else f"ended with status {session.status}"
    return _error(spec, f"{program} {status}", said, f"try: {_try(spec, program)}")


def wrong_password(session: Session) -> bool:
    """Whether what was said last is a refusal of the password."""
    return bool(_WRONG.search(session.becoming.since_asked))


def refused_password(
    spec: HostSpec, program: str, whose: str, session: Session
) -> AuthenticationFailed:
    """The program did not accept the password, which was tried once."""
    ref = spec.sudo_password
    source = f"the file {ref.file}" if ref.file else variable_shown(ref.env) if ref.env else ""
    hint = f"correct {source}" if source else "run again and type the right one"
    of = "" if whose == spec.ssh.user else f" of {whose}"
    if of and program == "sudo":
        hint += f"; sudoers (targetpw, rootpw or runaspw) wants {whose}'s, not {spec.ssh.user}'s"
    reason = f"{program} refused the password{of}"
    return _error(spec, reason, _said(session), f"{hint}; it was tried once only")


def second_factor(spec: HostSpec, program: str, prompt: str) -> AuthenticationFailed:
    """A prompt that only the user can answer, and no user is there."""
    return _error(
        spec,
        f"{program} there asks for more than a password: {prompt}",
        "",
        "run the command in a terminal (not detached) and answer it there, "
        + ("or allow this user NOPASSWD in sudoers" if program == "sudo" else "or log in as root"),
    )


def endless(spec: HostSpec, program: str, prompt: str) -> AuthenticationFailed:
    """It asks on and on."""
    return _error(spec, f"{program} keeps asking: {prompt}", "", f"try: {_try(spec, program)}")


def no_terminal(spec: HostSpec, program: str) -> AuthenticationFailed:
    """sshd grants no terminal, which the program demands."""
    hint = {
        "sudo": "remove requiretty from sudoers for this user, or ",
        "doas": "use nopass in doas.conf for this user, or ",
    }.get(program, "")
    return _error(
        spec,
        f"{program} there wants a terminal, and sshd grants none",
        "",
        f"{hint}allow terminals: PermitTTY in sshd_config, no-pty in authorized_keys",
    )


_RESULTS = {
    become.NEVER: (
        "and sudo is switched off in the answers",
        "set `ssh: {sudo: {mode: auto}}`, or log in as root",
    ),
    become.MISSING: (
        "and PROGRAM is not installed there",
        "install it there, name another one (`ssh: {sudo: {mode: …}}`), or log in as root",
    ),
    become.NO_PIPES: (
        "no named pipes can be made there",
        "mktemp and mkfifo must work there: see to TMPDIR and the space in /tmp",
    ),
}


def _said(session: Session) -> str:
    """Without our command, which sudo quotes."""
    said = clean(session.becoming.noise).strip()
    return re.sub(rf"(sh -c) cd /;.* tui-installer {session.nonce}:[a-z ]+", r"\1 …", said)


def _try(spec: HostSpec, program: str) -> str:
    command = {"su": "su root -c id"}.get(program, f"{program} sh -c id")
    return by_hand.ssh(spec.ssh, command, "-t")


def _error(spec: HostSpec, reason: str, said: str, hint: str) -> AuthenticationFailed:
    return AuthenticationFailed(
        f"{place(spec.name, spec.ssh)}: {spec.ssh.user} cannot become root: {reason}",
        details=tuple(said.splitlines()[-LAST_LINES:]),
        hint=hint,
        host=spec.name,
    )


def _not_root(spec: HostSpec, uid: str, said: str) -> AuthenticationFailed:
    if not uid:
        hint = "sudoers has NOEXEC (or noexec) for this user: allow EXEC for sh"
        return _error(spec, "sh runs as root, and may start no programs", said, hint)
    hint = "check which user the rule in sudoers or doas.conf leads to: it must be root"
    return _error(spec, f"it became user id {uid} instead", said, hint)


def _login_shell(
    spec: HostSpec, session: Session, said: str, remarks: Sequence[str]
) -> AuthenticationFailed:
    """The login ended, or hangs, before our command ran."""
    user, text = spec.ssh.user, clean(session.frame.noise).strip()
    both = f"{said}\n{text}".strip()
    if match := _OTHER_USER.search(both):
        other = match[1]
        return _no_start(
            spec,
            f"{user} may not work there; the host says to log in as {other}",
            both,
            f"set `ssh: {{user: {other}}}` in the answers",
        )
    for refusal in known_refusals.LOGIN_SHELL:
        if refusal.matches("", both):
            hint = refusal.hint.replace("USER", user)
            return _no_start(spec, refusal.cause, both, hint.replace("SSH", _shown(spec, "-t")))
    if any(_FORCED.search(remark) for remark in remarks):
        where = next(remark for remark in remarks if _FORCED.search(remark)).split(": key")[0]
        return _no_start(
            spec,
            f"the key's line in {where} has a forced command, which runs instead of ours",
            both,
            'use another key, or remove command="…" from that line',
        )
    if session.status is None:
        return _no_start(
            spec,
            f"the login shell of {user} does not come to our command: a start-up file of it "
            "waits for input or starts another program",
            both,
            f"{_FILES}; it shows with: {_shown(spec)}",
        )
    ended = f"the login shell of {user} ended with status {session.status}"
    if session.status == 0:
        return _no_start(
            spec,
            f"{ended} before our command: a start-up file of it exits if the shell is not "
            "interactive",
            both,
            f"in ~/.bashrc and the like, use return instead of exit; `{_shown(spec)}` must print "
            "it-works",
        )
    return _no_start(
        spec,
        f"{ended} without running our command",
        both,
        f"`{_shown(spec)}` must print it-works: see to the shell in /etc/passwd, its start-up "
        "files, and ForceCommand in sshd_config",
    )


_FILES = "correct ~/.bashrc, ~/.zshenv, /etc/profile or the like there"


def _shown(spec: HostSpec, *options: str) -> str:
    return by_hand.ssh(spec.ssh, PRINT, *options)


def _no_start(spec: HostSpec, reason: str, said: str, hint: str) -> AuthenticationFailed:
    return AuthenticationFailed(
        f"{place(spec.name, spec.ssh)}: no script could be started: {reason}",
        details=tuple(said.splitlines()[-LAST_LINES:]),
        hint=hint,
        host=spec.name,
    )
