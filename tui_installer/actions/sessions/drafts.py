"""Answers while they are edited: defaults, descriptions, checks, saving."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_installer.errors import UsageError
from tui_installer.kubernetes import lint_extra_args
from tui_installer.model.answers import declared, shape
from tui_installer.model.answers.document import APIVERSION, Answers
from tui_installer.model.answers.known_keys import field_at
from tui_installer.model.answers.local_paths import rooted
from tui_installer.model.check import parse, resolve
from tui_installer.model.check.check import check
from tui_installer.model.check.findings import readable
from tui_installer.store import atomic, paths, sessions, strict_yaml
from tui_installer.store.session_folder import SessionFolder
from tui_installer.store.yaml_dump import dumped
from tui_installer.store.yaml_text import MAX_BYTES

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from tui_installer.model.check.problems import Problem
    from tui_installer.model.spec import Spec


def fresh() -> dict[str, Any]:
    """Returns empty answers."""
    return {"apiVersion": APIVERSION, "hosts": []}


def default(path: str) -> Any:
    """Returns the default at a dotted path, as plain data."""
    field = _field(path)
    if field is None or field.is_required():
        return None
    value = field.get_default(call_default_factory=True)
    return value.model_dump(by_alias=True) if hasattr(value, "model_dump") else value


def about(path: str) -> str:
    """Returns what the answer at a dotted path is for, in a sentence or two."""
    field = _field(path)
    return declared.about(field) if field else ""


def _field(path: str) -> FieldInfo | None:
    return field_at(tuple(int(part) if part.isdigit() else part for part in path.split(".")))


def judge(data: dict[str, Any]) -> tuple[Answers, tuple[Problem, ...]]:
    """Returns (the well-formed part of the data, everything that is wrong with it)."""
    answers, misshapen = shape.read_data(data)
    known = [problem.path for _, problem in misshapen]
    found = [problem for _, problem in misshapen] + check(answers, known)
    if not found:
        found = list(lint_extra_args(resolve.build(answers)))
    return answers, tuple(found)


def spec(data: dict[str, Any]) -> Spec:
    """Returns the spec of data without problems. Raises AnswersInvalid."""
    return resolve.resolve(judge(data)[0])


def as_yaml(data: dict[str, Any]) -> str:
    """Returns the answers file: the given answers, in the order of the questions."""
    order = list(_aliases())
    known = {key: data[key] for key in order if key in data}
    rest = {key: value for key, value in data.items() if key not in known}
    return dumped({**known, **rest})


def _aliases() -> list[str]:
    return [field.alias or name for name, field in Answers.model_fields.items()]


def read(path: Path) -> dict[str, Any]:
    """Returns the data of an answers file, wrong values included.

    Raises UsageError or AnswersInvalid if it is not strict YAML.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)  # more is refused: bounds an endless file
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot read {path}: {why}", hint="name an answers file") from None
    return strict_yaml.load(text, str(path)).data


def opened(path: Path) -> dict[str, Any]:
    """As `read`, with relative paths made absolute, because a draft is kept in another folder."""
    return rooted(read(path), path.absolute().parent if path.is_file() else Path.cwd())


def write(data: dict[str, Any], path: Path) -> None:
    """Writes an answers file atomically, 0600, with absolute paths. Raises InstallerError."""
    atomic.write(path, as_yaml(rooted(data, Path.cwd())).encode())


def session(file: Path | None, cluster: str) -> SessionFolder:
    """Returns the session of a draft: the folder of its file.

    Without a file: the session with the cluster's name, as in a headless run.
    """
    if file is not None:
        return SessionFolder(file.parent)
    name = readable(parse.cluster_name, cluster) or default("cluster.name")
    return SessionFolder(paths.session_folder(name))


def draft_file(data: dict[str, Any] | None = None) -> Path:
    """Returns where answers are kept while they are edited: in the session of their cluster.

    Answers without a cluster name get a new session. Raises UsageError for an untrusted session.
    """
    cluster = data.get("cluster") if data else None
    given = cluster.get("name") if isinstance(cluster, dict) else None
    try:
        name = parse.cluster_name(given or "")
    except (ValueError, TypeError):
        return sessions.fresh().answers
    return sessions.at(name).answers
