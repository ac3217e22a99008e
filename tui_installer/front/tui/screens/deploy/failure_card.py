"""The card of a failure: cause, the next command, evidence, last lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_installer.front.tui.widgets.wording import plain, told
from tui_installer.model.run.events import OPERATOR, Failed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult

    from tui_installer.model.run.history import Line
    from tui_installer.model.run.state import RunState

LAST_LINES = 8
TITLE = "bold $text-primary"
WITHIN = "  "
"""Indent of the lines below a title; a wrapped line keeps it."""
AGAIN = "After the run has finished, press R to run again; finished steps are not repeated"


def failures_of(state: RunState, place: str) -> list[Failed]:
    """Returns the failures of one place; those of no host belong to the operator machine."""
    return [failed for failed in state.failures if (failed.host or OPERATOR) == place]


def card_parts(state: RunState, place: str, fixed_on: str) -> Iterator[tuple[str, str]]:
    """Yields (text, style) of each line of the card. fixed_on: the key that goes there, or ''."""
    failures = failures_of(state, place)
    for failed in failures:
        yield from _one(failed, fixed_on)
    if any(failed.host for failed in failures):
        yield from _last_lines(state.history.since(0, place))


def _one(failed: Failed, fixed_on: str) -> Iterator[tuple[str, str]]:
    where = f" in {failed.step}" if failed.step else ""
    cancelled = not (failed.step or failed.host)
    head = "! The run was stopped" if cancelled else f"✗ {failed.host or 'the run'} failed{where}"
    yield head, "bold $text-warning" if cancelled else "bold $text-error"
    yield plain(failed.message), ""
    yield "Next", TITLE
    if failed.hint and not cancelled:
        yield f"{WITHIN}{plain(failed.hint)}", "$text-accent"
    if fixed_on and not cancelled:
        yield f"{WITHIN}{fixed_on}", "$text-accent"
    yield f"{WITHIN}{AGAIN}", "$text-accent"
    if failed.details:
        yield "State of each host" if cancelled else "Evidence", TITLE
        yield from ((f"{WITHIN}{plain(detail)}", "") for detail in failed.details)


def _last_lines(lines: list[Line]) -> Iterator[tuple[str, str]]:
    """Yields the lines before the failure; no step ran after it."""
    end = next((n for n, line in enumerate(lines) if isinstance(line.event, Failed)), len(lines))
    if lines[:end]:
        yield "Last lines of the log", TITLE
    for line in lines[max(0, end - LAST_LINES) : end]:
        for glyph, _, text in told(line):
            yield f"{WITHIN}{glyph} {text}", "$state-skip"


class FailureCard(VerticalScroll, can_focus=False):
    """Built when the failure, or the host, changes; the user scrolls it."""

    DEFAULT_CSS = "FailureCard .-within { padding-left: 2; }"

    def __init__(self) -> None:
        super().__init__()
        self._state: RunState | None = None
        self._shown = ("", "", 0)
        self._parts: tuple[tuple[str, str], ...] = ()

    def compose(self) -> ComposeResult:
        for text, style in self._parts:
            part = text.removeprefix(WITHIN)
            content = Content.styled(part, style) if style else Content(part)
            yield Static(content, classes="" if part == text else "-within")

    def show(self, state: RunState, place: str, fixed_on: str = "") -> None:
        """fixed_on: a sentence on the key that goes to where it is fixed, or ''."""
        key = (place, fixed_on, len(state.failures))
        if state is self._state and key == self._shown:
            return
        self._state, self._shown = state, key
        self._parts = tuple(card_parts(state, place, fixed_on))
        self.refresh(recompose=True)
        self.scroll_home(animate=False)

    @property
    def text(self) -> str:
        """The card as plain text, for the clipboard."""
        return "\n".join(text for text, _ in self._parts)
