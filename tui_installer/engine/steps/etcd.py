"""Stacked etcd: files on every master, then all members started together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine import extra_flags, units
from tui_installer.engine.step import HostStep
from tui_installer.engine.steps.files import cert_files, filled, program
from tui_installer.engine.wants import UnitWant, Wants, private, text
from tui_installer.kubernetes import Component, options_bytes, unit
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.context import Context
    from tui_installer.engine.run import Run
    from tui_installer.engine.wants import FileWant
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
            *(want for want in _certs(ctx, host) if not want.secret),
            private(layout.etcd_cfg("etcd"), options_bytes(Component.ETCD, ctx.spec, host)),
        )
    )


def _certs(ctx: Context, host: HostSpec) -> Iterator[FileWant]:
    return cert_files(ctx, host, ctx.spec.layout.etcd_ssl(""))


def _member(ctx: Context, host: HostSpec) -> Wants:
    """What is for a member's user alone changes with the member, not before its turn.

    One that still runs as another user could not read its keys, and refused its peers.
    """
    if ctx.spec.etcd.mode is not EtcdMode.STACKED:
        return Wants()
    own = (
        *(want for want in _certs(ctx, host) if want.secret),
        text(ctx.spec.layout.unit("etcd"), unit(Component.ETCD, ctx.spec, host)),
    )
    folders = filled(ctx, host, Component.ETCD)
    files = (*_files(ctx, host).files, *own)
    paths = (
        *(want.path for want in files if "etcdctl" not in want.path),
        *(want.path for want in folders),
    )
    return Wants(own, (UnitWant(UNIT, paths),), folders=folders)


async def _before(run: Run, host: str) -> None:
    await extra_flags.accepted(run, host, "etcd", Component.ETCD)


async def running(run: Run, host: str) -> None:
    """Until this host's member has joined: systemd calls it active once there is a quorum."""
    if run.ctx.spec.etcd.mode is EtcdMode.STACKED:
        await units.wait(run, host, "etcd", UNIT)


ETCD_FILES = HostStep("etcd-files", "etcd: programs, certificates", _files)
ETCD = HostStep(
    "etcd", "etcd: start together", _member, before=_before, ready=running, barrier=True
)
