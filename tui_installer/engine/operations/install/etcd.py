"""Stacked etcd: files on every master, then all members started together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.cluster import etcd_start, extra_flags
from tui_installer.engine.core.wants import UnitWant, Wants
from tui_installer.engine.hosts import units
from tui_installer.engine.hosts.host_step import HostStep
from tui_installer.engine.operations.install.files import cert_files, filled, programs, unit_file
from tui_installer.kubernetes.components import ETCD as PROGRAM

if TYPE_CHECKING:
    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run
    from tui_installer.model.spec import HostSpec


def _files(ctx: Context, host: HostSpec) -> Wants:
    if not PROGRAM.runs(ctx.spec):
        return Wants()
    return Wants(
        files=(
            *programs(ctx, host, PROGRAM),
            *(want for want in cert_files(ctx, host, PROGRAM) if not want.secret),
            etcd_start.options_want(ctx, host),
        )
    )


def _member(ctx: Context, host: HostSpec) -> Wants:
    """What is for a member's user alone changes with the member, not before its turn.

    One that still runs as another user could not read its keys, and refused its peers.
    """
    if not PROGRAM.runs(ctx.spec):
        return Wants()
    own = (
        *(want for want in cert_files(ctx, host, PROGRAM) if want.secret),
        unit_file(ctx, host, PROGRAM),
    )
    folders = filled(ctx, host, PROGRAM)
    tools = {PROGRAM.bin(ctx.spec.layout, name) for name in PROGRAM.tools}
    files = (want.path for want in (*_files(ctx, host).files, *own) if want.path not in tools)
    paths = (*files, *(want.path for want in folders))
    return Wants(own, (UnitWant(PROGRAM.unit, paths),), folders=folders)


async def _before(run: Run, host: str) -> None:
    await extra_flags.accepted(run, host, "etcd", PROGRAM)


async def running(run: Run, host: str) -> None:
    """Waits until this host's member has joined: it is active once there is a quorum."""
    if PROGRAM.runs(run.ctx.spec):
        await units.wait(run, host, "etcd", PROGRAM.unit)


ETCD_FILES = HostStep("etcd-files", "etcd: programs, certificates", _files)
ETCD = HostStep(
    "etcd", "etcd: start together", _member, before=_before, ready=running, barrier=True
)
