"""The sessions as the Start page lists them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.pages import PAGES

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.actions.sessions.listing import SessionSummary

MOST = 50
_STEPS = ((86400, "day"), (3600, "hour"), (60, "minute"))


@dataclass(frozen=True, slots=True)
class Session:
    """how_far: such as ``verified`` or ``to fix: Cluster``. done: whether it was verified."""

    name: str
    file: Path
    hosts: int
    how_far: str
    when: str
    done: bool


def sessions() -> list[Session]:
    """Returns the newest sessions first. Reads files and checks answers: use a thread."""
    from tui_installer.actions.sessions import listing  # noqa: PLC0415 - first frame

    return [
        Session(
            one.title,
            one.file,
            one.hosts,
            _standing(one, listing.NOT_RUN),
            ago(time.time() - one.changed),
            one.outcome == "verified",
        )
        for one in listing.summaries()[:MOST]
    ]


def _standing(one: SessionSummary, not_run: str) -> str:
    if one.trouble:
        return "cannot be read"
    return how_far(one.file) if one.outcome == not_run else one.outcome


def how_far(file: Path) -> str:
    """Returns the first page with an answer to fix, or that the session is ready to run."""
    from tui_installer.actions.sessions import drafts  # noqa: PLC0415 - the first frame needs none

    try:
        draft = Draft(drafts.read(file))
    except InstallerError:
        return "cannot be read"
    wrong = next((info.title for info in PAGES if draft.problems_of(info)), "")
    return f"to fix: {wrong}" if wrong else "ready to run"


def ago(seconds: float) -> str:
    """``just now``, ``5 minutes ago``, ``3 days ago``."""
    for size, name in _STEPS:
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}{'s' if count != 1 else ''} ago"
    return "just now"
