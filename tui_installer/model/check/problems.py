"""Problems of the user's input with their location, reported all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Problem:
    """path: dotted, such as ``hosts.0.address``. line, column: 1-based, 0 if unknown."""

    path: str
    message: str
    hint: str = ""
    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = (
            f"{self.file}:{self.line}:{self.column}: "
            if self.line
            else (f"{self.file}: " if self.file else "")
        )
        where = f"{self.path}: " if self.path else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{where}{self.message}{hint}"


class AnswersInvalid(UsageError):
    """The answers are invalid; carries every problem found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        super().__init__(
            f"{count} problem{'s' if count != 1 else ''} in the answers; nothing was changed",
            details=tuple(str(problem) for problem in self.problems),
        )
