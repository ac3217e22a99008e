"""kube-controller-manager and kube-scheduler: files while the apiserver starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine import extra_flags, units
from tui_installer.engine.checks.healthz import controllers_health
from tui_installer.engine.step import HostStep
from tui_installer.engine.steps import apiserver
from tui_installer.engine.steps.files import cert_files, program
from tui_installer.engine.wants import UnitWant, Wants, private, text
from tui_installer.errors import InstallerError
from tui_installer.kubernetes import kubeconfig, options_bytes, unit
from tui_installer.kubernetes.accounts import owner
from tui_installer.kubernetes.component import CONTROLLERS as COMPONENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.context import Context
    from tui_installer.engine.run import Run
    from tui_installer.engine.wants import FileWant
    from tui_installer.kubernetes import Component
    from tui_installer.model.spec import HostSpec

NAME = "controllers"


def _files(ctx: Context, host: HostSpec) -> Wants:
    return Wants(files=tuple(file for c in COMPONENTS for file in _of(ctx, host, c)))


def _of(ctx: Context, host: HostSpec, component: Component) -> Iterator[FileWant]:
    layout = ctx.spec.layout
    yield program(ctx, host, component, layout.bin(component), ctx.spec.version)
    yield from cert_files(ctx, host, layout.ssl(component))
    path = kubeconfig.path(component, layout)
    config = kubeconfig.for_component(component, ctx.spec, host)
    yield private(path, config, owner(component, ctx.spec))
    yield private(layout.cfg(component), options_bytes(component, ctx.spec, host))
    yield text(layout.unit(component), unit(component, ctx.spec, host))


SHARED = ("ca.pem", "client-ca.pem", "signing-ca.pem", "signing-ca-key.pem")
"""Files in the ssl folder that come with the apiserver's and that the controllers read too."""


def _units(ctx: Context, host: HostSpec) -> Wants:
    return Wants(
        units=tuple(
            UnitWant(
                component.unit,
                (
                    *(file.path for file in _of(ctx, host, component)),
                    *(ctx.spec.layout.ssl(name) for name in SHARED),
                ),
            )
            for component in COMPONENTS
        )
    )


async def _before(run: Run, host: str) -> None:
    for component in COMPONENTS:
        await extra_flags.accepted(run, host, NAME, component)
    await apiserver.ready(run, host)


async def serving(run: Run, host: str) -> None:
    """Until both serve /healthz: a unit is called running also just before it falls."""
    await units.wait(run, host, NAME, *(component.unit for component in COMPONENTS))
    for check in await controllers_health(run, host, NAME):
        if not check.ok:
            raise InstallerError(
                f"{check.name} on {host} is not well: {check.evidence}",
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
