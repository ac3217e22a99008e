"""One reason to refuse a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """lines: what was found and why it is refused, one fact per line. hint: how to solve it.

    answer: the dotted path of the answer to look at, or ''.
    """

    lines: tuple[str, ...]
    hint: str
    answer: str = ""
