"""The answers as they are edited: plain data, judged and saved at every change."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tui_installer.actions import drafts
from tui_installer.errors import InstallerError
from tui_installer.front.tui.pages import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tui_installer.actions.drafts import Saver
    from tui_installer.front.tui.pages import PageInfo
    from tui_installer.model.answers import Answers
    from tui_installer.model.problems import Problem
    from tui_installer.model.spec import Spec


class Draft:
    """data: the answers as the YAML file has them, possibly incomplete or wrong.

    It is the only memory of the wizard: every page is built from it and writes to it.
    """

    def __init__(self, data: dict[str, Any] | None = None, saver: Saver | None = None) -> None:
        self.data = data or drafts.fresh()
        self.reached: set[str] = {PAGES[0].id}
        self._saver = saver
        self._judged: tuple[Answers, tuple[Problem, ...]] | None = None
        self._watchers: list[Callable[[], None]] = []

    @classmethod
    def load(cls, file: Path) -> Draft:
        """The draft of an answers file, wrong parts included. Raises UsageError, AnswersInvalid."""
        return cls(drafts.read(file), drafts.Saver(drafts.draft_file()))

    def save_as(self, file: Path) -> str:
        """Writes the answers file; a sentence that says so, or why it could not be done."""
        try:
            drafts.write(self.data, file)
        except InstallerError as error:
            return error.message
        return f"The answers are in {file}"

    def first_open_page(self) -> str:
        """The first page with something to mend; the review if there is none. Mixed mode."""
        self.reached.update(info.id for info in PAGES[:6])
        return next((info.id for info in PAGES if self.problems_of(info)), "review")

    def get(self, path: str, default: Any = None) -> Any:
        """The answer at a dotted path as it was given, or default where none was."""
        here: Any = self.data
        for part in path.split("."):
            try:
                here = here[int(part)] if isinstance(here, list) else here[part]
            except (KeyError, IndexError, ValueError, TypeError):
                return default
        return here

    def value(self, path: str) -> Any:
        """The answer at a dotted path, or the default that holds where none was given."""
        given = self.get(path, _MISSING)
        return drafts.default(path) if given is _MISSING else copy.deepcopy(given)

    def set(self, path: str, value: Any) -> None:
        """Puts an answer; one that equals its default is left out, as the file would."""
        *above, last = path.split(".")
        here: Any = self.data
        for part in above:
            here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
        if isinstance(here, list):
            here[int(last)] = value
        elif value == drafts.default(path) and path not in KEPT:
            here.pop(last, None)
        else:
            here[last] = value
        self.changed()

    def changed(self) -> None:
        """Tells that `data` was edited: it is judged anew, saved, and shown."""
        self._judged = None
        if self._saver is not None:
            self._saver.save(copy.deepcopy(self.data))
        for watcher in tuple(self._watchers):
            watcher()

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Calls watcher at every change; returns what stops that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def _judge(self) -> tuple[Answers, tuple[Problem, ...]]:
        if self._judged is None:
            self._judged = drafts.judge(self.data)
        return self._judged

    @property
    def answers(self) -> Answers:
        """What of the data is of the right form; the rest is as its default."""
        return self._judge()[0]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._judge()[1]

    def problem(self, path: str) -> Problem | None:
        """What is wrong with one answer or with something in it."""
        return next(
            (p for p in self.problems if p.path == path or p.path.startswith(f"{path}.")), None
        )

    def problems_of(self, page: PageInfo) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if page.owns(problem.path))

    def spec(self) -> Spec | None:
        """The spec, once nothing is wrong."""
        return drafts.spec(self.data) if not self.problems else None


KEPT = ("apiVersion",)
_MISSING = object()
