"""The base of every page: breadcrumb, a line on its purpose, body, hint line, footer, help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.leads import Lead
from tui_installer.front.tui.page_classes import page_class
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.widgets.breadcrumb import Breadcrumb
from tui_installer.front.tui.widgets.field import Field
from tui_installer.front.tui.widgets.help_panel import HelpPanel
from tui_installer.front.tui.widgets.hint_line import HintLine
from tui_installer.front.tui.widgets.key_footer import KeyFooter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.events import DescendantFocus

    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.leads import Trouble
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
    FIX: ClassVar = Command("g", "fix", "Fix", "Go to the page where the failure shown is fixed.")
    lead: Lead | None = None
    """What to show at first: the host or answer of a failure."""
    came_from: tuple[Lead, ...] = ()
    """The pages that Esc goes back to, the last first; empty: the page before this one."""
    AUTO_FOCUS = "Input, Select, DataTable, Button"
    app: Wizard
    _unwatch: Callable[[], None] | None = None
    _led_field: Field | None = None
    """The field that a lead points to."""

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
        yield KeyFooter()

    def compose_body(self) -> ComposeResult:
        """The content of the page; at least 18 rows of 80 columns."""
        raise NotImplementedError

    def on_mount(self) -> None:
        if self._unwatch is None:  # Textual calls it even if the page overrides it
            self._unwatch = self.draft.watch(self._draft_changed)
            if self.lead is not None:
                self.call_after_refresh(self.follow, self.lead)
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
        if field is not None and field is self._led_field and self.lead is not None:
            self.hint(self.why(self.lead), problem=True)
        else:
            self.hint(hint)
        self.query_one(HelpPanel).show_field(label, hint)

    def hint(self, text: str, *, problem: bool = False) -> None:
        """Shows one line at the bottom until the focus moves."""
        self.query_one(HintLine).show(text, problem=problem)

    def action_back(self) -> None:
        panel = self.query_one(HelpPanel)
        if panel.display:
            panel.display = False
        elif self.came_from:
            *before, last = self.came_from
            self.app.go(last.page, lead=last, came_from=tuple(before))
        else:
            self.app.step(self.INFO.id, -1)

    def action_next(self) -> None:
        self.app.step(self.INFO.id, +1)

    def follow(self, lead: Lead) -> None:
        """Shows what a lead points to: focuses the field of its answer, and says why."""
        self._led_field = self._focus_answer(lead.answer)

    def _focus_answer(self, path: str) -> Field | None:
        field = _nearest(path, [one for one in self.query(Field) if _shown(one)])
        if field is not None:
            field.query("Input, Select").first().focus()
        return field

    def why(self, lead: Lead) -> str:
        """The failure, and how to go back."""
        why = f"{printable(lead.why, 200).removesuffix('.')}." if lead.why else ""
        return f"{why}{self.goes_back}".strip()

    @property
    def goes_back(self) -> str:
        """`` Esc goes back to Review.``; '' if it goes to the page before this one."""
        title = page_class(self.came_from[-1].page).INFO.title if self.came_from else ""
        return f" Esc goes back to {title}." if title else ""

    @property
    def trail(self) -> tuple[Lead, ...]:
        """The way back from a page that this one leads to."""
        return (*self.came_from, self.here)

    @property
    def here(self) -> Lead:
        """What to show when the user comes back to this page."""
        return Lead(self.INFO.id)

    @property
    def trouble(self) -> Trouble | None:
        """The failure that is shown."""
        return None

    @property
    def leads(self) -> bool:
        """Whether the failure that is shown is fixed on another page."""
        return self.trouble is not None and self.trouble.lead is not None

    async def action_fix(self) -> None:
        trouble = self.trouble
        if trouble is not None and trouble.lead is not None:
            self.app.go(trouble.lead.page, lead=trouble.lead, came_from=self.trail)

    def action_help(self) -> None:
        self.query_one(HelpPanel).turn()


def _shown(field: Field) -> bool:
    """Whether neither the field nor a group that it is in is hidden."""
    return all(node.display for node in field.ancestors_with_self)


def _nearest(path: str, fields: Sequence[Field]) -> Field | None:
    """The field of an answer, else the first one of its block; None if there is none."""
    while path:
        for field in fields:
            if field.path == path or field.path.startswith(f"{path}."):
                return field
        path = path.rpartition(".")[0]
    return None


class Form(VerticalScroll, can_focus=False):
    """A column of fields that scrolls when it is longer than the page."""
