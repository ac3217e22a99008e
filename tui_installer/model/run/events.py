"""The events of a run; front ends read only these."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from tui_installer.errors import InstallerError

SCHEMA = 1
"""Increased when an event changes in a way that readers must handle."""

_LARGEST = 1 << 63
"""Beyond it, and for nan and inf, a number cannot be shown or computed with."""

OPERATOR = "operator"
"""The pseudo host of work on this machine."""
CLUSTER = "cluster"
"""The pseudo host of work that is done once, through the API."""


class Outcome(StrEnum):
    """The result of a step on a host."""

    OK = "ok"
    SKIPPED = "skipped"
    FAILED = "failed"
    STOPPED = "stopped"
    """Not run, because another host failed before a barrier."""


class Level(StrEnum):
    """The level of a log line."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class RunStarted:
    """operation, title: of the run; journals without them are from installs."""

    cluster: str
    version: str
    hosts: tuple[str, ...]
    steps: tuple[str, ...]
    schema: int = SCHEMA
    operation: str = "install"
    title: str = "Install"


@dataclass(frozen=True, slots=True)
class HostFound:
    """Facts of one host were gathered. login: the identity and privilege escalation that worked."""

    host: str
    address: str
    system: str
    login: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of the plan; a later one of the same step and host replaces it.

    upload: bytes that the step sends: the size of the files on the host. unsized: programs whose
    bytes are not included, because they are not fetched yet.
    """

    step: str
    host: str
    run: bool
    reason: str
    changes: int
    upload: int = 0
    unsized: int = 0


@dataclass(frozen=True, slots=True)
class StepStarted:
    step: str
    host: str


@dataclass(frozen=True, slots=True)
class Progress:
    """done, total: in `unit`; total 0 if it is not known.

    The bytes of an upload are the sizes of the files, not of the compressed transfer.
    """

    step: str
    host: str
    label: str
    done: int
    total: int
    unit: str = "bytes"


@dataclass(frozen=True, slots=True)
class LogLine:
    host: str
    step: str
    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class StepFinished:
    """reason: why it was skipped, or what it changed."""

    step: str
    host: str
    outcome: Outcome
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Checked:
    """One check of the verification and its evidence."""

    host: str
    check: str
    ok: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class Failed:
    """One failure: what, where, evidence, likely cause, what to do next.

    answer: the dotted path of the answer to look at, or ''.
    """

    host: str
    step: str
    message: str
    details: tuple[str, ...]
    hint: str
    answer: str = ""

    @classmethod
    def of(cls, error: InstallerError, step: str, host: str = "") -> Failed:
        """Returns an error in a step as a failure. host: where, if the error does not say it.

        The answer is the error's own, or that of the first failure that it sums up.
        """
        answer = next((one.answer for one in (error, *error.parts) if one.answer), "")
        where = error.host or host
        return cls(where, step, error.message, error.details, error.hint, answer)


@dataclass(frozen=True, slots=True)
class RunFinished:
    """artefacts: (what, path) on the operator machine. changes, restarts: on the hosts."""

    exit_code: int
    seconds: float
    changes: int
    restarts: int
    artefacts: tuple[tuple[str, str], ...]


Event = (
    RunStarted
    | HostFound
    | Planned
    | StepStarted
    | Progress
    | LogLine
    | StepFinished
    | Checked
    | Failed
    | RunFinished
)
_KINDS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        RunStarted,
        HostFound,
        Planned,
        StepStarted,
        Progress,
        LogLine,
        StepFinished,
        Checked,
        Failed,
        RunFinished,
    )
}


def to_json(event: Event) -> dict[str, Any]:
    """The event as JSON types, its name under ``event``."""
    return {"event": type(event).__name__, **dataclasses.asdict(event)}


def from_json(data: object) -> Event:
    """The event that `to_json` wrote. Raises ValueError for anything else."""
    fields = dict(data) if isinstance(data, dict) else {}
    kind = _KINDS.get(str(fields.pop("event", "")))
    if kind is None:
        raise ValueError(f"an event is one of {', '.join(_KINDS)}")
    try:
        event = _enums(kind(**{key: _frozen(value) for key, value in fields.items()}))
    except TypeError as error:
        raise ValueError(f"{kind.__name__}: {error}") from None
    for name, hint in _hints(kind.__name__).items():
        if not _fits(getattr(event, name), hint):
            raise ValueError(f"{kind.__name__}: {name} is of another type")
    return event


@functools.cache
def _hints(kind: str) -> dict[str, Any]:
    return get_type_hints(_KINDS[kind])


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _enums(event: Event) -> Event:
    if isinstance(event, LogLine):
        return dataclasses.replace(event, level=Level(event.level))
    if isinstance(event, StepFinished):
        return dataclasses.replace(event, outcome=Outcome(event.outcome))
    return event


def _fits(value: Any, hint: Any) -> bool:
    if get_origin(hint) is tuple:
        if not isinstance(value, tuple):
            return False
        first, last = get_args(hint)
        hints = (first,) * len(value) if last is ... else (first, last)
        return len(value) == len(hints) and all(map(_fits, value, hints))
    # JSON has one kind of number: a float may come back as an int.
    if hint is float or hint is int:
        return type(value) in (hint, int) and -_LARGEST < value < _LARGEST
    return type(value) is hint
