"""Checks a finished cluster from the facts alone, without further round trips."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from tui_installer.engine.checks.health import ready_check, unit_check, unit_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.checks.result import Check
    from tui_installer.engine.core.context import Context


def quick_checks(ctx: Context) -> Iterator[tuple[str, Check]]:
    """(host, check) for units and /readyz, from the facts."""
    for host in (master.name for master in ctx.spec.masters):
        for name in unit_names(ctx.spec):
            yield host, unit_check(name, ctx.facts[host].units[name])
        text = ctx.cluster.ready.get(host, "")
        passed = text.rstrip().endswith("readyz check passed")
        yield host, ready_check("/readyz", httpx.codes.OK if passed else 0, text)
