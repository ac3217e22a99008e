"""The wizard's app: themes, navigation and the commands of every page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.css.query import NoMatches

from tui_installer.actions import settings
from tui_installer.errors import InstallerError
from tui_installer.front.tui import themes
from tui_installer.front.tui.asking import Asker
from tui_installer.front.tui.commands import Command, CommandProvider
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.page_classes import page_class
from tui_installer.front.tui.pages import ORDER
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.start.screen import StartScreen
from tui_installer.front.tui.tame import Ascii, Tame
from tui_installer.front.tui.widgets.too_small import TooSmall
from tui_installer.front.tui.wizard import Wizard

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.events import Resize
    from textual.filter import LineFilter
    from textual.theme import Theme
    from textual.widgets._button import ButtonVariant

    from tui_installer.front.tui.engine_room import EngineRoom
    from tui_installer.front.tui.leads import Lead

TAME, ASCII = Tame(), Ascii()
MIN_WIDTH, MIN_HEIGHT = 80, 24
LEAVING = (
    "If you leave, it continues in the background: `tui-installer attach` shows it.\n"
    "If you stop it, it stops at the next safe point; the next run continues from there."
)
LEAVE: tuple[tuple[str, str, ButtonVariant], ...] = (
    ("Stay", "", "default"),
    ("Leave it running", "go on", "primary"),
    ("Stop and leave", "stop", "error"),
)
GONE = (
    "tui-installer attach and the start page show a run that goes on. "
    "The choice applies to runs that start from now on."
)
GOES_ON: tuple[tuple[str, str, ButtonVariant], ...] = (
    ("Keep", "", "default"),
    ("It goes on", "go on", "default"),
    ("It stops at a safe point", "stop", "default"),
)
WATCHED = ("deploy", "done", "audit")
"""The pages of a session that another process uses."""
SHARED = (
    Command("ctrl+g", "app.jump", "Go to", "Go to a page you have visited.", footer=False),
    Command("ctrl+s", "app.save_as", "Save", "Save the answers as a file.", footer=False),
    Command("ctrl+t", "app.change_theme", "Theme", "Choose a theme, with a preview.", footer=False),
    Command(
        "ctrl+o", "app.terminal_ends", "Terminal closed",
        "Choose whether a run goes on when its terminal closes.", footer=False,
    ),
    Command("f9", "app.audit", "Audit", "Audit the running cluster.", footer=False),
    Command("ctrl+q", "app.quit", "Quit", "Quit; the answers are saved."),
)  # fmt: skip


class WizardApp(Wizard):
    """draft: the answers. engine: what runs beside the app and outlives its screens."""

    TITLE = "tui-installer"
    CSS_PATH = ["base.tcss", "screens/start/screen.tcss"]  # noqa: RUF012 - Textual's own declaration
    COMMANDS = {CommandProvider}  # noqa: RUF012 - Textual's own declaration
    KEYS: ClassVar[tuple[Command, ...]] = SHARED
    BINDINGS: ClassVar = [command.binding() for command in SHARED]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's own declaration

    def __init__(
        self, draft: Draft, engine: EngineRoom, *, first: str = "", ascii_notice: str = ""
    ) -> None:
        """ascii_notice: why only ASCII is shown; '' to show everything."""
        loaded, self._left_out = themes.load()
        self._themes = {theme.name: theme for theme in loaded}
        # Before Textual starts, so that style sheets are parsed once, with this theme's colours.
        self.set_reactive(App.theme, themes.chosen(loaded))
        super().__init__()
        self.draft, self.engine = draft, engine
        self._first, self._ascii_notice = first, ascii_notice

    @property
    def available_themes(self) -> dict[str, Theme]:
        return {**super().available_themes, **self._themes}

    def get_default_screen(self) -> StartScreen:
        return StartScreen()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(themes.DEFAULTS)

    def get_line_filters(self) -> Sequence[LineFilter]:
        more = [ASCII] if self._ascii_notice else []
        return [*super().get_line_filters(), TAME, *more]

    def on_mount(self) -> None:
        self.engine.ask = Asker(self)
        for problem in self._left_out:
            self.notify(printable(problem), title="Theme skipped", severity="warning", markup=False)
        if self._ascii_notice:
            self.notify(self._ascii_notice, title="ASCII", markup=False)
        if self.draft.watched is not None:
            self.open(self.draft, self._first)
        elif self._first:
            self.go(self._first)

    def open(self, draft: Draft, page_id: str) -> None:
        """Opens other answers at a page; the previous ones are saved."""
        before, self.draft = self.draft, draft
        before.close()
        self.engine.forget()
        if draft.watched is not None:
            self.engine.watch(draft.spec(), draft.watched)
            page_id = "deploy"
        self.go(page_id)

    def _close_draft(self) -> None:
        """Releases the session on the way to the start page, unless a run of it is under way."""
        if self.draft.file is not None and not self.engine.running:
            before, self.draft = self.draft, Draft()
            before.close()

    def go(
        self, page_id: str, *, lead: Lead | None = None, came_from: tuple[Lead, ...] = ()
    ) -> None:
        """Shows a page, built from the draft; the start page stays below it."""
        if self.draft.watched is not None and page_id not in WATCHED:
            why = "Another process is using this session; you can only watch it here."
            self.notify(why, severity="warning", markup=False)
            return
        screen = page_class(page_id)()
        screen.lead, screen.came_from = lead, came_from
        if isinstance(self.screen, StartScreen):
            self.push_screen(screen)
        else:
            self.switch_screen(screen)

    def step(self, page_id: str, by: int) -> None:
        """Shows the page after (1) or before (-1) one; the start page comes before the first."""
        to = ORDER.index(page_id) + by
        if to < 0:
            self.pop_screen()
            self._close_draft()
        elif to < len(ORDER):
            self.go(ORDER[to])

    def on_resize(self, event: Resize) -> None:
        small = event.size.width < MIN_WIDTH or event.size.height < MIN_HEIGHT
        shown = isinstance(self.screen, TooSmall)
        if small and not shown:
            self.push_screen(TooSmall(MIN_WIDTH, MIN_HEIGHT))
        elif shown and not small:
            self.pop_screen()

    def _fatal_error(self) -> None:
        """Textual would print the failing frames with their locals, which may hold secrets."""
        self._close_messages_no_wait()

    def _handle_exception(self, error: Exception) -> None:
        """Ignores NoMatches while the app closes: a widget may not have its children yet."""
        if self._running or not isinstance(error, NoMatches):
            super()._handle_exception(error)

    @property
    def fault(self) -> Exception | None:
        """The error that ended the app, if it was a bug of this program."""
        return self._exception

    def action_jump(self) -> None:
        from tui_installer.front.tui.widgets.jump import JumpScreen  # noqa: PLC0415 - first frame

        if isinstance(self.screen, StartScreen) and not self.engine.running:
            self.notify("Choose an installation first.", markup=False)
            return

        def chosen(page_id: str | None) -> None:
            if page_id:
                self.go(page_id)

        self.push_screen(JumpScreen(self.draft, self.engine), chosen)

    def action_audit(self) -> None:
        from tui_installer.front.tui.page import Page  # noqa: PLC0415 - first frame

        here = self.screen
        if not isinstance(here, Page):
            self.notify("Choose an installation first.", markup=False)
        elif here.INFO.id != "audit":
            self.go("audit", came_from=here.trail)

    def action_change_theme(self) -> None:
        from tui_installer.front.tui.widgets.theme_picker import ThemePicker  # noqa: PLC0415

        self.push_screen(ThemePicker())

    async def action_terminal_ends(self) -> None:
        from tui_installer.front.tui.widgets.prompts import Choice  # noqa: PLC0415 - first frame

        now = "goes on" if await asyncio.to_thread(settings.goes_on) else "stops"
        title = "When the terminal of a run closes"
        self.push_screen(Choice(title, f"Now it {now}. {GONE}", GOES_ON), self._set_goes_on)

    async def _set_goes_on(self, chosen: str | None) -> None:
        if not chosen:
            return
        try:
            await asyncio.to_thread(settings.set_goes_on, goes_on=chosen == "go on")
        except InstallerError as error:
            why = f"Not saved: {error.message}"
            self.notify(printable(why), severity="warning", markup=False)

    def action_save_as(self) -> None:
        from tui_installer.front.tui.widgets.prompts import NameFile  # noqa: PLC0415 - first frame

        def named(path: Path | None) -> None:
            if path is not None:
                self.notify(self.draft.save_as(path), markup=False)

        self.push_screen(NameFile("Save the answers as", "answers.yaml"), named)

    async def action_quit(self) -> None:
        """Quits at once if nothing runs; else asks whether to leave or stop the run."""
        if not self.engine.running:
            self.exit(0)
            return
        from tui_installer.front.tui.widgets.prompts import Choice  # noqa: PLC0415 - first frame

        def chosen(leave: str | None) -> None:
            if leave == "stop":
                self.engine.cancel()
            if leave in {"stop", "go on"}:
                self.exit(130 if leave == "stop" else 0)

        self.push_screen(Choice("A run is under way.", LEAVING, LEAVE), chosen)
