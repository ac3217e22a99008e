"""Keys and actions of a page with a log and a failure card."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.screens.deploy.failure_card import FailureCard
from tui_installer.front.tui.screens.deploy.grid import StepGrid
from tui_installer.front.tui.screens.deploy.log_view import LogView
from tui_installer.front.tui.widgets.prompts import NameFile

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.front.tui.page import Page

CLIPBOARD = 60_000
"""Bytes sent to the terminal's clipboard at most; many terminals accept no more (OSC 52)."""
OF_LOG = frozenset({"pause", "search", "level", "interleave", "wrap", "hit", "sideways"})
"""Actions that are disabled while a card is shown."""
OF_BOTH = frozenset({"copy", "save_log", "pages", "edge", "place"})
KEYS = (
    Command("space", "pause", "Pause", "Pause the log, or follow it again."),
    Command("slash", "search", "Search", "Search the log."),
    Command("l", "level", "Level", "Filter the log: info, warnings, errors, everything."),
    Command("i", "interleave", "All", "Show the log of all hosts, or of one."),
    Command("tab", "place(1)", "Host", "Go to the next host.", footer=False),
    Command("shift+tab", "place(-1)", "Previous host", "Go to the previous host.", footer=False),
    Command("n", "hit(-1)", "Previous hit", "Go to the previous hit of the search.", footer=False),
    Command("N", "hit(1)", "Next hit", "Go to the next hit of the search.", footer=False),
    Command("w", "wrap", "Wrap", "Wrap long lines, or not.", footer=False),
    Command("c", "copy", "Copy", "Copy the log, or the card, to the clipboard.", footer=False),
    Command("s", "save_log", "Save log", "Save the log that is shown.", footer=False),
    Command("pageup", "pages(-1)", "Page up", "Scroll back in the log; pauses.", footer=False),
    Command("pagedown", "pages(1)", "Page down", "Scroll forward in the log.", footer=False),
    Command("home", "edge(-1)", "Oldest", "Go to the log's first line.", footer=False),
    Command("end", "edge(1)", "Newest", "Go to the log's end and follow.", footer=False),
    Command("less_than_sign", "sideways(-20)", "Left", "Scroll an unwrapped log left.",
            footer=False),
    Command("greater_than_sign", "sideways(20)", "Right", "Scroll an unwrapped log right.",
            footer=False),
)  # fmt: skip


# Not a Page at run time: its keys are declared where they belong in the page's own order.
if TYPE_CHECKING:
    _Base = Page
else:
    _Base = object


class LogKeys(_Base):
    """A page with a grid, a log view and a failure card."""

    def action_pause(self) -> None:
        self.query_one(LogView).toggle_follow()

    def action_search(self) -> None:
        self.query_one(LogView).open_search()

    def action_hit(self, by: int) -> None:
        self.query_one(LogView).find(by)

    def action_level(self) -> None:
        self.query_one(LogView).next_level()

    def action_interleave(self) -> None:
        self.query_one(LogView).toggle_interleaved()

    def action_wrap(self) -> None:
        self.query_one(LogView).toggle_wrap()

    def action_pages(self, by: int) -> None:
        card = self.query_one(FailureCard)
        if card.display:
            (card.scroll_page_down if by > 0 else card.scroll_page_up)(animate=False)
        else:
            self.query_one(LogView).pane.pages(by)
            self.query_one(LogView).show_head()

    def action_edge(self, by: int) -> None:
        card, log = self.query_one(FailureCard), self.query_one(LogView)
        if card.display:
            (card.scroll_end if by > 0 else card.scroll_home)(animate=False)
        elif by < 0:
            log.to_start()
        else:
            log.pane.to_end()
            log.show_head()

    def action_sideways(self, by: int) -> None:
        self.query_one(LogView).pane.sideways(by)

    def _text(self) -> list[str]:
        card = self.query_one(FailureCard)
        return card.text.splitlines() if card.display else self.query_one(LogView).text()

    def action_copy(self) -> None:
        lines, size = self._text(), 0
        kept: list[str] = []
        for line in reversed(lines):
            size += len(line.encode()) + 1
            if size > CLIPBOARD:
                break
            kept.insert(0, line)
        self.app.copy_to_clipboard("\n".join(kept))
        cut = f", the newest of {len(lines)}" if len(kept) < len(lines) else ""
        self.hint(f"{len(kept)} lines copied{cut}.")

    def action_save_log(self) -> None:
        log, lines = self.query_one(LogView), self._text()
        name = "all-hosts" if log.shown.interleaved else self.query_one(StepGrid).place or "run"

        def named(path: Path | None) -> None:
            if path is not None:
                self.run_worker(self._save(path, lines), exit_on_error=False)

        self.app.push_screen(NameFile(f"Save {len(lines)} lines as", f"{name}.log"), named)

    async def _save(self, path: Path, lines: list[str]) -> None:
        from tui_installer.front.tui.screens.deploy import log_file  # noqa: PLC0415 - only when it is asked for

        try:
            await asyncio.to_thread(log_file.write, path, lines)
        except InstallerError as error:
            self.hint(f"{error.message}: {error.hint}", problem=True)
        else:
            self.hint(f"{len(lines)} lines saved in {path}; the journal has everything.")
