"""What is refused to protect a cluster that exists already, before anything is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.guards import etcd_data, immutable, members, versions
from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from tui_installer.engine.core.context import Context

GUARDS = (etcd_data.problems, members.problems, immutable.problems, versions.problems)


class Refused(InstallerError):
    """The run would lose data or split a cluster that exists."""


def check(ctx: Context) -> tuple[str, ...]:
    """What is allowed and worth a word. Raises Refused with every reason and every way out."""
    found = [problem for guard in GUARDS for problem in guard(ctx)]
    if found:
        count = f"{len(found)} reason{'s' if len(found) != 1 else ''}"
        raise Refused(
            f"refused to protect the data of a cluster ({count}); nothing was changed",
            details=tuple(dict.fromkeys(line for problem in found for line in problem.lines)),
            hint="; ".join(dict.fromkeys(problem.hint for problem in found)),
            step="guards",
        )
    return tuple(versions.notices(ctx))
