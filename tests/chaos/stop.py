"""Where a run is stopped, as data that the driver and the tests share."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from enum import StrEnum


class Point(StrEnum):
    """BEFORE: told as started, nothing done. AFTER: told as finished.

    INSIDE: at an action: a file written here, a command or a request, as it begins or ends.
    UPLOAD: part of the step's files is on the host.
    """

    BEFORE = "before"
    INSIDE = "inside"
    UPLOAD = "upload"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Stop:
    """number: which action of the step, from 1. fraction: of the bytes to be sent, 0 to 1."""

    step: str
    place: str
    point: Point
    number: int = 1
    fraction: float = 0.5

    def text(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def of(cls, text: str) -> Stop:
        data = json.loads(text)
        return cls(**{**data, "point": Point(data["point"])})
