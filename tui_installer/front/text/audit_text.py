"""An audit as a table or as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tui_installer.model.audit import BENCHMARK, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.front.text.style import Style
    from tui_installer.model.audit import Audit, Judged, Verdict

MARKS = {
    Result.PASS: ("✓ pass", "green"),
    Result.FAIL: ("✗ FAIL", "red"),
    Result.NOT_APPLICABLE: ("· n/a ", "dim"),
}
INDENT = " " * 16


def as_json(audit: Audit) -> str:
    """One document; ends with a newline."""
    return json.dumps(
        {
            "schema": 1,
            "benchmark": BENCHMARK,
            "counts": {str(result): audit.count(result) for result in Result},
            "hosts": {host: list(programs) for host, programs in audit.programs.items()},
            "controls": [_control(one) for one in audit.controls],
            "notJudged": [{"numbers": one.numbers, "why": one.why} for one in audit.not_judged],
        },
        indent=2,
    ) + "\n"  # fmt: skip


def _control(one: Judged) -> dict[str, object]:
    return {
        "number": one.number,
        "title": one.title,
        "result": one.result,
        "fix": one.fix,
        "hosts": {
            host: {"result": verdict.result, "evidence": verdict.evidence}
            for host, verdict in one.verdicts.items()
        },
    }


def as_text(audit: Audit, style: Style) -> str:
    """Returns the audit as a table; ends with a newline."""
    lines = [line for one in audit.controls for line in _lines(one, style)]
    return "\n".join([*lines, "", *_summary(audit, style)]) + "\n"


def _lines(one: Judged, style: Style) -> Iterator[str]:
    mark, colour = MARKS[one.result]
    yield f"{style.paint(mark, colour)}  {one.number:<7} {one.title}"
    for verdict, hosts in grouped(one):
        where = f"{', '.join(hosts)}: " if len(one.verdicts) > 1 else ""
        mark = f"{MARKS[verdict.result][0].strip()}: " if verdict.result is not one.result else ""
        yield style.paint(f"{INDENT}{where}{mark}{verdict.evidence}", "dim")
    if one.result is Result.FAIL:
        yield f"{INDENT}{style.paint('fix:', 'cyan')} {one.fix}"


def grouped(one: Judged) -> list[tuple[Verdict, list[str]]]:
    """Returns each verdict with its hosts; the verdicts that decide the result come first."""
    groups: dict[Verdict, list[str]] = {}
    for host, verdict in one.verdicts.items():
        groups.setdefault(verdict, []).append(host)
    return sorted(groups.items(), key=lambda pair: pair[0].result is not one.result)


def counts(audit: Audit) -> str:
    """``3 fail, 61 pass, 9 not applicable``"""
    order = (Result.FAIL, Result.PASS, Result.NOT_APPLICABLE)
    return ", ".join(f"{audit.count(result)} {result}" for result in order)


def _summary(audit: Audit, style: Style) -> Iterator[str]:
    for host, programs in audit.programs.items():
        yield f"{host} runs {', '.join(sorted(programs)) or 'no program of a control plane'}"
    yield f"Numbers are those of the {BENCHMARK}; own.N are additional. Not checked here:"
    for one in audit.not_judged:
        yield f"  {one.numbers}: {one.why}"
    failed = audit.count(Result.FAIL)
    head = style.paint("✗ failed", "red", "bold") if failed else style.paint("✓ ok", "green")
    yield f"{head}: {counts(audit)}"
