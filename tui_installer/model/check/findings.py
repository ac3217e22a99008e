"""Problems as they are found, and which answers they leave unusable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from tui_installer.model.answers.wording import refusal
from tui_installer.model.check.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")


class Findings:
    """Collects problems; an answer that has one already gets no second one.

    known: paths of problems found before, such as wrong types; they are not judged again.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        self.problems: list[Problem] = []
        self._bad = set(known)
        self._values: dict[str, Any] = {}

    def note(self, path: str, message: str, hint: str = "") -> None:
        """Notes a problem that leaves what is in the answer worth judging."""
        if self.good(path):
            self.problems.append(Problem(path, message, hint))

    def add(self, path: str, message: str, hint: str = "") -> None:
        """Notes a problem, unless the answer or one around it has one."""
        self.note(path, message, hint)
        self._bad.add(path)

    def good(self, *paths: str) -> bool:
        """Whether nothing is known against these answers and what is around them."""
        return not any(part in self._bad for path in paths for part in _prefixes(path))

    def read(self, path: str, parse: Callable[[str], T], text: str) -> T | None:
        """What parse makes of text; None, and a problem, where it refuses it."""
        if not self.good(path):
            return None
        try:
            self._values[path] = value = parse(text)
        except ValueError as error:
            self.add(path, *refusal(path, text, error))
            return None
        return value

    def value(self, path: str) -> Any:
        """What was read at path; None where nothing was, or where it has a problem."""
        return self._values.get(path) if self.good(path) else None


def readable(parse: Callable[[str], T], text: str) -> T | None:
    """What parse makes of text, or None."""
    try:
        return parse(text)
    except ValueError:
        return None


def _prefixes(path: str) -> list[str]:
    """``a``, ``a.b``, ``a.b.c`` of ``a.b.c``."""
    parts = path.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]
