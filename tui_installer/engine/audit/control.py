"""A control, and the kinds of checks that most controls use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tui_installer.engine.audit.host import HostAudit, Program
from tui_installer.kubernetes.components import (
    APISERVER,
    CONTROLLER_MANAGER,
    ETCD,
    SCHEDULER,
    Component,
)
from tui_installer.model.audit import Result, Verdict, worst

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 600
"""Characters of evidence."""
LONGEST_VALUE = 160

HostCheck = Callable[[HostAudit], Verdict]
Check = Callable[[Program], Verdict]


@dataclass(frozen=True, slots=True)
class Control:
    """number: the benchmark's. title: what is checked. fix: what to do on failure."""

    number: str
    title: str
    fix: str
    check: HostCheck


def passed(evidence: str) -> Verdict:
    return Verdict(Result.PASS, evidence)


def failed(evidence: str) -> Verdict:
    return Verdict(Result.FAIL, evidence)


def not_applicable(evidence: str) -> Verdict:
    return Verdict(Result.NOT_APPLICABLE, evidence)


def judged(holds: bool, evidence: str) -> Verdict:
    return passed(evidence) if holds else failed(evidence)


def all_of(verdicts: Iterable[Verdict], otherwise: str) -> Verdict:
    """The worst verdict with the evidence of all that share it. otherwise: evidence if none."""
    found = list(verdicts)
    result = worst(one.result for one in found)
    evidence = "; ".join(dict.fromkeys(one.evidence for one in found if one.result is result))
    return Verdict(result, shortened(evidence) or otherwise)


def shortened(text: str, most: int = LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def on_each(component: Component, check: Check) -> HostCheck:
    """The check for every process of a component; not applicable where none runs."""

    def check_host(host: HostAudit) -> Verdict:
        programs = host.of(component)
        several = len(programs) > 1
        verdicts = [(one.pid, check(one)) for one in programs]
        named = (
            Verdict(v.result, f"pid {pid}: {v.evidence}") if several else v for pid, v in verdicts
        )
        return all_of(named, f"no {component} runs here")

    return check_host


def said(program: Program, name: str) -> str:
    """The flag as evidence; only for flags whose value is no secret."""
    if name not in program.flags:
        return f"--{name} is not set"
    return f"--{name}={shortened(program.flags.get(name), LONGEST_VALUE)}"


def flag_is(name: str, *, wanted: bool, default: bool) -> Check:
    """A boolean flag. default: its value where it is not set."""

    def check(program: Program) -> Verdict:
        return judged(program.flags.true(name, default=default) is wanted, said(program, name))

    return check


def files_named(*names: str) -> Check:
    """Flags that name files: each is set and its file exists."""

    def check(program: Program) -> Verdict:
        return all_of((_file_named(program, name) for name in names), "")

    return check


def _file_named(program: Program, name: str) -> Verdict:
    paths = program.flags.many(name)
    if not paths:
        return failed(f"--{name} is not set")
    missing = [path for path in paths if path not in program.files]
    if missing:
        return failed(f"--{name}: there is no file {shortened(', '.join(missing))}")
    return passed(said(program, name))


def at_least(name: str, least: int) -> Check:
    """A flag that is a number."""

    def check(program: Program) -> Verdict:
        text = program.flags.get(name)
        return judged(text.isdecimal() and int(text[:9]) >= least, said(program, name))

    return check


api = partial(on_each, APISERVER)
controllers = partial(on_each, CONTROLLER_MANAGER)
scheduler = partial(on_each, SCHEDULER)
etcd = partial(on_each, ETCD)
