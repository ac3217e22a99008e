"""One reason to refuse a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """lines: what was found and why it is refused, a fact a line. hint: the way out."""

    lines: tuple[str, ...]
    hint: str
