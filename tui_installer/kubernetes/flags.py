"""The tables of command line flags by program and version, and the lint of extra arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes.components import COMPONENTS
from tui_installer.kubernetes.quoting import unfit
from tui_installer.model.check.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.kubernetes.components import Component
    from tui_installer.kubernetes.flag_tables.flag import Flag
    from tui_installer.model.spec import Spec, Version

_BY_NAME = {(component, flag.name): flag for component in COMPONENTS for flag in component.table}


def find(component: Component, name: str) -> Flag | None:
    """The table's row, or None for an unknown flag."""
    return _BY_NAME.get((component, component.canonical(name)))


def lint_extra_args(spec: Spec) -> tuple[Problem, ...]:
    """Problems of the user's own flags: removed in this version, reserved, or not writable.

    Unknown flags are allowed: the program's own ``--help`` on the host decides.
    """
    judged = (component for component in COMPONENTS if component.runs(spec))
    return tuple(problem for component in judged for problem in _of_program(component, spec))


def _of_program(component: Component, spec: Spec) -> Iterator[Problem]:
    _, version = component.release(spec)
    for name, value in component.added(spec):
        yield from _lint(component, f"{component.answers}.{name}", version, name, value)
    yield from component.lint(spec)


def _lint(
    component: Component, path: str, version: Version, name: str, value: str
) -> Iterator[Problem]:
    flag = find(component, name)
    if reason := component.reserved.get(component.canonical(name)):
        yield Problem(path, f"--{name} of {component} cannot be set here", reason)
    elif flag is not None and flag.refused_by(version):
        yield _gone(component, flag, path, version)
    elif flag is not None and not flag.accepted_by(version):
        yield _too_new(component, flag, path, version)
    if reason := unfit(f"{name}={value}"):
        yield Problem(path, f"the value of --{name} {reason}", "remove that character")


def _gone(component: Component, flag: Flag, path: str, version: Version) -> Problem:
    major, minor = flag.removed_in or (0, 0)
    instead = f"use {flag.replaced_by}" if flag.replaced_by else "leave it out"
    return Problem(
        path,
        f"{component} {version} does not start with --{flag.name}: "
        f"v{major}.{minor} removed it. {flag.why}",
        instead,
    )


def _too_new(component: Component, flag: Flag, path: str, version: Version) -> Problem:
    major, minor = flag.since or (0, 0)
    return Problem(
        path,
        f"{component} {version} does not know --{flag.name} yet",
        f"v{major}.{minor} added it",
    )
