"""A run in words: times, glyphs, log lines, where each host stands. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.front.text.style import duration
from tui_installer.model.run.events import (
    Checked,
    Failed,
    HostFound,
    Level,
    LogLine,
    Outcome,
    StepFinished,
    StepStarted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.run.history import Line, LogEvent
    from tui_installer.model.run.state import RunState

OUTCOMES = {
    Outcome.OK: ("✓", "ok"),
    Outcome.SKIPPED: ("–", "skip"),
    Outcome.FAILED: ("✗", "bad"),
    Outcome.STOPPED: ("!", "warn"),
}
"""(glyph, style) of each; a style is ok, run, skip, bad, warn or wait."""
LEVELS = {
    Level.ERROR: ("✗", "bad"),
    Level.WARNING: ("!", "warn"),
    Level.INFO: (" ", "info"),
    Level.DEBUG: ("·", "skip"),
}
_SPACES = frozenset("\t\n\v\f\r\u2028\u2029")


def plain(text: str) -> str:
    """The text without characters that control the terminal, hide, or change direction."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char in _SPACES else "�" for char in text)


def clock(seconds: float) -> str:
    """``01:05``; hours in front where there are any."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def short(seconds: float) -> str:
    """At most three characters: ``0.4`` and ``12`` seconds, ``2m``, ``3h``, ``4d``."""
    if seconds < 9.95:  # noqa: PLR2004 - what rounds to 9.9
        return f"{seconds:.1f}"
    for unit, letter in ((1, ""), (60, "m"), (3600, "h")):
        if round(seconds / unit) < 100:  # noqa: PLR2004 - two digits
            return f"{seconds / unit:.0f}{letter}"
    return f"{min(99, round(seconds / 86400))}d"


def told(line: Line) -> Iterator[tuple[str, str, str]]:
    """(glyph, style, text) of each row of a log line; a failure has several."""
    glyph, style = LEVELS[line.level]
    first, *more = _texts(line.event)
    if isinstance(line.event, StepStarted):
        glyph, style = "▸", "run"
    elif isinstance(line.event, StepFinished):
        glyph, style = OUTCOMES[line.event.outcome]
    elif isinstance(line.event, Checked | HostFound) and line.level is Level.INFO:
        glyph, style = "✓", "ok"
    yield glyph, style, plain(first)
    for text in more:
        yield " ", style, plain(text)


def _texts(event: LogEvent) -> list[str]:
    match event:
        case LogLine():
            return [f"{event.step}: {event.text}"]
        case StepStarted():
            return [f"{event.step}: started"]
        case StepFinished():
            took = f" ({duration(event.seconds)})" if event.seconds else ""
            return [f"{event.step}: {event.reason}{took}"]
        case HostFound():
            return [f"found: {event.address}: {event.system}; {event.login}"]
        case Checked():
            return [f"check {event.check}: {event.evidence}"]
        case Failed():
            hint = [f"next: {event.hint}"] if event.hint else []
            where = f"{event.step}: " if event.step else ""
            return [f"{where}{event.message}", *event.details, *hint]


def standing(state: RunState, place: str) -> str:
    """Where one place is: ``4 done, in etcd``; for the question before stopping."""
    mine = [(step, s) for (step, where), s in state.steps.items() if where == place]
    failed = next((step for step, s in mine if s.outcome is Outcome.FAILED), "")
    at = next((step for step, s in mine if s.started and s.outcome is None), "")
    done = sum(s.outcome in {Outcome.OK, Outcome.SKIPPED} for _, s in mine)
    if failed:
        return f"failed in {failed} after {_steps(done)}"
    if at:
        after = f"{_steps(done)} done, then " if done else ""
        return f"{after}stopped inside {at}, which runs again"
    return f"{_steps(done)} done, none half done" if done else "nothing was changed"


def _steps(count: int) -> str:
    return f"{count} step{'' if count == 1 else 's'}"


def standings(state: RunState, most: int = 8) -> str:
    """Where every host is; hosts at the same point share a line."""
    groups: dict[str, list[str]] = {}
    for host in state.start.hosts if state.start else ():
        groups.setdefault(standing(state, host), []).append(host)
    lines = [f"{_names(hosts)}: {where}" for where, hosts in groups.items()]
    more = len(lines) - most
    return "\n".join(lines[:most] + ([f"and {more} more groups of hosts"] if more > 0 else []))


def _names(hosts: list[str], most: int = 3) -> str:
    more = len(hosts) - most
    return ", ".join(hosts[:most]) + (f" and {more} more" if more > 0 else "")
