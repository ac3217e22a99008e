"""The Start page: a new installation, a session, an answers file, or lab hosts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from tui_installer import __version__
from tui_installer.errors import InstallerError
from tui_installer.front.tui import session_keys
from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.pages import PageInfo
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.session_keys import SessionKeys
from tui_installer.front.tui.widgets.help_panel import HelpPanel
from tui_installer.front.tui.widgets.hint_line import HintLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_installer.front.tui.screens.start.session_list import Session

LOGO = """\
┌───┐ ┌───┐ ┌───┐
│ ● ├─┤ ● ├─┤ ● │
└───┘ └───┘ └───┘"""
ABOUT = """\
A Kubernetes control plane on bare systemd hosts, from
release binaries, over SSH: etcd, certificates, services.
Nothing is changed before you have seen the plan."""
INFO = PageInfo(
    "start", "Start", "", (),
    "A new installation is saved from its first answer on: leave at any time and continue here. "
    "An answers file of another installation works too: you are asked only for what is missing "
    "or wrong. Without a terminal: tui-installer --answers FILE.",
)  # fmt: skip
CHOICES = (
    ("new", "n", "New installation", "from addresses to a verified control plane"),
    ("open", "o", "Open an answers file", "asks only for what is missing or wrong"),
    ("lab", "l", "Try it on lab hosts", "three throwaway machines, made here"),
)


class StartScreen(SessionKeys):
    """Chooses or makes a draft; not a page of one."""

    KEYS: ClassVar = (
        Command("n", "new", "New", "Start a new installation."),
        Command("o", "open", "Open", "Open an answers file."),
        Command("l", "lab", "Lab", "Make three throwaway hosts here, and install on them."),
        *session_keys.KEYS,
        Command(
            "f1,question_mark", "help", "Help", "What this program is for; again: its next page."
        ),
        Command("escape", "close_help", "Back", "Close the help.", footer=False),
    )
    BINDINGS: ClassVar = [command.binding() for command in KEYS]
    AUTO_FOCUS = "OptionList"

    def compose(self) -> ComposeResult:
        with Vertical(id="start"):
            yield Static(_head(), id="start-head", markup=False)
            yield OptionList(*(Option(_choice(*rest), id=at) for at, *rest in CHOICES))
            yield HelpPanel(INFO, (*self.KEYS, *self.app.KEYS))
        yield HintLine()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self._sessions: list[Session] = []
        self.query_one(HintLine).show("↑ ↓ and Enter choose. Ctrl+T changes the colours.")

    def on_screen_resume(self) -> None:
        """Lists the sessions after the first frame, and on every return to this page."""
        self.call_after_refresh(self.run_worker, self.list_sessions, group="list", exclusive=True)

    @property
    def chosen(self) -> Session | None:
        """The session under the cursor."""
        choices = self.query_one(OptionList)
        if choices.highlighted is None:
            return None
        at = choices.get_option_at_index(choices.highlighted).id or ""
        return self._sessions[int(at[3:])] if at.startswith("at-") else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enables and shows the keys of a session while the cursor is on one."""
        del parameters
        return action not in session_keys.OF_ONE or self.chosen is not None

    def on_option_list_option_highlighted(self) -> None:
        self.refresh_bindings()

    async def list_sessions(self) -> None:
        """Reads the sessions and shows them."""
        self._sessions = await asyncio.to_thread(_sessions)
        choices = self.query_one(OptionList)
        at = choices.highlighted
        choices.clear_options()
        choices.add_options(Option(_choice(*rest), id=name) for name, *rest in CHOICES)
        if self._sessions:
            title = Content.styled("Continue", "bold $text-primary")
            choices.add_options([None, Option(title, disabled=True)])
        choices.add_options(
            Option(_session(one), id=f"at-{n}") for n, one in enumerate(self._sessions)
        )
        choices.highlighted = at if at is not None and at < choices.option_count else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        chosen = event.option_id or ""
        if chosen.startswith("at-"):
            self.run_worker(self._resume(self._sessions[int(chosen[3:])]))
        else:
            self.run_worker(self.run_action(chosen))

    async def _resume(self, session: Session) -> None:
        if self.app.engine.running:
            if session.file == self.app.draft.file:
                self.app.go("deploy")
            else:
                text = f"A run of {self.app.draft.name} is under way: press Ctrl+G to see it."
                self.query_one(HintLine).show(printable(text), problem=True)
            return
        try:
            draft = await asyncio.to_thread(Draft.resume, session.file)
        except InstallerError as error:
            self.query_one(HintLine).show(printable(error.message), problem=True)
        else:
            await self._go_on(draft)

    async def action_new(self) -> None:
        self.app.open(await asyncio.to_thread(Draft.begin), "hosts")

    def action_open(self) -> None:
        from tui_installer.front.tui.screens.start.open_file import OpenFile  # noqa: PLC0415

        self.app.push_screen(OpenFile(), self._opened)

    def _opened(self, draft: Draft | None) -> None:
        if draft is not None:
            self.run_worker(self._go_on(draft))

    def action_lab(self) -> None:
        from tui_installer.front.tui.screens.start import lab_hosts  # noqa: PLC0415 - the first frame needs none
        from tui_installer.front.tui.screens.start.make_lab import MakeLab  # noqa: PLC0415

        if why := lab_hosts.missing():
            self.query_one(HintLine).show(f"Lab hosts: {why}.", problem=True)
        else:
            self.app.push_screen(MakeLab(), self._made)

    def _made(self, answers: dict[str, Any] | None) -> None:
        if answers is not None:
            self.app.open(Draft.of(answers), "hosts")

    async def _go_on(self, draft: Draft) -> None:
        """Opens the first page with an answer to fix, else the review."""
        self.app.open(draft, await asyncio.to_thread(draft.first_open_page))

    def action_help(self) -> None:
        self.query_one(HelpPanel).turn()

    def action_close_help(self) -> None:
        self.query_one(HelpPanel).display = False


def _sessions() -> list[Session]:
    from tui_installer.front.tui.screens.start.session_list import sessions  # noqa: PLC0415 - the first frame needs none

    return sessions()


def _head() -> Content:
    lines = zip(LOGO.splitlines(), ABOUT.splitlines(), strict=True)
    title = Content.assemble(
        ("tui-installer", "bold $text-primary"), (f" {__version__}", "$text-muted")
    )
    rows = [Content.assemble((logo, "$text-primary"), "   ", text) for logo, text in lines]
    return Content("\n").join([title, Content(""), *rows])


def _choice(key: str, title: str, about: str) -> Content:
    return Content.assemble(
        (f"{key}  ", "bold $text-accent"), f"{title:<23}", (about, "$text-muted")
    )


def _session(one: Session) -> Content:
    hosts = f"{one.hosts} host{'s' if one.hosts != 1 else ''}"
    glyph, colour = ("✓", "$text-success") if one.done else ("·", "$text-muted")
    if one.how_far.startswith(("to fix", "stopped", "cannot", "cut")):
        glyph, colour = "!", "$text-warning"
    return Content.assemble(
        f"   {printable(one.name, 20):<21}",
        f"{hosts:<10}",
        (f"{glyph} {one.how_far:<23}", colour),
        (one.when, "$text-muted"),
    )
