"""Sessions as plain text: the table of all sessions, and one session in full."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tui_installer.front.text.style import duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tui_installer.actions.runs.outcome import Expiry
    from tui_installer.actions.sessions.listing import SessionSummary
    from tui_installer.actions.sessions.view import Run, Shown
    from tui_installer.front.text.style import Style

HEAD = ("NAME", "CLUSTER", "HOSTS", "STATE", "CHANGED", "IN USE BY")


def table(sessions: Sequence[SessionSummary], style: Style) -> str:
    """One line per session; ends with a newline."""
    rows = [HEAD, *(_row(one) for one in sessions)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([style.paint(lines[0], "bold"), *lines[1:]]) + "\n"


def _row(one: SessionSummary) -> tuple[str, ...]:
    state = "cannot be used" if one.trouble else one.outcome
    holder = str(one.holder) if one.holder else ""
    return (one.name, one.cluster, str(one.hosts), state, when(one.changed), holder)


def when(seconds: float) -> str:
    """Local time, to the minute; - where it is not known."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds)) if seconds else "-"


def whole(shown: Shown, style: Style) -> str:
    """One session; ends with a newline."""
    blocks = (
        _block(title, list(lines), style)
        for title, lines in (
            (f"session {shown.begun.name}", _head(shown)),
            ("answers", _pairs((*shown.answers.items(), *_hosts(shown)))),
            ("last run", _run(shown.run)),
            ("certificates, the first to expire first", map(_certificate, shown.certificates)),
            ("files", _pairs((what, str(path)) for what, path in shown.files.items())),
            ("not part of the session", shown.foreign),
            (style.paint("damaged", "red", "bold"), shown.damage),
        )
    )
    return "\n\n".join(block for block in blocks if block) + "\n"


def _block(title: str, lines: list[str], style: Style) -> str:
    return (
        "\n".join([style.paint(title, "bold"), *(f"  {line}" for line in lines)]) if lines else ""
    )


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[str]:
    found = [(key, value) for key, value in pairs if value]
    width = max((len(key) for key, _ in found), default=0)
    return [f"{key:<{width}}  {value}" for key, value in found]


def _head(shown: Shown) -> list[str]:
    one = shown.begun
    return _pairs((
        ("cluster", one.cluster),
        ("state", one.outcome),
        ("changed", when(one.changed)),
        ("in use by", str(one.holder) if one.holder else ""),
        ("keys", shown.keys),
    ))  # fmt: skip


def _hosts(shown: Shown) -> Iterator[tuple[str, str]]:
    for name, address in shown.hosts.items():
        yield f"host {name}", address or "no address yet"


def _run(run: Run | None) -> Iterator[str]:
    if run is None:
        return
    if run.exit_code is None:
        yield f"{run.title}: running or interrupted at {when(run.ended)}: no result recorded"
    else:
        took = duration(run.seconds)
        yield (
            f"{run.title}: exit {run.exit_code} at {when(run.ended)}: {run.changes} changes, "
            f"{run.restarts} restarts, {took}"
        )
    for outcome in dict.fromkeys(one.outcome for one in run.steps):
        places = (f"{one.step}@{one.host}" for one in run.steps if one.outcome == outcome)
        yield f"{outcome}: {' '.join(places)}"
    for failure in run.failures:
        where = " ".join(part for part in (failure.host, failure.step) if part)
        yield f"failure{f' ({where})' if where else ''}: {failure.message}"
        if failure.hint:
            yield f"  next: {failure.hint}"


def _certificate(one: Expiry) -> str:
    if one.trouble:
        return f"{one.name}: {one.trouble}"
    end = time.strftime("%Y-%m-%d", time.gmtime(one.ends))
    return f"{end}  {one.name}{' (CA)' if one.is_ca else ''}"
