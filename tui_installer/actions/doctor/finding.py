"""One finding about the operator machine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """bad: something will fail. warn: something may fail, or is not as it should be."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """topic: a word or two. text: what was found and what would be used. hint: what to do."""

    topic: str
    level: Level
    text: str
    hint: str = ""


def ok(topic: str, text: str) -> Finding:
    return Finding(topic, Level.OK, text)


def warn(topic: str, text: str, hint: str) -> Finding:
    return Finding(topic, Level.WARN, text, hint)


def bad(topic: str, text: str, hint: str) -> Finding:
    return Finding(topic, Level.BAD, text, hint)
