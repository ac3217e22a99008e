"""How each page stands: its answers, the live checks of the hosts, the last plan and run."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode

if TYPE_CHECKING:
    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.engine_room import EngineRoom
    from tui_installer.front.tui.pages import PageInfo


class Standing(StrEnum):
    """The values are the breadcrumb's glyphs."""

    OPEN = "·"
    """Not reached, or nothing is known of it yet."""
    BUSY = "…"
    WRONG = "!"
    GOOD = "✓"


def standing(info: PageInfo, draft: Draft, engine: EngineRoom) -> Standing:
    """Returns how a page stands. Reads no file; cheap enough to be called every half second."""
    if info.id not in draft.reached:
        return Standing.OPEN
    if draft.problems_of(info):
        return Standing.WRONG
    if info.id == "hosts":
        return _hosts(draft, engine)
    if info.id == "review":
        return _review(draft, engine)
    if info.id in ("deploy", "done"):
        return _run(engine)
    planned = engine.last_plan
    led = planned is not None and planned.fits(draft) and _leads_to(info.id, engine)
    return Standing.WRONG if led else Standing.GOOD


def _leads_to(page: str, engine: EngineRoom) -> bool:
    troubles = engine.last_plan.troubles if engine.last_plan else ()
    return any(one.lead is not None and one.lead.page == page for one in troubles)


def _hosts(draft: Draft, engine: EngineRoom) -> Standing:
    """The live checks decide, unless the last plan failed after them."""
    checks, planned = engine.live, engine.last_plan
    if any(check.troubled for check in checks):
        return Standing.WRONG
    if any(not check.ended for check in checks):
        return Standing.BUSY
    checked = max((check.ended for check in checks), default=0.0)
    if planned is not None and planned.made > checked and _leads_to("hosts", engine):
        return Standing.WRONG
    known = checks or _ran(engine) or (planned is not None and planned.carries(draft))
    return Standing.GOOD if known else Standing.OPEN


def _review(draft: Draft, engine: EngineRoom) -> Standing:
    planned = engine.last_plan
    if planned is None or not planned.fits(draft):
        return Standing.GOOD if _ran(engine) else Standing.OPEN
    return Standing.GOOD if planned.plan is not None else Standing.WRONG


def _ran(engine: EngineRoom) -> bool:
    """Whether a run has started: it connected to the hosts and made its plan."""
    return bool(engine.state.planned)


def _run(engine: EngineRoom) -> Standing:
    finish = engine.state.finish
    if engine.running:
        return Standing.BUSY
    if finish is None:
        return Standing.OPEN
    return Standing.GOOD if finish.exit_code == ExitCode.OK else Standing.WRONG
