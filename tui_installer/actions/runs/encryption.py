"""The key of Secrets at rest: which keys the session, the hosts and etcd have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.actions.runs.prepared import prepared
from tui_installer.engine.cluster import at_rest
from tui_installer.engine.cluster.survey import survey
from tui_installer.engine.operations import INSTALL
from tui_installer.engine.operations.rotation import in_etcd
from tui_installer.engine.operations.rotation.rolling import loaded
from tui_installer.errors import UsageError
from tui_installer.kubernetes.encryption import Stage, arranged

if TYPE_CHECKING:
    from collections import Counter

    from tui_installer.actions.runs.run_options import Options
    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run
    from tui_installer.model.run.events import Event
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder


@dataclass(frozen=True, slots=True)
class HostKeys:
    """keys: names, the one that encrypts first; empty if the host has no such file.

    loaded: whether its API server runs with them.
    """

    host: str
    keys: tuple[str, ...]
    loaded: bool


@dataclass(frozen=True, slots=True)
class Status:
    """keys: of the session, the new one first; two during a rotation.

    secrets: key → how many in etcd; None for an external etcd, which is not read.
    """

    keys: tuple[str, ...]
    hosts: tuple[HostKeys, ...]
    secrets: dict[str, int] | None


async def status(spec: Spec, session: SessionFolder, options: Options) -> Status:
    """Returns which keys are in use. Raises InstallerError; UsageError if there is no key."""
    async with prepared(INSTALL, spec, session, options, _ignored) as run:
        if not run.ctx.authority.encryption_keys:
            raise UsageError(
                f"the session {session.root.name} has no key of Secrets at rest yet",
                hint=f"install its cluster first: tui-installer --resume {session.root.name}",
            )
        await survey(run)
        names = tuple(key.name for key in run.ctx.authority.encryption_keys)
        return Status(names, _hosts(run.ctx, names), await _secrets(run))


def _ignored(event: Event) -> None:
    """Drops the events of the survey."""


def _hosts(ctx: Context, names: tuple[str, ...]) -> tuple[HostKeys, ...]:
    return tuple(
        HostKeys(host, _names(stage, names), loaded(ctx, host))
        for host, stage in at_rest.stages(ctx).items()
    )


def _names(stage: Stage | None, names: tuple[str, ...]) -> tuple[str, ...]:
    return () if stage is None else arranged(names[0], names[-1], stage)


async def _secrets(run: Run) -> dict[str, int] | None:
    found: Counter[str] | None = await in_etcd.count(run)
    return None if found is None else dict(sorted(found.items()))
