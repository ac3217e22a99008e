"""The result of an audit: controls, each judged on every host."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BENCHMARK = "CIS Kubernetes Benchmark 1.12"


class Result(StrEnum):
    """A control's result. Of several hosts the worst counts: FAIL, then PASS."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """evidence: what was found, one line without secrets."""

    result: Result
    evidence: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One control. number: the benchmark's, or ours. verdicts: by host."""

    number: str
    title: str
    fix: str
    verdicts: dict[str, Verdict]

    @property
    def result(self) -> Result:
        return worst(verdict.result for verdict in self.verdicts.values())


@dataclass(frozen=True, slots=True)
class NotJudged:
    """Controls of the benchmark that cannot be judged on the hosts."""

    numbers: str
    why: str


@dataclass(frozen=True, slots=True)
class Audit:
    """programs: host → the control-plane programs that run there."""

    programs: dict[str, tuple[str, ...]]
    controls: tuple[Judged, ...]
    not_judged: tuple[NotJudged, ...]

    def count(self, result: Result) -> int:
        """How many controls have this result."""
        return sum(control.result is result for control in self.controls)


def worst(results: Iterable[Result]) -> Result:
    """The worst of the results."""
    found = set(results)
    for result in (Result.FAIL, Result.PASS):
        if result in found:
            return result
    return Result.NOT_APPLICABLE
