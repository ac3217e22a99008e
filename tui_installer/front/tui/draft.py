"""The answers as they are edited: plain data, judged and saved at every change."""

from __future__ import annotations

import copy
import importlib
import time
from typing import TYPE_CHECKING, Any

from tui_installer.errors import InstallerError, UsageError
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

    It is the only memory of the wizard: every page is built from it and writes to it.
    """

    def __init__(self, data: dict[str, Any] | None = None, saver: Saver | None = None) -> None:
        self.data = data or {"apiVersion": "tui-installer/v1", "hosts": []}
        self.watched: SessionFolder | None = None
        """The session, where another process has it and these answers are only looked at."""
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
        """A new installation's, kept in a folder of its own from the first answer on."""
        return cls(None, _saver(_drafts().draft_file()))

    @classmethod
    def resume(cls, file: Path) -> Draft:
        """One that was begun; kept where it was, or watched while a run of it is under way.

        Raises UsageError, AnswersInvalid; SessionBusy where another wizard has it.
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
        """Answers that somebody else made, kept in a folder of their own."""
        draft = cls(data, _saver(_drafts().draft_file(data)))
        draft.changed()
        return draft

    @property
    def file(self) -> Path | None:
        """Where the answers are kept while they are edited; None if they are not."""
        return self._saver.path if self._saver else None

    @property
    def name(self) -> str:
        """Of its session."""
        return self.session.root.name

    @property
    def session(self) -> SessionFolder:
        """Where its keys, journal and results are."""
        if self.watched is not None:
            return self.watched
        found: SessionFolder = _drafts().session(self.file, self.answers.cluster.name)
        return found

    def save_as(self, file: Path) -> str:
        """Writes the answers file; a sentence that says so, or why it could not be done."""
        try:
            _drafts().write(self.data, file)
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
        return _drafts().default(path) if given is _MISSING else copy.deepcopy(given)

    def set(self, path: str, value: Any) -> None:
        """Puts an answer; one that equals its default is left out, as the file would."""
        *above, last = path.split(".")
        here: Any = self.data
        for part in above:
            if isinstance(here, list):
                here = here[int(part)]
            else:
                if not isinstance(here.get(part), (dict, list)):
                    here[part] = {}
                here = here[part]
        if isinstance(here, list):
            here[int(last)] = value
        elif value == _drafts().default(path) and path not in KEPT:
            here.pop(last, None)
            self._tidy(above)
        else:
            here[last] = value
        self.changed()

    def unset(self, path: str) -> None:
        """Takes an answer away: its default holds."""
        *above, last = path.split(".")
        holder = self._holder([*above, last])
        if isinstance(holder, dict) and last in holder:
            del holder[last]
            self._tidy(above)
            self.changed()

    def put_null(self, path: str) -> None:
        """Puts null where that says something else than no answer."""
        self.set(path, {})
        above, _, last = path.rpartition(".")
        (self.get(above) if above else self.data)[last] = None
        self.changed()

    def _tidy(self, above: list[str]) -> None:
        """Takes blocks away that have become empty, as the file would not have them."""
        for end in range(len(above), 0, -1):
            block, holder = self.get(".".join(above[:end])), self._holder(above[:end])
            if block != {} or not isinstance(holder, dict):
                return
            del holder[above[end - 1]]

    def _holder(self, path: list[str]) -> Any:
        return self.get(".".join(path[:-1])) if path[:-1] else self.data

    def changed(self) -> None:
        """Tells that `data` was edited: it is judged anew, saved, and shown."""
        self._judged = None
        self.touched = time.monotonic()
        if self._saver is not None:
            self._saver.save(copy.deepcopy(self.data))
        for watcher in tuple(self._watchers):
            watcher()

    def finish(self) -> None:
        """Waits until the answers are on the disk."""
        if self._saver is not None:
            self._saver.finish()

    def settle(self) -> tuple[SessionFolder, SessionLock]:
        """The session a run can go by, and its lock: the answers are there, and it has a name.

        Blocking. Raises InstallerError; UsageError for one that is only watched.
        """
        if self._saver is None:
            raise UsageError(
                "another process has this session; it is only watched here",
                hint="once it has ended, open the session again from the start page",
            )
        session = self._saver.settle(copy.deepcopy(self.data), self.answers.cluster.name)
        return session, self._saver.lock

    def close(self, *, going_on: bool = False) -> None:
        """Lets its session go, everything on the disk. going_on: a run of it keeps it."""
        if self._saver is not None:
            self._saver.close(going_on=going_on)
            self._saver = None

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Calls watcher at every change; returns what stops that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def _judge(self) -> tuple[Answers, tuple[Problem, ...]]:
        if self._judged is None:
            self._judged = _drafts().judge(self.data)
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
        return _drafts().spec(self.data) if not self.problems else None


def _saver(file: Path) -> Saver:
    from tui_installer.actions.sessions.saver import Saver  # noqa: PLC0415 - the first frame needs none

    return Saver(file)


def _drafts() -> Any:
    """The module that judges answers; it is large, and the first frame needs none of it."""
    return importlib.import_module("tui_installer.actions.sessions.drafts")


KEPT = ("apiVersion",)
_MISSING = object()
