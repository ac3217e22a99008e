"""The verification, every line with its evidence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui_installer.engine.checks import closed, cluster, etcd, health, healthz, joining, tls
from tui_installer.engine.checks.service_account import service_account
from tui_installer.engine.cluster import clients
from tui_installer.engine.core.step import ClusterStep
from tui_installer.engine.core.task_group import run_all
from tui_installer.errors import ConnectionLost, InstallerError
from tui_installer.model.run.events import CLUSTER, Checked

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tui_installer.engine.checks.result import Check
    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run
    from tui_installer.model.run.plan import Change

NAME = "verify"
OF_MASTER = (
    health.units_active,
    health.apiserver_health,
    healthz.controllers_health,
    etcd.health,
    tls.sans,
    closed.anonymous,
    closed.audit_log,
)
OF_CLUSTER = (
    etcd.members,
    etcd.secrets,
    joining.tokens,
    joining.request,
    cluster.leases,
    service_account,
)


def _look(ctx: Context) -> tuple[tuple[Change, ...], str]:
    return (), f"check {len(ctx.spec.masters)} masters and the cluster"


async def _do(run: Run, changes: tuple[Change, ...]) -> str:
    del changes
    masters = [host.name for host in run.ctx.spec.masters]
    found = await run_all([_cluster(run), *(_master(run, name) for name in masters)])
    # The statuses are as the API server sees its neighbours: asked for once those are up.
    found.append(await _reported(run, CLUSTER, partial(cluster.component_statuses, run)))
    results = [check for checks in found for check in checks]
    failed = [check for check in results if not check.ok]
    if failed:
        _still_connected(run)
        raise InstallerError(
            f"{len(failed)} of {len(results)} checks failed",
            details=tuple(f"{check.name}: {check.evidence}" for check in failed),
            hint="fix what they name, then run again; what is up to date is skipped",
            step=NAME,
        )
    return f"{len(results)} checks passed"


def _still_connected(run: Run) -> None:
    """Raises ConnectionLost for a host that went away: what then failed says nothing of it."""
    for name, host in run.hosts.items():
        if not host.connected:
            raise ConnectionLost(f"{name}: the connection was lost during the checks", host=name)


async def _cluster(run: Run) -> list[Check]:
    await clients.wait_ready(run, run.ctx.spec.first_master.name, NAME)
    found = await run_all(_reported(run, CLUSTER, partial(check, run)) for check in OF_CLUSTER)
    return [check for checks in found for check in checks]


async def _master(run: Run, host: str) -> list[Check]:
    # Units first: the other checks of a host that does not run would only time out.
    first, *others = OF_MASTER
    units = await _reported(run, host, partial(first, run, host))
    found = await run_all(_reported(run, host, partial(check, run, host)) for check in others)
    return units + [check for checks in found for check in checks]


async def _reported(
    run: Run, host: str, check: Callable[[], Awaitable[list[Check]]]
) -> list[Check]:
    checks = await check()
    for result in checks:
        run.emit(Checked(host, result.name, result.ok, result.evidence))
    return checks


VERIFY = ClusterStep(NAME, "Verification", _look, _do, always=True)
