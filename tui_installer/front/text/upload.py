"""How much a plan sends to the hosts, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.front.text.style import size
from tui_installer.model.run.plan import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui_installer.model.run.plan import PlanItem


def upload(items: Iterable[PlanItem]) -> str:
    """``1.2 GB to upload``; with programs not fetched yet, how many have an unknown size."""
    found = tuple(items)
    known = sum(item.upload for item in found)
    unknown = sum(item.unsized for item in found)
    if unknown:
        programs = f"{unknown} program{'s' if unknown > 1 else ''}"
        return f"{size(known)} and {programs} to upload (size known after the download)"
    files = any(
        change.kind is ChangeKind.FILE and change.verb != "remove"
        for item in found
        for change in item.changes
    )
    # Keys and certificates that the run makes: a few kB each.
    return "less than 1 MB to upload" if files and not known else f"{size(known)} to upload"
