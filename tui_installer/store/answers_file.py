"""Reads the answers file with the line and column of each value, checks it and writes it."""

from __future__ import annotations

import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError
from tui_installer.model.answers.changes import changed
from tui_installer.model.answers.known_keys import is_unknown
from tui_installer.model.answers.shape import MOST, read_data
from tui_installer.model.answers.wording import dotted
from tui_installer.model.check.check import check
from tui_installer.model.check.problems import AnswersInvalid, Problem
from tui_installer.model.check.resolve import build
from tui_installer.store import atomic, strict_yaml
from tui_installer.store.yaml_dump import dumped
from tui_installer.store.yaml_text import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui_installer.model.answers.document import Answers
    from tui_installer.model.answers.wording import Path as Dotted
    from tui_installer.model.spec import Spec
    from tui_installer.store.strict_yaml import Document

_HINT = "`tui-installer answers example` prints a file to start from"


@dataclass(frozen=True, slots=True)
class Loaded:
    """Answers and their places in the file. folder: the base of relative paths."""

    answers: Answers
    document: Document
    folder: Path


def load(path: Path) -> Loaded:
    """The answers in a file, values not checked yet.

    Raises UsageError if the file can't be read, and AnswersInvalid if it is not YAML or has wrong
    keys or types; then with every problem of the values as well.
    """
    data, folder = _contents(path)
    return loads(data, str(path), folder)


def loads(data: bytes, name: str, folder: Path) -> Loaded:
    """As `load`, from text that is read already. name: for messages."""
    document = strict_yaml.read(data, name)
    answers, faults = read_data(document.data)
    loaded = Loaded(answers, document, folder)
    if document.problems or faults:
        known = [
            _at(document, problem, document.position(at, key=is_unknown(at)))
            for at, problem in faults
            if at not in document.unread
        ]
        values = check(answers, map(dotted, [*document.unread, *(at for at, _ in faults)]))
        raise _invalid([*document.problems, *known, *placed(loaded, values)])
    return loaded


def resolve(loaded: Loaded) -> Spec:
    """The spec of a file's answers. Raises AnswersInvalid with every problem and its place."""
    problems = check(loaded.answers)
    if problems:
        raise _invalid(placed(loaded, problems))
    return build(loaded.answers, folder=loaded.folder)


def resolve_file(path: Path) -> Spec:
    """The spec of an answers file. Raises as `load` and `resolve`."""
    return resolve(load(path))


def placed(loaded: Loaded, problems: Iterable[Problem]) -> list[Problem]:
    """The problems with file, line and column of their paths, or of the nearest parent."""
    document = loaded.document
    places = {dotted(path): path for path in document.values}
    return [
        _at(document, problem, document.position(_nearest(problem, places))) for problem in problems
    ]


def _nearest(problem: Problem, places: dict[str, Dotted]) -> Dotted:
    parts = problem.path.split(".")
    for end in range(len(parts), 0, -1):
        if path := places.get(".".join(parts[:end])):
            return path
    return ()


def _at(document: Document, problem: Problem, place: strict_yaml.Place) -> Problem:
    line, column = place
    return replace(problem, file=document.name, line=line, column=column)


def _invalid(problems: Sequence[Problem]) -> AnswersInvalid:
    """The error with all problems in the order of the file, at most MOST."""
    ordered = sorted(problems, key=lambda problem: (problem.line, problem.column))
    if len(ordered) > MOST:
        ordered[MOST:] = [Problem("", f"and {len(ordered) - MOST} more problems")]
    return AnswersInvalid(ordered)


def _contents(path: Path) -> tuple[bytes, Path]:
    """(bytes, folder). Reads no more than the size limit, so that an endless file ends."""
    try:
        with path.open("rb") as file:
            regular = stat.S_ISREG(path.stat().st_mode)
            return file.read(MAX_BYTES + 1), path.absolute().parent if regular else Path.cwd()
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder, not an answers file", hint=_HINT) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot read the answers file {path}: {why}", hint=_HINT) from None


def dump(answers: Answers) -> str:
    """YAML of the values that differ from the defaults; `loads` reads the same answers from it."""
    return dumped(changed(answers))


def save(path: Path, answers: Answers) -> None:
    """Writes the answers atomically, readable by the user only (0600).

    Raises InstallerError.
    """
    atomic.write(path, dump(answers).encode())
