"""A labelled input of one answer: shows what is wrong as it is typed, and what it is for."""

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
    """path: the answer's dotted path. The value lives in the draft, never here."""

    def __init__(self, draft: Draft, path: str, label: str, *, hint: str = "") -> None:
        super().__init__(classes="field")
        self.draft, self.path, self.label = draft, path, label
        self.hint = hint or drafts.about(path)
        self._told: str | None = None

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
        """Shows or hides what is wrong with this answer."""
        problem = self.draft.problem(self.path)
        line = self.query_one(".field-problem", Static)
        told = (
            ""
            if problem is None
            else f"✗ {problem.message}" + (f" ({problem.hint})" if problem.hint else "")
        )
        if told != self._told:  # each update costs a layout of the whole page
            self._told = told
            line.update(Content(told))
            line.display = bool(told)
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
        """The answer as it stands in the input."""
        return str(self.draft.value(self.path) or "")

    def given(self, text: str) -> object:
        """The answer that the text in the input is."""
        return text

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        text = printable(event.value)
        if text != event.value:  # pasted; the terminal must not be sent it
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
            # It is shown with what is wrong with it, and stays until something else is chosen.
            value = self._wrong = str(value)
            choices = ((Content(printable(value, 40)), value), *choices)
        yield Select(choices, value=value, allow_blank=False, compact=True)

    def on_select_changed(self, event: Select.Changed) -> None:
        event.stop()
        if event.value not in (self._wrong, self.draft.value(self.path)):
            self.draft.set(self.path, event.value)


class SwitchField(ChoiceField):
    """Yes or no, in words: a switch says it by colour alone."""

    def __init__(self, draft: Draft, path: str, label: str, *, hint: str = "") -> None:
        super().__init__(draft, path, label, (("yes", True), ("no", False)), hint=hint)


class ListField(TextField):
    """Several values in one line, with commas between them."""

    def shown(self) -> str:
        value = self.draft.value(self.path)
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")

    def given(self, text: str) -> list[str]:
        return [part.strip() for part in text.split(",") if part.strip()]
