"""The grid's content as a function of the run: which rows, which columns, what each cell says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_installer.front.text.plain import amount
from tui_installer.front.text.style import duration
from tui_installer.front.tui.widgets.wording import OUTCOMES, short
from tui_installer.model.run.events import CLUSTER, OPERATOR, Outcome

if TYPE_CHECKING:
    from tui_installer.model.run.state import RunState, StepState

FACTS = ""
"""The column before the first step: whether the host's facts are known."""
ROOMY = 7
"""Width of a cell from which times have a unit and outcomes a word."""
SHORT = {
    FACTS: "seen", "certificates": "cert", "binaries": "bins", "accounts": "user",
    "apiserver": "api", "controllers": "ctrl", "kubectl": "kctl", "bootstrap": "boot",
    "kubeconfig": "kcfg", "verify": "test",
}  # fmt: skip
WORDS = {Outcome.SKIPPED: "skip", Outcome.FAILED: "failed", Outcome.STOPPED: "not run"}


class Cell(NamedTuple):
    """style: ok, run, skip, bad, warn or wait."""

    text: str
    style: str


EMPTY = Cell("", "wait")


def places(state: RunState) -> list[str]:
    """Returns the rows: this machine first, where the work starts; hosts; the cluster."""
    if state.start is None:
        return []
    used = {place for _, place in state.steps} | {item.host for item in state.planned}
    hosts = state.start.hosts
    others = [place for place in (OPERATOR, CLUSTER) if place in used or not state.planned]
    return [*others[:1], *hosts, *others[1:]] if OPERATOR in others else [*hosts, *others]


def columns(state: RunState) -> list[str]:
    """Returns the steps, with the facts before them."""
    return [FACTS, *state.start.steps] if state.start else []


def heads(step: str, width: int) -> tuple[str, str]:
    """A column's head on two lines, cut to the width."""
    if step == FACTS and width < len(SHORT[FACTS]):
        return "up", ""
    name, _, kind = step.partition("-")
    name = name if name and len(name) <= width else SHORT.get(name, name[:width])
    return name, kind[: width if width >= len("files") else 4]


def cell(state: RunState, step: str, place: str, width: int) -> Cell:
    """Returns one cell's content, at most `width` columns."""
    if step == FACTS:
        return _facts(state, place, width)
    found = state.steps.get((step, place))
    if found is None or not (found.started or found.outcome):
        return Cell("·", "wait") if _expected(state, step, place) else EMPTY
    if found.outcome is None:
        return _under_way(state, found, width)
    glyph, style = OUTCOMES[found.outcome]
    if found.outcome is Outcome.OK:
        return Cell(f"{glyph}{_time(found.seconds, width)}", style)
    if found.outcome is Outcome.STOPPED:  # it never started: as quiet as a waiting step
        glyph, style = "·", "wait"
    return _fitting(glyph, WORDS[found.outcome], width, style)


def _fitting(glyph: str, word: str, width: int, style: str) -> Cell:
    both = f"{glyph} {word}"
    return Cell(both if len(both) <= width else glyph, style)


def _facts(state: RunState, place: str, width: int) -> Cell:
    if place in {OPERATOR, CLUSTER}:
        return EMPTY
    if place in state.found:
        return _cut("✓", state.found[place].seconds, width, "ok")
    if any(failed.host == place for failed in state.failures):
        return _fitting("✗", "failed", width, "bad")
    if state.finish is not None:
        return Cell("!", "warn")
    return _cut("…", state.elapsed, width, "run")


def _cut(glyph: str, seconds: float, width: int, style: str) -> Cell:
    both = f"{glyph}{_time(seconds, width)}"
    return Cell(both if len(both) <= width else glyph, style)


def _under_way(state: RunState, found: StepState, width: int) -> Cell:
    if state.finish is not None:
        return _fitting("!", "cut off", width, "warn")
    progress = found.progress
    if progress and progress.total:
        return Cell(f"…{100 * progress.done // progress.total:>2}%", "run")
    return Cell(f"…{_time(state.elapsed - found.began, width)}", "run")


def _time(seconds: float, width: int) -> str:
    if width < ROOMY:
        return f"{short(seconds):>3}"
    return f" {duration(seconds)}" if seconds < 60 else f" {short(seconds)}"  # noqa: PLR2004


def _expected(state: RunState, step: str, place: str) -> bool:
    if state.planned:
        return (step, place) in state.items
    return place not in {OPERATOR, CLUSTER}


def summary(state: RunState, place: str) -> Cell:
    """Returns one glyph for a whole row."""
    names = state.start.steps if state.start else ()
    mine = [s for name in names if (s := state.steps.get((name, place)))]
    if any(failed.host == place for failed in state.failures) or any(
        s.outcome is Outcome.FAILED for s in mine
    ):
        return Cell("✗", "bad")
    if state.finish is not None:
        return Cell("✓", "ok") if state.finish.exit_code == 0 else Cell("!", "warn")
    if any(s.started and s.outcome is None for s in mine):
        return Cell("…", "run")
    return Cell("·", "wait")


def under_way(state: RunState, rows: list[str]) -> tuple[str, str] | None:
    """Returns (step, place) of the first row with a running step."""
    for place in rows:
        for step in state.start.steps if state.start else ():
            one = state.steps.get((step, place))
            if one and one.started and one.outcome is None:
                return step, place
    return None


def detail(state: RunState, step: str, place: str) -> str:
    """Describes the cell in full: step, place, state, time, bytes, reason."""
    if step == FACTS:
        found = state.found.get(place)
        text = f"{found.system}; {found.login}; {duration(found.seconds)}" if found else "not seen"
        return f"{place}: {text}" if place not in {OPERATOR, CLUSTER} else place
    one = state.steps.get((step, place))
    planned = state.items.get((step, place))
    parts = [f"{step} on {place}: {_word(state, one, step, place)}"]
    if one and one.progress and one.outcome is None:
        parts.append(f"{one.progress.label} {amount(one.progress)}")
    reason = (one.reason if one else "") or (planned.reason if planned else "")
    return "; ".join([*parts, *([reason] if reason else [])])


def _word(state: RunState, one: StepState | None, step: str, place: str) -> str:
    if one is None or not (one.started or one.outcome):
        return "waiting" if _expected(state, step, place) else "nothing to do here"
    if one.outcome is None:
        if state.finish is not None:
            return "interrupted; the next run repeats it"
        return f"running for {duration(state.elapsed - one.began)}"
    if one.outcome is Outcome.OK:
        return f"done in {duration(one.seconds)}"
    return "skipped" if one.outcome is Outcome.SKIPPED else WORDS[one.outcome]
