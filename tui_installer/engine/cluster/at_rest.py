"""The stage of each host while the encryption key of Secrets is rotated, from its files. Pure.

A session has one key, or two while one replaces the other: the new one first.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from tui_installer.kubernetes import encryption
from tui_installer.kubernetes.encryption import Stage
from tui_installer.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui_installer.engine.core.context import Context
    from tui_installer.model.spec import HostSpec


def path(ctx: Context) -> str:
    return ctx.spec.layout.cfg("encryption.yaml")


def under_way(ctx: Context) -> bool:
    return len(ctx.authority.encryption_keys) > 1


def config(ctx: Context, stage: Stage) -> Secret | None:
    """The encryption.yaml of a stage; None while no rotation has two keys."""
    if not under_way(ctx):
        return None
    new, old = ctx.authority.encryption_keys
    return Secret(encryption.configuration(encryption.arranged(new, old, stage)))


def stages(ctx: Context) -> dict[str, Stage | None]:
    """master → its stage, from the file there; None if there is no file or an unknown one."""
    known = {_digest(found): stage for stage in Stage if (found := config(ctx, stage))}
    if not under_way(ctx) and ctx.authority.encryption_keys:
        known = {
            _digest(Secret(encryption.configuration(ctx.authority.encryption_keys))): Stage.OLD
        }
    where = path(ctx)
    masters = [host.name for host in ctx.spec.masters if host.name in ctx.facts]
    files = {name: ctx.facts[name].files.get(where) for name in masters}
    return {name: known.get(fact.sha256) if fact else None for name, fact in files.items()}


def _digest(content: Secret) -> str:
    return hashlib.sha256(content.reveal()).hexdigest()


def kept(ctx: Context, host: HostSpec) -> Secret | None:
    """The file that an install wants on a host: it leaves an interrupted rotation at its stage.

    None while no key is made yet.
    """
    keys = ctx.authority.encryption_keys
    if len(keys) == 1:
        return Secret(encryption.configuration(keys))
    found = stages(ctx)
    stage = found.get(host.name)
    return config(ctx, joining(found.values()) if stage is None else stage)


def joining(others: Iterable[Stage | None]) -> Stage:
    """The stage of a host without a file: it reads all keys and writes what every host can read."""
    lowest = min((stage for stage in others if stage is not None), default=Stage.OLD)
    return Stage.WRITES if lowest >= Stage.WRITES else Stage.ADDED


def target(aim: Stage, mine: Stage, lowest: Stage) -> Stage:
    """The stage that a step brings a host to. lowest: of all hosts.

    Only a host that lost the old key while others still write with it goes back.
    """
    if mine is Stage.NEW and lowest < Stage.WRITES and aim is not Stage.NEW:
        return Stage.WRITES
    return max(aim, mine)


def needed(aim: Stage) -> Stage:
    """The stage that all hosts must have reached before any is brought to `aim`."""
    return {Stage.ADDED: Stage.OLD, Stage.WRITES: Stage.ADDED, Stage.NEW: Stage.WRITES}[aim]
