"""The answers while the user edits them: plain data, checked and saved at every change."""

from __future__ import annotations

import copy
import importlib
import time
from typing import TYPE_CHECKING, Any

from tui_installer.errors import InstallerError, UsageError
from tui_installer.front.tui import answer_tree
from tui_installer.front.tui.pages import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tui_installer.actions.sessions.saver import Saver
    from tui_installer.front.tui.pages import PageInfo
    from tui_installer.model.answers.document import Answers
    from tui_installer.model.check.problems import Problem
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder
    from tui_installer.store.session_lock import SessionLock


class Draft:
    """data: the answers as the YAML file has them, possibly incomplete or wrong.

    The wizard keeps no other state: every page is built from the draft and writes to it.
    """

    def __init__(self, data: dict[str, Any] | None = None, saver: Saver | None = None) -> None:
        self.data = data or {"apiVersion": "tui-installer/v1", "hosts": []}
        self.watched: SessionFolder | None = None
        """The session, if another process uses it and this wizard only watches."""
        self.touched = 0.0
        """time.monotonic() of the last change."""
        self.reached: set[str] = {PAGES[0].id}
        self._saver = saver
        self._judged: tuple[Answers, tuple[Problem, ...]] | None = None
        self._watchers: list[Callable[[], None]] = []

    @classmethod
    def load(cls, file: Path) -> Draft:
        """The draft of an answers file, wrong parts included. Raises UsageError, AnswersInvalid."""
        data = _drafts().opened(file)
        return cls(data, _saver(_drafts().draft_file(data)))

    @classmethod
    def begin(cls) -> Draft:
        """The draft of a new installation, saved in a new folder from the first answer on."""
        return cls(None, _saver(_drafts().draft_file()))

    @classmethod
    def resume(cls, file: Path) -> Draft:
        """The draft of a session; only watched while a run of it is under way.

        Raises UsageError, AnswersInvalid; SessionBusy if another wizard has it open.
        """
        from tui_installer.store.session_lock import RUN, SessionBusy  # noqa: PLC0415 - first frame

        data = _drafts().read(file)
        try:
            return cls(data, _saver(file))
        except SessionBusy as busy:
            if busy.holder is None or busy.holder.what != RUN:
                raise
            draft = cls(data)
            draft.watched = _drafts().session(file, "")
            return draft

    @classmethod
    def of(cls, data: dict[str, Any]) -> Draft:
        """The draft of given answers, saved in a new folder."""
        draft = cls(data, _saver(_drafts().draft_file(data)))
        draft.changed()
        return draft

    @property
    def file(self) -> Path | None:
        """The file that the answers are saved to; None if they are not saved."""
        return self._saver.path if self._saver else None

    @property
    def name(self) -> str:
        """The session's name."""
        return self.session.root.name

    @property
    def session(self) -> SessionFolder:
        """The session folder, which has the keys, journal and results."""
        if self.watched is not None:
            return self.watched
        found: SessionFolder = _drafts().session(self.file, self.answers.cluster.name)
        return found

    def save_as(self, file: Path) -> str:
        """Writes the answers file; returns a sentence: the path, or why writing failed."""
        try:
            _drafts().write(self.data, file)
        except InstallerError as error:
            return error.message
        return f"The answers are in {file}"

    def first_open_page(self) -> str:
        """The first page with a problem, else the review. Marks the pages before it as visited."""
        self.reached.update(info.id for info in PAGES[:6])
        return next((info.id for info in PAGES if self.problems_of(info)), "review")

    def get(self, path: str, default: Any = None) -> Any:
        """The answer at a dotted path as it was given, or default where none was."""
        return answer_tree.get(self.data, path.split("."), default)

    def value(self, path: str) -> Any:
        """The answer at a dotted path, or its default where none was given."""
        given = self.get(path, _MISSING)
        return _drafts().default(path) if given is _MISSING else copy.deepcopy(given)

    def set(self, path: str, value: Any) -> None:
        """Sets an answer; one that equals its default is left out, as in the file."""
        parts = path.split(".")
        holder = answer_tree.make_holder(self.data, parts)
        if isinstance(holder, list):
            holder[int(parts[-1])] = value
        elif value == _drafts().default(path) and path not in KEPT:
            holder.pop(parts[-1], None)
            answer_tree.remove_empty(self.data, parts[:-1])
        else:
            holder[parts[-1]] = value
        self.changed()

    def unset(self, path: str) -> None:
        """Removes an answer: its default applies."""
        if answer_tree.remove(self.data, path.split(".")):
            self.changed()

    def put_null(self, path: str) -> None:
        """Sets an answer to null, where null differs from no answer."""
        self.set(path, {})
        above, _, last = path.rpartition(".")
        (self.get(above) if above else self.data)[last] = None
        self.changed()

    def changed(self) -> None:
        """Checks, saves and shows the answers again after a change of `data`."""
        self._judged = None
        self.touched = time.monotonic()
        if self._saver is not None:
            self._saver.save(copy.deepcopy(self.data))
        for watcher in tuple(self._watchers):
            watcher()

    def settle(self) -> tuple[SessionFolder, SessionLock]:
        """The session, named and with the answers saved, and its lock; for a run.

        Blocking. Raises InstallerError; UsageError for a session that is only watched.
        """
        if self._saver is None:
            raise UsageError(
                "another process is using this session; you can only watch it here",
                hint="when that process has finished, open the session again from the start page",
            )
        session = self._saver.settle(copy.deepcopy(self.data), self.answers.cluster.name)
        return session, self._saver.lock

    def close(self, *, going_on: bool = False) -> None:
        """Saves the answers and releases the session. going_on: a run keeps using it."""
        if self._saver is not None:
            self._saver.close(going_on=going_on)
            self._saver = None

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Calls watcher at every change; returns a function that stops this."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def _judge(self) -> tuple[Answers, tuple[Problem, ...]]:
        if self._judged is None:
            self._judged = _drafts().judge(self.data)
        return self._judged

    @property
    def answers(self) -> Answers:
        """The valid part of the data; invalid answers have their defaults."""
        return self._judge()[0]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._judge()[1]

    def problem(self, path: str) -> Problem | None:
        """The first problem of one answer or of a part of it."""
        return next(
            (p for p in self.problems if p.path == path or p.path.startswith(f"{path}.")), None
        )

    def problems_of(self, page: PageInfo) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if page.owns(problem.path))

    def spec(self) -> Spec | None:
        """The spec; None while the answers have problems."""
        return _drafts().spec(self.data) if not self.problems else None


def _saver(file: Path) -> Saver:
    from tui_installer.actions.sessions.saver import Saver  # noqa: PLC0415 - first frame

    return Saver(file)


def _drafts() -> Any:
    """The module that checks answers: large, so the first frame does not load it."""
    return importlib.import_module("tui_installer.actions.sessions.drafts")


KEPT = ("apiVersion",)
_MISSING = object()
