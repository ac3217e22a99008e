"""A list of hosts that was read, as lines of text: what was left out, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.store.host_lists.found import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.store.host_lists.found import HostList, Line

_SHOWN = 200


def summary(found: HostList, name: str) -> str:
    """The first line: the format, and how many hosts there are."""
    return f"{name}: {found.summary()}"


def remarks(found: HostList, name: str) -> Iterator[str]:
    """A line for each part of the list that is not in the answers."""
    for line in found.lines:
        if text := _remark(line):
            place = f"{name}:{line.number}" if line.number else name
            yield _printable(f"{place}: {line.label}: {text}")


def _remark(line: Line) -> str:
    parts = [f"left out: {'; '.join(line.left_out)}"] if line.left_out else []
    if line.kind is Kind.HOST and not line.complete:
        return "; ".join([f"left out: {line.text}", *parts])
    if line.text:
        said = line.text if line.kind is Kind.REMARK else f"left out: {line.text}"
        return "; ".join([said, *parts])
    return "; ".join(parts)


def _printable(text: str) -> str:
    shown = "".join(char if char.isprintable() else "�" for char in text)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
