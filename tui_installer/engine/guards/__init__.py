"""Refuses runs that would damage an existing cluster, before anything is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.guards import etcd_data, immutable, members, own_cas, versions
from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from tui_installer.engine.core.context import Context

GUARDS = (etcd_data.problems, members.problems, immutable.problems, versions.problems)


class Refused(InstallerError):
    """The run would lose data of an existing cluster, or split it."""


def check(ctx: Context) -> tuple[str, ...]:
    """Notices about what is allowed but unusual. Raises Refused with every reason and hint."""
    found = [problem for guard in GUARDS for problem in guard(ctx)]
    if found:
        count = f"{len(found)} reason{'s' if len(found) != 1 else ''}"
        raise Refused(
            f"refused, to protect an existing cluster ({count}); nothing was changed",
            details=tuple(dict.fromkeys(line for problem in found for line in problem.lines)),
            hint="; ".join(dict.fromkeys(problem.hint for problem in found)),
            step="guards",
            parts=tuple(
                InstallerError(
                    problem.lines[0],
                    details=problem.lines[1:],
                    hint=problem.hint,
                    answer=problem.answer,
                )
                for problem in found
            ),
        )
    return (*versions.notices(ctx), *own_cas.notices(ctx))
