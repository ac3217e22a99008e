"""What is known about command line flags, by program and version, and the lint of extra ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes.component import Component
from tui_installer.kubernetes.flag_tables import apiserver, controller_manager, etcd, removed
from tui_installer.kubernetes.flag_tables.flag import Flag
from tui_installer.kubernetes.flag_tables.reserved import RESERVED
from tui_installer.kubernetes.quoting import unfit
from tui_installer.model.problems import Problem
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.spec import Spec, Version

__all__ = ["FLAGS", "Flag", "canonical", "find", "lint_extra_args"]

FLAGS: tuple[Flag, ...] = (
    *apiserver.FLAGS,
    *controller_manager.CONTROLLER_MANAGER,
    *controller_manager.SCHEDULER,
    *etcd.FLAGS,
    *removed.REMOVED,
    *etcd.REMOVED,
)
"""Every flag this program writes, and every known one that old scripts still carry."""

_BY_NAME = {(flag.component, flag.name): flag for flag in FLAGS}


def canonical(component: Component, name: str) -> str:
    """The flag's name as the program itself reads it: no dashes in front; `_` is `-`, but in etcd.

    Source: k8s.io/component-base/cli/flag/flags.go, WordSepNormalizeFunc.
    """
    bare = name.lstrip("-")
    return bare if component is Component.ETCD else bare.replace("_", "-")


def find(component: Component, name: str) -> Flag | None:
    """The table's row, or None for a flag it does not know."""
    return _BY_NAME.get((component, canonical(component, name)))


def lint_extra_args(spec: Spec) -> tuple[Problem, ...]:
    """Problems of the operator's own flags: gone in this version, reserved, or not writable.

    A flag unknown here is allowed: the program's own ``--help`` on the host has the last word.
    """
    lints = (
        problem
        for component, where, version, extra in _groups(spec)
        for name, value in extra
        for problem in _lint(component, f"{where}.{name}", version, name, value)
    )
    return (*lints, *_rivals(spec))


def _rivals(spec: Spec) -> Iterator[Problem]:
    """Flags that would put aside, unsaid, what `security` asks for."""
    given = {canonical(Component.APISERVER, name): name for name, _ in spec.extra_args.apiserver}
    where, log = "kubernetes.extraArgs.apiserver", spec.security.audit
    if (name := given.get("admission-control-config-file")) and spec.security.event_rate_limit:
        yield Problem(
            f"{where}.{name}",
            "this file would replace the one that sets the limits of EventRateLimit",
            "set security.eventRateLimit: false, and configure both Pod Security and, if it is in "
            "enable-admission-plugins, EventRateLimit in your file",
        )
    if (name := given.get("audit-policy-file")) and log is not None and log.policy_file:
        yield Problem(
            f"{where}.{name}",
            "there are two audit policies: security.audit.policyFile names another",
            "leave one of them out",
        )


_Group = tuple[Component, str, "Version", tuple[tuple[str, str], ...]]


def _groups(spec: Spec) -> Iterator[_Group]:
    where, extra = "kubernetes.extraArgs", spec.extra_args
    yield Component.APISERVER, f"{where}.apiserver", spec.version, extra.apiserver
    yield (Component.CONTROLLER_MANAGER, f"{where}.controllerManager", spec.version,
           extra.controller_manager)  # fmt: skip
    yield Component.SCHEDULER, f"{where}.scheduler", spec.version, extra.scheduler
    yield Component.ETCD, "etcd.extraArgs", spec.etcd.version, _etcd_extra(spec)


def _etcd_extra(spec: Spec) -> tuple[tuple[str, str], ...]:
    return spec.etcd.extra_args if spec.etcd.mode is EtcdMode.STACKED else ()


def _lint(
    component: Component, path: str, version: Version, name: str, value: str
) -> Iterator[Problem]:
    flag = find(component, name)
    if reason := RESERVED[component].get(canonical(component, name)):
        yield Problem(path, f"--{name} of {component} cannot be set here", reason)
    elif flag is not None and flag.refused_by(version):
        yield _gone(flag, path, version)
    elif flag is not None and not flag.accepted_by(version):
        yield _too_new(flag, path, version)
    if reason := unfit(f"{name}={value}"):
        yield Problem(path, f"the value of --{name} {reason}", "leave that character out")


def _gone(flag: Flag, path: str, version: Version) -> Problem:
    major, minor = flag.removed_in or (0, 0)
    instead = f"use {flag.replaced_by}" if flag.replaced_by else "leave it out"
    return Problem(
        path,
        f"{flag.component} {version} does not start with --{flag.name}: "
        f"it went in v{major}.{minor}. {flag.why}",
        instead,
    )


def _too_new(flag: Flag, path: str, version: Version) -> Problem:
    major, minor = flag.since or (0, 0)
    return Problem(
        path,
        f"{flag.component} {version} does not know --{flag.name} yet",
        f"it came with v{major}.{minor}",
    )
