"""The token page: which tokens there are, how long they live, what is written, who may use it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import DataTable, Static

from tui_installer.actions import token_store, token_view
from tui_installer.actions.token_view import NAMES, Kept, Kind
from tui_installer.errors import InstallerError
from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.page import Page
from tui_installer.front.tui.pages import page
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.token.token_dialog import EnterToken
from tui_installer.front.tui.widgets.field_group import FieldGroup
from tui_installer.front.tui.widgets.prompts import Question
from tui_installer.front.tui.widgets.questions import asked_on, groups
from tui_installer.front.tui.widgets.yaml_text import yaml_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from tui_installer.model.secret import Secret

SHORT = {Kind.SECRET: "Secret", Kind.CSV: "token.csv"}
PLACES = {Kind.SECRET: "the Secret", Kind.CSV: "token.csv"}
GLYPHS = {"ok": "✓", "warn": "!", "bad": "✗", "open": "·"}
COLOURS = {
    "ok": "$text-success",
    "warn": "$text-warning",
    "bad": "$text-error",
    "open": "$state-skip",
}
REPLACE = {
    Kind.SECRET: "Nodes that have not joined yet need the new one. A cluster that has the old one "
    "keeps it until it expires, or until its Secret is deleted.",
    Kind.CSV: "Masters that have a token.csv with another token refuse the new one: a run never "
    "replaces it there. Before the first run it is safe.",
}
HIDE_AFTER = 60
"""Seconds until a token that is shown is hidden again."""


class TokenPage(Page):
    INFO: ClassVar = page("token")
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "DataTable"
    KEYS = (
        Command("g", "generate", "New", "Make a new random token, kept for the run."),
        Command("e", "enter", "Own", "Enter a token of your own, hidden and checked."),
        Command("v", "reveal", "Show", "Show the token, or hide it again."),
        Command("c", "copy", "Copy", "Copy the token to the terminal's clipboard."),
    )

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="columns"):
            with Vertical(id="left"):
                yield from groups(self.draft, asked_on(self.INFO))
                yield DataTable[Text](
                    id="tokens", cursor_type="row", cell_padding=0, show_header=False
                )
                yield Static(id="about", markup=False)
                yield Static(id="who", markup=False)
            with VerticalScroll(id="right"):
                yield Static(id="written", markup=False)
                yield Static(id="who-below", markup=False)

    def on_mount(self) -> None:
        self._kept = {kind: Kept(kind) for kind in Kind}
        self._shown = False
        table = self.query_one("#tokens", DataTable)
        for width in (11, 34, 10):
            table.add_column("", width=width)
        self._refresh()
        self._read()
        self.set_interval(1, self._show_about)

    def draft_changed(self) -> None:
        self._shown = False
        for group in self.query(FieldGroup):
            group.refresh_state()
        self._refresh()

    def _read(self) -> None:
        self.run_worker(self._load(), exclusive=True, group="read")

    async def _load(self) -> None:
        session = self.draft.session
        for kind in Kind:
            self._kept[kind] = await asyncio.to_thread(token_store.read, session, kind)
        self._refresh()

    @property
    def _kinds(self) -> tuple[Kind, ...]:
        return token_view.kinds(self.draft.answers)

    @property
    def _kind(self) -> Kind:
        """The highlighted one."""
        at = self.query_one("#tokens", DataTable).cursor_row
        return self._kinds[min(max(at, 0), len(self._kinds) - 1)]

    def _refresh(self) -> None:
        table = self.query_one("#tokens", DataTable)
        at = table.cursor_row
        table.clear()
        for kind in self._kinds:
            table.add_row(*self._cells(self._kept[kind]))
        table.move_cursor(row=min(at, len(self._kinds) - 1))
        self._show_about()
        self._show_written()

    def _cells(self, kept: Kept) -> tuple[Text, ...]:
        level, _ = token_view.until(kept, self.draft.answers)
        if kept.trouble:
            state = "✗ damaged"
        elif kept.token is None:
            state = "· not yet"
        else:
            state = "✗ expired" if level == "bad" else "✓ kept"
        token = kept.masked or "the run makes it"
        if self._shown and kept.token and kept.kind is self._kind:
            token = kept.token.reveal().decode()
        return Text(SHORT[kept.kind]), Text(token), Text(state)

    def _show_about(self) -> None:
        """How long it lives, by the clock, and where it is kept."""
        kept = self._kept[self._kind]
        level, told = token_view.until(kept, self.draft.answers)
        head = Content.styled(f"{GLYPHS[level]} {NAMES[kept.kind]}: {told}", COLOURS[level])
        self.query_one("#about", Static).update(Content("\n").join([head, self._where(kept)]))

    def _where(self, kept: Kept) -> Content:
        try:
            place = token_store.place(self.draft.session, kept.kind)
        except InstallerError as error:
            return Content.styled(f"✗ {printable(error.message)} ({error.hint})", "$text-error")
        what = "Kept in" if kept.token else "Will be kept in"
        return Content.styled(f"{what} {printable(place)}, 0600", "$state-skip")

    def _show_written(self) -> None:
        kept, answers = self._kept[self._kind], self.draft.answers
        title = Content.styled(f"Written {token_view.place(kept.kind, answers)}", TITLE)
        body = yaml_text(token_view.written(kept, answers))
        self.query_one("#written", Static).update(Content("\n").join([title, body]))
        for name in ("#who", "#who-below"):
            self.query_one(name, Static).update(self._who())

    def _who(self) -> Content:
        lines = [Content.styled("Who may join with it", TITLE)]
        for subject, grants in token_view.grants(self.draft.answers):
            lines.append(Content.styled(f"{subject} may", "bold"))
            for grant in grants:
                lines.append(Content(f"• {grant.means}"))
                lines.append(Content.styled(f"  by {grant.binding}", "$state-skip"))
        return Content("\n").join(lines)

    def on_data_table_row_highlighted(self, _event: DataTable.RowHighlighted) -> None:
        self._show_about()
        self._show_written()

    def on_data_table_row_selected(self, _event: DataTable.RowSelected) -> None:
        self.action_next()

    def action_generate(self) -> None:
        kind, ttl = self._kind, token_view.lifetime(self.draft.answers)
        if ttl is not None:
            session = self.draft.session
            self._replace(kind, lambda: token_store.make(session, kind, ttl), "made")
        else:
            self.hint("✗ the lifetime has to be mended first", problem=True)

    def _replace(self, kind: Kind, work: Callable[[], None], done: str) -> None:
        """Asks first if a token would be lost by it."""

        def answered(yes: bool | None) -> None:
            if yes:
                self.run_worker(self._do(work, done), exclusive=True, group="write")

        kept = self._kept[kind]
        if kept.token is None and not kept.trouble:
            answered(True)
            return
        title = f"Replace the token that is kept for {PLACES[kind]}?"
        question = Question(title, REPLACE[kind], yes="Another token", no="Keep this one")
        self.app.push_screen(question, answered)

    async def _do(self, work: Callable[[], None], done: str) -> None:
        try:
            await asyncio.to_thread(work)
        except InstallerError as error:
            self.hint(f"✗ {error.message} ({error.hint})", problem=True)
            return
        self._shown = False
        await self._load()
        self.hint(f"✓ {done}; the run uses exactly this token")

    def action_enter(self) -> None:
        kind, ttl = self._kind, token_view.lifetime(self.draft.answers) or 0
        session = self.draft.session

        def entered(token: Secret | None) -> None:
            if token is not None:
                work = lambda: token_store.put(session, kind, token, ttl)  # noqa: E731 - one call
                self.run_worker(self._do(work, "kept"), exclusive=True, group="write")

        dialog = EnterToken(kind, replaces=self._kept[kind].token is not None)
        self.app.push_screen(dialog, entered)

    def action_reveal(self) -> None:
        if self._kept[self._kind].token is None:
            self.hint("There is no token yet: g makes one now, or the run does.")
            return
        self._shown = not self._shown
        self._refresh()
        if self._shown:
            self.hint(f"! shown to everyone who sees this screen; hidden again in {HIDE_AFTER} s")
            self.set_timer(HIDE_AFTER, self._hide)

    def _hide(self) -> None:
        if self._shown:
            self._shown = False
            self._refresh()

    def action_copy(self) -> None:
        token = self._kept[self._kind].token
        if token is None:
            self.hint("There is no token yet: g makes one now, or the run does.")
            return
        self.app.copy_to_clipboard(token.reveal().decode())
        self.hint("✓ given to the terminal's clipboard; it stays there until something else is")


TITLE = "bold $text-primary"
PAGE = TokenPage
