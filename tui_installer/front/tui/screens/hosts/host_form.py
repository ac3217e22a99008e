"""Forms beside the table: the answers of one host, and the login for all hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widgets import Static

from tui_installer.actions.sessions import drafts
from tui_installer.front.tui.widgets.host_fields import (
    JumpField,
    ListField,
    NumberField,
    ReadField,
)
from tui_installer.front.tui.widgets.questions import field
from tui_installer.model.answers.document import Host
from tui_installer.model.answers.questions import Kind, questions
from tui_installer.model.answers.ssh import Ssh

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.widgets.field import Field
    from tui_installer.model.answers.questions import Question

OPTIONAL = {
    Kind.TEXT: ReadField,
    Kind.NUMBER: NumberField,
    Kind.LIST: ListField,
    Kind.BLOCK: JumpField,
}
"""Fields that show the given value; if empty, the placeholder shows the effective one."""


class HostForm(VerticalScroll, can_focus=False):
    """number: the host's index in the list. Every keystroke updates the draft."""

    def __init__(self, draft: Draft, number: int, label: str) -> None:
        super().__init__(id="form")
        self.draft, self.number, self.label = draft, number, label

    def compose(self) -> ComposeResult:
        yield Static(self.label, classes="form-title", markup=False)
        at = f"hosts.{self.number}."
        for question in questions(Host, at):
            yield _field(
                self.draft, question, self._usual(question, question.path.removeprefix(at))
            )

    def _usual(self, question: Question, key: str) -> str:
        """Returns the value that applies while the field is empty."""
        if key == "name":
            return f"master{self.number + 1:02d}"
        general = self.draft.value(key) if key.startswith("ssh.") else None
        plain = isinstance(general, str | int)
        return f"{general}, {question.placeholder}" if plain else question.placeholder


class LoginForm(VerticalScroll, can_focus=False):
    """The login for all hosts; a host's own answers override it."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(id="form")
        self.draft = draft

    def compose(self) -> ComposeResult:
        draft = self.draft
        yield Static(
            "Login for all hosts   Enter: next field, Esc: done", classes="form-title", markup=False
        )
        for question in questions(Ssh, "ssh."):
            usual = question.placeholder or str(drafts.default(question.path))
            yield _field(draft, question, usual)
        yield ReadField(
            draft,
            "ssh.password.file",
            "SSH password",
            placeholder="asked for",
            hint="A 0600 file with the login's password in its first line, for hosts that accept "
            "passwords; empty: you are asked for it.",
        )
        yield ReadField(
            draft,
            "ssh.sudo.password.file",
            "Sudo password",
            placeholder="asked for",
            hint="A 0600 file with sudo's password in its first line; empty: you are asked for it.",
        )


def _field(draft: Draft, question: Question, usual: str) -> Field:
    if kind := OPTIONAL.get(question.kind):
        return kind(draft, question.path, question.label, hint=question.help, placeholder=usual)
    return field(draft, question)
