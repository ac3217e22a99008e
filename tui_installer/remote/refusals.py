"""Why a login user could not become root, as a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.errors import AuthenticationFailed
from tui_installer.model.secret import variable_shown
from tui_installer.remote import become
from tui_installer.remote.clean import clean
from tui_installer.remote.failures import LAST_LINES
from tui_installer.remote.host_keys import place

if TYPE_CHECKING:
    from tui_installer.model.spec import HostSpec
    from tui_installer.remote.session import Session

# What sudo prints (sudo's plugins/sudoers/logging.c, check.c), in the C locale.
_SUDO_SAYS = (
    ("is not in the sudoers file", "it is not in sudoers"),
    ("may not run sudo", "sudoers does not let it"),
    ("is not allowed to", "sudoers does not let it run commands as root"),
    ("you must have a tty", "sudoers has requiretty, and a script has no terminal"),
    ("incorrect password", "the password is wrong"),
    ("Account or password is expired", "its password has expired"),
    ("no new privileges", "the login is confined (no new privileges)"),
)


def explain(spec: HostSpec, session: Session) -> AuthenticationFailed:
    """The error for a script that never started."""
    said = clean(session.becoming.noise).strip()
    if session.becoming.result == become.NEVER:
        return _error(spec, "and sudo is switched off in the answers", said, _USE_SUDO)
    if session.becoming.result == become.MISSING:
        return _error(spec, "and sudo is not installed there", said, _NO_SUDO)
    if session.becoming.asked > become.PROMPTS:
        return _error(spec, "sudo keeps asking for a password", "", _SHELL)
    if session.becoming.asked > 1:
        return _wrong_password(spec, said)
    for text, reason in _SUDO_SAYS:
        if text in said:
            return _error(spec, f"{reason}", said, _sudoers(spec))
    return _no_start(spec, session, said)


_USE_SUDO = "set `ssh: {sudo: {mode: auto}}`, or log in as root"
_SHELL = "check what the login shell there does"
_NO_SUDO = "install sudo there, or log in as root"


def _error(spec: HostSpec, reason: str, said: str, hint: str) -> AuthenticationFailed:
    return AuthenticationFailed(
        f"{place(spec.name, spec.ssh)}: {spec.ssh.user} cannot become root: {reason}",
        details=tuple(said.splitlines()[-LAST_LINES:]),
        hint=hint,
        host=spec.name,
    )


def _wrong_password(spec: HostSpec, said: str) -> AuthenticationFailed:
    ref = spec.sudo_password
    source = f"the file {ref.file}" if ref.file else variable_shown(ref.env) if ref.env else ""
    hint = f"correct {source}" if source else "run again and type the right one"
    return _error(spec, "sudo refused the password", said, f"{hint}; it was tried once only")


def _no_start(spec: HostSpec, session: Session, said: str) -> AuthenticationFailed:
    """The login shell or sudo ended without a word that is known."""
    text = clean(session.stdout.value()).strip()
    return AuthenticationFailed(
        f"{place(spec.name, spec.ssh)}: no script could be started as root "
        f"(exit status {session.status})",
        details=(*said.splitlines()[-LAST_LINES:], *text.splitlines()[-LAST_LINES:]),
        hint=f"try: ssh {spec.ssh.user}@{spec.ssh.address} sudo -n true; "
        "the login shell must be able to run sh",
        host=spec.name,
    )


def _sudoers(spec: HostSpec) -> str:
    return f"allow it in /etc/sudoers.d: {spec.ssh.user} ALL=(ALL) NOPASSWD: ALL"
