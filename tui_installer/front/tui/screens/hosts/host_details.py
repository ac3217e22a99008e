"""Details of one host: problems of its answers, then each check with its evidence."""

from __future__ import annotations

import textwrap
import time
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_installer.actions.host_checks.host_check import QUESTIONS, State
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.hosts.host_progress import keys_for
from tui_installer.front.tui.screens.hosts.host_table import GLYPHS
from tui_installer.model import login_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult

    from tui_installer.actions.host_checks.host_check import Cell, HostCheck
    from tui_installer.front.tui.screens.hosts.host_rows import HostRow

COLOURS = {
    State.OK: "$text-success",
    State.WARN: "$text-warning",
    State.BAD: "$text-error",
    State.RUNNING: "$state-run",
    State.WAITING: "$state-skip",
    State.REVIEW: "$text-accent",
}
FIRST = (State.BAD, State.REVIEW, State.WARN)
"""States that the user must see at once: listed first, with all their evidence."""
MUTED = "$state-skip"
STACKED = 60
"""Width below which the evidence is shown under its question."""
INDENT = 17
"""Columns before the evidence: glyph and question."""
EMPTY = """\
No host yet.

a  add one: only its address is required
p  paste many: name address · user@address:port · ~/.ssh/config alias · CSV
s  set the login for all hosts"""


class HostDetails(VerticalScroll):
    """Scrolls by the arrow keys once it has the focus (Tab)."""

    def compose(self) -> ComposeResult:
        yield Static(id="details-text", markup=False)

    def on_mount(self) -> None:
        self._row: HostRow | None = None
        self._shown: Content | None = None

    def on_resize(self) -> None:
        self.show(self._row)

    def show(self, row: HostRow | None) -> None:
        self._row = row
        if not self.display:
            return
        width = max(30, self.scrollable_content_region.width - 1)
        text = Content(EMPTY) if row is None else Content("\n").join(_lines(row, width))
        if text != self._shown:  # an update costs a layout of the whole page
            self._shown = text
            self.query_one("#details-text", Static).update(text)


def _lines(row: HostRow, width: int) -> Iterator[Content]:
    yield Content.assemble(
        (printable(row.name, 40), "bold $text-primary"),
        f"  {printable(row.address, 45)}  ",
        (_when(row.check), MUTED),
    )
    for problem in row.problems:
        text = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
        where = problem.path.partition(".")[2].partition(".")[2]
        for line in _wrapped(f"✗ {where}: {text}", width):
            yield Content.styled(line, "$text-error")
    if row.target is None and not row.problems:
        yield Content.styled(f"· not checked: {printable(row.why, 200)}", MUTED)
    if row.check is not None:
        yield from _cells(row.check, width)
        yield from _login(row.check, width)


def _cells(check: HostCheck, width: int) -> Iterator[Content]:
    grave = [pair for pair in check.cells.items() if pair[1].state in FIRST]
    for question, cell in sorted(grave, key=lambda pair: FIRST.index(pair[1].state)):
        yield from _whole(question, cell, width)
    for question, cell in check.cells.items():
        if cell.state not in FIRST:
            yield from _brief(question, cell, width)


def _login(check: HostCheck, width: int) -> Iterator[Content]:
    """How the host is logged in to, and where each value comes from."""
    if check.ssh is not None:
        for line in login_lines.lines(check.ssh):
            for part in _wrapped(line, width - 2):
                yield Content.styled(f"  {part}", MUTED)


def _whole(question: str, cell: Cell, width: int) -> Iterator[Content]:
    """Every line of the evidence, then what to do next."""
    indent, evidence = _indent(width), cell.evidence or (cell.word,)
    lines = [Content(part) for line in evidence for part in _wrapped(line, width - indent)]
    yield from _beside(_head(question, cell), lines, width)
    for number, line in enumerate(_wrapped(cell.hint, width - indent, hang=0)):
        arrow = "→ " if number == 0 else "  "
        yield Content.assemble(" " * (indent - 2), (arrow, "$text-accent"), (line, "bold"))
    for line in _wrapped(keys_for(question, cell), width - indent, hang=0):
        yield Content.assemble(" " * indent, (line, "$text-accent"))


def _brief(question: str, cell: Cell, width: int) -> Iterator[Content]:
    """The evidence, in one line unless the panel is narrow."""
    text = printable("; ".join(cell.evidence), 400)
    room = width - _indent(width)
    parts = _wrapped(text, room)
    if parts and width >= STACKED:
        parts = [text if len(text) <= room else f"{text[: room - 1]}…"]
    lines = [Content.styled(part, MUTED) for part in parts]
    return _beside(_head(question, cell), lines, width)


def _beside(head: Content, lines: list[Content], width: int) -> Iterator[Content]:
    """The question with its lines to the right, or below it where the panel is narrow."""
    if width >= STACKED:
        first, *lines = lines or [Content("")]
        head += first
    yield head
    for line in lines:
        yield Content(" " * _indent(width)) + line


def _indent(width: int) -> int:
    return INDENT if width >= STACKED else 3


def _head(question: str, cell: Cell) -> Content:
    return Content.styled(
        f"{GLYPHS[cell.state]} {QUESTIONS[question]:<{INDENT - 2}}", COLOURS[cell.state]
    )


def _wrapped(text: str, width: int, hang: int = 2) -> list[str]:
    return textwrap.wrap(printable(text, 1000), max(20, width), subsequent_indent=" " * hang)


def _when(check: HostCheck | None) -> str:
    if check is None or not check.began:
        return ""
    if not check.ended:
        return f"checking, {time.time() - check.began:.0f} s"
    ago = time.time() - check.ended
    if ago < 60:  # noqa: PLR2004 - a minute
        return "checked just now"
    return f"checked {ago / 60:.0f} min ago, r checks again"
