"""The base of every page: breadcrumb, a line on its purpose, body, hint line, footer, help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.widgets.breadcrumb import Breadcrumb
from tui_installer.front.tui.widgets.field import Field
from tui_installer.front.tui.widgets.help_panel import HelpPanel
from tui_installer.front.tui.widgets.hint_line import HintLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.events import DescendantFocus

    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.pages import PageInfo
    from tui_installer.front.tui.wizard import Wizard


class Page(Screen[None]):
    """A function of the draft: built each time it is shown; keeps no state of its own.

    A page sets INFO, implements `compose_body` and lists its commands in KEYS.
    """

    INFO: ClassVar[PageInfo]
    KEYS: ClassVar[tuple[Command, ...]] = ()
    SHARED: ClassVar[tuple[Command, ...]] = (
        Command("escape", "back", "Back", "Go to the previous page, or close the help."),
        Command("ctrl+n", "next", "Next", "Go to the next page."),
        Command(
            "f1,question_mark",
            "help",
            "Help",
            "Explain this page and its fields; again: turn the page.",
        ),
    )
    AUTO_FOCUS = "Input, Select, DataTable, Button"
    app: Wizard
    _unwatch: Callable[[], None] | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        commands = (*cls.__dict__.get("KEYS", ()), *Page.SHARED)
        cls.KEYS = commands
        cls.BINDINGS = [command.binding() for command in commands]
        super().__init_subclass__(**kwargs)

    @property
    def draft(self) -> Draft:
        return self.app.draft

    def compose(self) -> ComposeResult:
        yield Breadcrumb(self.INFO.id, self.draft)
        yield Static(self.INFO.why, id="why", markup=False)
        with Vertical(id="body"):
            yield from self.compose_body()
            yield HelpPanel(self.INFO, (*self.KEYS, *self.app.KEYS))
        yield HintLine()
        yield Footer(show_command_palette=False)

    def compose_body(self) -> ComposeResult:
        """The content of the page; at least 18 rows of 80 columns."""
        raise NotImplementedError

    def on_mount(self) -> None:
        if self._unwatch is None:  # Textual calls it even if the page overrides it
            self._unwatch = self.draft.watch(self._draft_changed)
        self.draft.reached.add(self.INFO.id)

    def on_unmount(self) -> None:
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None

    def _draft_changed(self) -> None:
        self.query_one(Breadcrumb).refresh_state()
        for field in self.query(Field):
            field.judge()
        self.draft_changed()

    def draft_changed(self) -> None:
        """Called after every change of the answers; pages with more than fields override it."""

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        field = next((w for w in event.widget.ancestors_with_self if isinstance(w, Field)), None)
        label, hint = (field.label, field.hint) if field else ("", "")
        self.query_one(HintLine).show(hint)
        self.query_one(HelpPanel).show_field(label, hint)

    def hint(self, text: str, *, problem: bool = False) -> None:
        """Shows one line at the bottom until the focus moves."""
        self.query_one(HintLine).show(text, problem=problem)

    def action_back(self) -> None:
        panel = self.query_one(HelpPanel)
        if panel.display:
            panel.display = False
        else:
            self.app.step(self.INFO.id, -1)

    def action_next(self) -> None:
        self.app.step(self.INFO.id, +1)

    def action_help(self) -> None:
        self.query_one(HelpPanel).turn()


class Form(VerticalScroll, can_focus=False):
    """A column of fields that scrolls when it is longer than the page."""
