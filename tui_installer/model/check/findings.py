"""Collects problems, and knows which answers they make unusable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from tui_installer.model.answers.wording import refusal
from tui_installer.model.check.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")


class Findings:
    """Collects at most one problem per answer.

    known: paths of problems found before, such as wrong types; these are not checked again.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        self.problems: list[Problem] = []
        self._bad = set(known)
        self._values: dict[str, Any] = {}

    def note(self, path: str, message: str, hint: str = "") -> None:
        """Adds a problem; the answers inside this one are still checked."""
        if self.good(path):
            self.problems.append(Problem(path, message, hint))

    def add(self, path: str, message: str, hint: str = "") -> None:
        """Adds a problem, unless the answer or one around it already has one."""
        self.note(path, message, hint)
        self._bad.add(path)

    def good(self, *paths: str) -> bool:
        """Whether neither these answers nor the blocks around them have a problem."""
        return not any(part in self._bad for path in paths for part in _prefixes(path))

    def read(self, path: str, parse: Callable[[str], T], text: str) -> T | None:
        """The value that parse returns; None, and a problem, if it refuses the text."""
        if not self.good(path):
            return None
        try:
            self._values[path] = value = parse(text)
        except ValueError as error:
            self.add(path, *refusal(path, text, error))
            return None
        return value

    def value(self, path: str) -> Any:
        """The value that was read at path; None if there is none or it has a problem."""
        return self._values.get(path) if self.good(path) else None


def readable(parse: Callable[[str], T], text: str) -> T | None:
    """The value that parse returns, or None if it refuses the text."""
    try:
        return parse(text)
    except ValueError:
        return None


def _prefixes(path: str) -> list[str]:
    """``a``, ``a.b``, ``a.b.c`` of ``a.b.c``."""
    parts = path.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]
