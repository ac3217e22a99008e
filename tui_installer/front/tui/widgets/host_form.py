"""The answers of one host, or those that hold for all of them, in a form beside the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widgets import Static

from tui_installer.front.tui.widgets.field import ChoiceField, SwitchField
from tui_installer.front.tui.widgets.host_fields import (
    JumpField,
    ListField,
    NumberField,
    ReadField,
)

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_installer.front.tui.draft import Draft

JUMP_HINT = (
    "A machine to go through: user@address:port. Its key comes up for review like the others."
)


class HostForm(VerticalScroll, can_focus=False):
    """number: the host's place in the list. Every keystroke is in the draft at once."""

    def __init__(self, draft: Draft, number: int, label: str) -> None:
        super().__init__(id="form")
        self.draft, self.number, self.label = draft, number, label

    def compose(self) -> ComposeResult:
        at, draft = f"hosts.{self.number}", self.draft
        usual = f"{draft.value('ssh.user')}, as for all hosts"
        yield Static(self.label, classes="form-title", markup=False)
        yield ReadField(draft, f"{at}.address", "Address", placeholder="192.0.2.11")
        yield ReadField(draft, f"{at}.name", "Name", placeholder=f"master{self.number + 1:02d}")
        yield ReadField(draft, f"{at}.ssh.user", "User", placeholder=usual)
        port = f"{draft.value('ssh.port')}, as for all hosts"
        yield NumberField(draft, f"{at}.ssh.port", "SSH port", placeholder=port)
        yield ReadField(draft, f"{at}.sshAddress", "SSH address", placeholder="as the address")
        yield ListField(
            draft,
            f"{at}.ssh.identityFiles",
            "Identity files",
            placeholder="as for all hosts",
            hint="Private keys for this host, with commas between them, tried in this order.",
        )
        yield JumpField(
            draft,
            f"{at}.ssh.jump",
            "Jump host",
            placeholder="as for all hosts",
            hint=f"{JUMP_HINT} none: without one.",
        )
        yield ReadField(draft, f"{at}.fingerprint", "Host key", placeholder="SHA256:…, optional")


class LoginForm(VerticalScroll, can_focus=False):
    """How every host is logged in to; a host's own answers go before these."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(id="form")
        self.draft = draft

    def compose(self) -> ComposeResult:
        draft = self.draft
        yield Static(
            "Login to all hosts   Enter: next field, Esc: done", classes="form-title", markup=False
        )
        yield ReadField(draft, "ssh.user", "User", placeholder="root")
        yield NumberField(draft, "ssh.port", "SSH port", placeholder="22")
        yield ListField(
            draft,
            "ssh.identityFiles",
            "Identity files",
            placeholder="~/.ssh/id_*",
            hint="Private keys with commas between them, tried in this order; empty: ~/.ssh/id_*. "
            "A passphrase is asked for when it is needed.",
        )
        yield SwitchField(draft, "ssh.agent", "SSH agent")
        yield JumpField(draft, "ssh.jump", "Jump host", placeholder="none", hint=JUMP_HINT)
        yield ChoiceField(
            draft,
            "ssh.sudo.mode",
            "Root by",
            (("sudo, where the user is not root", "auto"), ("being root; never sudo", "never")),
            hint="sudo's password, if it wants one, is asked for once and kept in memory only.",
        )
        yield ReadField(
            draft,
            "ssh.sudo.password.file",
            "Sudo password",
            placeholder="asked for",
            hint="A file with sudo's password in its first line, 0600; empty: it is asked for.",
        )
