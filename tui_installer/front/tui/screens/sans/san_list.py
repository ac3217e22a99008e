"""Edits the answers' list of SANs; the answers may be malformed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_installer.front.tui.draft import Draft


def own(draft: Draft) -> list[Any]:
    """Returns a copy of the list; empty if the answers have something else there."""
    given = draft.get("sans")
    return list(given) if isinstance(given, list) else []


def extend(draft: Draft, values: Sequence[str]) -> int:
    """Adds entries at the end; returns the number of the last one."""
    items = [*own(draft), *values]
    draft.set("sans", items)
    return len(items) - 1


def remove(draft: Draft, number: int) -> None:
    """Removes one entry."""
    items = own(draft)
    del items[number]
    draft.set("sans", items)


def move(draft: Draft, number: int, by: int) -> int | None:
    """Swaps an entry with its neighbour; returns its new number, None at the list's end."""
    items, to = own(draft), number + by
    if not 0 <= to < len(items):
        return None
    items[number], items[to] = items[to], items[number]
    draft.set("sans", items)
    return to
