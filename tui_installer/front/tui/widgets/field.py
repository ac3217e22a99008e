"""A labelled input of one answer: checks it as the user types and shows its purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, Select, Static

from tui_installer.actions.sessions import drafts
from tui_installer.front.tui.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from tui_installer.front.tui.draft import Draft


class Field(Vertical):
    """path: the answer's dotted path. The draft holds the value."""

    def __init__(self, draft: Draft, path: str, label: str, *, hint: str = "") -> None:
        super().__init__(classes="field")
        self.draft, self.path, self.label = draft, path, label
        self.hint = hint or drafts.about(path)
        self._shown_problem: str | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(classes="field-row"):
            yield Label(self.label, classes="field-label", markup=False)
            yield from self.compose_input()
        yield Static(classes="field-problem", markup=False)

    def compose_input(self) -> ComposeResult:
        raise NotImplementedError

    def on_mount(self) -> None:
        self.judge()

    def judge(self) -> None:
        """Shows or hides the problem of this answer."""
        problem = self.draft.problem(self.path)
        line = self.query_one(".field-problem", Static)
        text_now = (
            ""
            if problem is None
            else f"✗ {problem.message}" + (f" ({problem.hint})" if problem.hint else "")
        )
        if text_now != self._shown_problem:  # each update costs a layout of the whole page
            self._shown_problem = text_now
            line.update(Content(text_now))
            line.display = bool(text_now)
            self.set_class(problem is not None, "-wrong")


class TextField(Field):
    """Text as it is; Enter goes to the next field."""

    def __init__(
        self, draft: Draft, path: str, label: str, *, hint: str = "", placeholder: str = ""
    ) -> None:
        super().__init__(draft, path, label, hint=hint)
        self._placeholder = placeholder

    def compose_input(self) -> ComposeResult:
        yield Input(printable(self.shown()), placeholder=self._placeholder, compact=True)

    def shown(self) -> str:
        """The answer as text for the input."""
        return str(self.draft.value(self.path) or "")

    def given(self, text: str) -> object:
        """The answer for the text in the input."""
        return text

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        text = printable(event.value)
        if text != event.value:  # pasted controls must not reach the terminal
            event.input.value = text
        elif self.given(text) != self.given(printable(self.shown())):
            self.draft.set(self.path, self.given(text))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.focus_next()


class ChoiceField(Field):
    """One of a few words. choices: (what is shown, value)."""

    def __init__(
        self,
        draft: Draft,
        path: str,
        label: str,
        choices: Sequence[tuple[str | Content, Any]],
        *,
        hint: str = "",
    ) -> None:
        super().__init__(draft, path, label, hint=hint)
        self._choices = tuple(choices)
        self._wrong: str | None = None

    def compose_input(self) -> ComposeResult:
        value, choices = self.draft.value(self.path), self._choices
        if all(value != choice for _, choice in choices):
            # A wrong value stays in the list, with its problem, until another is chosen.
            value = self._wrong = str(value)
            choices = ((Content(printable(value, 40)), value), *choices)
        yield Select(choices, value=value, allow_blank=False, compact=True)

    def on_select_changed(self, event: Select.Changed) -> None:
        event.stop()
        if event.value not in (self._wrong, self.draft.value(self.path)):
            self.draft.set(self.path, event.value)


class SwitchField(ChoiceField):
    """Yes or no in words: a switch would show it by colour alone."""

    def __init__(self, draft: Draft, path: str, label: str, *, hint: str = "") -> None:
        super().__init__(draft, path, label, (("yes", True), ("no", False)), hint=hint)


class ListField(TextField):
    """Several values in one line, with commas between them."""

    def shown(self) -> str:
        value = self.draft.value(self.path)
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")

    def given(self, text: str) -> list[str]:
        return [part.strip() for part in text.split(",") if part.strip()]
