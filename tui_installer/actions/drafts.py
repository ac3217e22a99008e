"""Answers while they are edited: defaults, descriptions, judgement, saving, and what was begun."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_installer.errors import InstallerError, UsageError
from tui_installer.kubernetes import lint_extra_args
from tui_installer.model import resolve, shape
from tui_installer.model.answers import APIVERSION, Answers
from tui_installer.model.check import check
from tui_installer.model.known_keys import block_at
from tui_installer.store import atomic, paths, strict_yaml
from tui_installer.store.yaml_dump import dumped
from tui_installer.store.yaml_text import MAX_BYTES

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.model.problems import Problem
    from tui_installer.model.spec import Spec

DRAFT = "answers.yaml"


def fresh() -> dict[str, Any]:
    """Answers of someone who has said nothing yet."""
    return {"apiVersion": APIVERSION, "hosts": []}


def default(path: str) -> Any:
    """What holds at a dotted path where no answer is given, as plain data."""
    field = _field(path)
    if field is None or field.is_required():
        return None
    value = field.get_default(call_default_factory=True)
    return value.model_dump(by_alias=True) if hasattr(value, "model_dump") else value


def about(path: str) -> str:
    """What the answer at a dotted path is for, in a sentence or two."""
    field = _field(path)
    return (field.description or "") if field else ""


def _field(path: str) -> Any:
    parts = tuple(int(part) if part.isdigit() else part for part in path.split("."))
    block = block_at(parts[:-1])
    fields = block.model_fields.items() if block else ()
    return next((f for name, f in fields if (f.alias or name) == parts[-1]), None)


def judge(data: dict[str, Any]) -> tuple[Answers, tuple[Problem, ...]]:
    """(what of the data is of the right form, everything that is wrong with it)."""
    answers, misshapen = shape.read_data(data)
    known = [problem.path for _, problem in misshapen]
    found = [problem for _, problem in misshapen] + check(answers, known)
    if not found:
        found = list(lint_extra_args(resolve.build(answers)))
    return answers, tuple(found)


def spec(data: dict[str, Any]) -> Spec:
    """The spec of data that `judge` found nothing wrong with. Raises AnswersInvalid."""
    return resolve.resolve(judge(data)[0])


def as_yaml(data: dict[str, Any]) -> str:
    """The answers file of the data: what was said, in the order of the questions."""
    order = list(_aliases())
    known = {key: data[key] for key in order if key in data}
    rest = {key: value for key, value in data.items() if key not in known}
    return dumped({**known, **rest})


def _aliases() -> list[str]:
    return [field.alias or name for name, field in Answers.model_fields.items()]


def read(path: Path) -> dict[str, Any]:
    """The data of an answers file as it stands, wrong values included.

    Raises UsageError or AnswersInvalid where it is not YAML of the strict kind.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)  # more is refused: an endless file ends here
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot read {path}: {why}", hint="want an answers file") from None
    return strict_yaml.load(text, str(path)).data


def write(data: dict[str, Any], path: Path) -> None:
    """Writes an answers file whole, 0600. Raises InstallerError."""
    atomic.write(path, as_yaml(data).encode())


class Saver:
    """Writes the latest data in a thread of its own: no edit waits for the disk, none is lost.

    path: the file. trouble: why the last write failed, '' if it did not.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        self._next: dict[str, Any] | None = None
        self._wake = threading.Condition()
        self._busy = False
        threading.Thread(target=self._work, name="saver", daemon=True).start()

    def save(self, data: dict[str, Any]) -> None:
        """Takes over data; a copy that nobody changes."""
        with self._wake:
            self._next = data
            self._wake.notify_all()

    def finish(self, seconds: float = 5.0) -> None:
        """Waits until everything is on the disk."""
        with self._wake:
            self._wake.wait_for(lambda: self._next is None and not self._busy, seconds)

    def _work(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._next is not None)
                data, self._next, self._busy = self._next, None, True
            try:
                write(data or {}, self.path)
                self.trouble = ""
            except InstallerError as error:
                self.trouble = error.message
            with self._wake:
                self._busy = False
                self._wake.notify_all()


@dataclass(frozen=True, slots=True)
class Begun:
    """An installation that was begun here. name: the cluster's. changed: UNIX seconds.

    outcome: of the last run of that cluster.
    """

    name: str
    file: Path
    hosts: int
    changed: float
    outcome: str


def begun() -> list[Begun]:
    """What was begun on this machine, the newest first; unreadable ones are left out."""
    root = paths.state_root()
    found = [_begun(folder / DRAFT) for folder in root.iterdir()] if root.is_dir() else []
    return sorted((one for one in found if one), key=lambda one: -one.changed)


def _begun(file: Path) -> Begun | None:
    try:
        data, changed = read(file), file.stat().st_mtime
    except (OSError, InstallerError):
        return None
    hosts, cluster = data.get("hosts"), data.get("cluster")
    said = cluster.get("name") if isinstance(cluster, dict) else None
    name = said if isinstance(said, str) and said else str(default("cluster.name"))
    count = len(hosts) if isinstance(hosts, list) else 0
    return Begun(name, file, count, changed, _outcome(name))


def _outcome(name: str) -> str:
    if "/" in name or name in {".", ".."}:
        return NOT_RUN
    try:
        code = json.loads((paths.cluster_folder(name) / "result.json").read_bytes())["exit_code"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return NOT_RUN
    return "verified" if code == 0 else f"stopped (exit {code})"


NOT_RUN = "not run yet"


def draft_file() -> Path:
    """Where the answers of a new installation are kept while they are edited."""
    root, name = paths.state_root(), time.strftime("draft-%Y%m%d-%H%M%S")
    tries = (name, *(f"{name}-{number}" for number in range(2, 100)))
    return next(root / one for one in tries if not (root / one).exists()) / DRAFT
