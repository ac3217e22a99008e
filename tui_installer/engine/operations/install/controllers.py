"""kube-controller-manager and kube-scheduler: their files, then their start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.checks.healthz import controllers_health
from tui_installer.engine.cluster import extra_flags
from tui_installer.engine.core.wants import UnitWant, Wants, private
from tui_installer.engine.hosts import units
from tui_installer.engine.hosts.host_step import HostStep
from tui_installer.engine.operations.install import apiserver
from tui_installer.engine.operations.install.files import (
    cert_files,
    options_file,
    programs,
    unit_file,
)
from tui_installer.errors import InstallerError
from tui_installer.kubernetes import kubeconfig
from tui_installer.kubernetes.accounts import owner
from tui_installer.kubernetes.components import CONTROLLERS as PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run
    from tui_installer.engine.core.wants import FileWant
    from tui_installer.kubernetes.components import Component
    from tui_installer.model.spec import HostSpec

NAME = "controllers"


def _files(ctx: Context, host: HostSpec) -> Wants:
    return Wants(files=tuple(file for c in PROGRAMS for file in _of(ctx, host, c)))


def _of(ctx: Context, host: HostSpec, component: Component) -> Iterator[FileWant]:
    yield from programs(ctx, host, component)
    yield from cert_files(ctx, host, component)
    path = kubeconfig.path(component, ctx.spec.layout)
    config = kubeconfig.for_component(component, ctx.spec, host)
    yield private(path, config, owner(component, ctx.spec))
    yield options_file(ctx, host, component)
    yield unit_file(ctx, host, component)


def _units(ctx: Context, host: HostSpec) -> Wants:
    return Wants(
        units=tuple(
            UnitWant(
                component.unit,
                (
                    *(file.path for file in _of(ctx, host, component)),
                    *(ctx.spec.layout.ssl(name) for name in component.shared),
                ),
            )
            for component in PROGRAMS
        )
    )


async def _before(run: Run, host: str) -> None:
    for component in PROGRAMS:
        await extra_flags.accepted(run, host, NAME, component)
    await apiserver.ready(run, host)


async def serving(run: Run, host: str) -> None:
    """Waits until both serve /healthz: a unit counts as running also just before it crashes."""
    await units.wait(run, host, NAME, *(component.unit for component in PROGRAMS))
    for check in await controllers_health(run, host, NAME):
        if not check.ok:
            raise InstallerError(
                f"{check.name} on {host} is unhealthy: {check.evidence}",
                hint=f"on {host}: journalctl -u {check.name.split(' ')[0]} -n 50",
                host=host,
                step=NAME,
            )


CONTROLLERS_FILES = HostStep(
    "controllers-files", "controller-manager, scheduler: programs, certificates, units", _files
)
CONTROLLERS = HostStep(
    NAME, "controller-manager, scheduler: start", _units, before=_before, ready=serving
)
