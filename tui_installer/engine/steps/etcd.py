"""Stacked etcd: files on every master, then all members started together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine import extra_flags, units
from tui_installer.engine.step import HostStep
from tui_installer.engine.steps.files import cert_files, program
from tui_installer.engine.wants import UnitWant, Wants, text
from tui_installer.kubernetes import Component, options_bytes, unit
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from tui_installer.engine.context import Context
    from tui_installer.engine.run import Run
    from tui_installer.model.spec import HostSpec

UNIT = "etcd.service"


def _files(ctx: Context, host: HostSpec) -> Wants:
    if ctx.spec.etcd.mode is not EtcdMode.STACKED:
        return Wants()
    layout = ctx.spec.layout
    return Wants(
        files=(
            *(
                program(ctx, host, name, layout.etcd_bin(name), ctx.spec.etcd.version)
                for name in ("etcd", "etcdctl")
            ),
            *cert_files(ctx, host, layout.etcd_ssl("")),
            text(layout.etcd_cfg("etcd"), options_bytes(Component.ETCD, ctx.spec, host)),
            text(layout.unit("etcd"), unit(Component.ETCD, ctx.spec)),
        )
    )


def _unit(ctx: Context, host: HostSpec) -> Wants:
    if ctx.spec.etcd.mode is not EtcdMode.STACKED:
        return Wants()
    files = tuple(want.path for want in _files(ctx, host).files if "etcdctl" not in want.path)
    return Wants(units=(UnitWant(UNIT, files),))


async def _before(run: Run, host: str) -> None:
    await extra_flags.accepted(run, host, "etcd", Component.ETCD)


async def running(run: Run, host: str) -> None:
    """Until this host's member has joined: systemd calls it active once there is a quorum."""
    if run.ctx.spec.etcd.mode is EtcdMode.STACKED:
        await units.wait(run, host, "etcd", UNIT)


ETCD_FILES = HostStep("etcd-files", "etcd: program, certificates, unit", _files)
ETCD = HostStep("etcd", "etcd: start together", _unit, before=_before, ready=running, barrier=True)
