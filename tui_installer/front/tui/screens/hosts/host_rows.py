"""The hosts of a draft as the Hosts page shows them, whatever shape the answers have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui_installer.actions.host_checks.host_check import HostCheck
    from tui_installer.actions.host_checks.host_target import Target
    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.engine_room import EngineRoom
    from tui_installer.model.check.problems import Problem


@dataclass(frozen=True, slots=True)
class HostRow:
    """target: what is checked, None where the answers do not allow a connection; `why` says so."""

    number: int
    name: str
    address: str
    login: str
    problems: tuple[Problem, ...]
    target: Target | None
    why: str
    check: HostCheck | None


def hosts_of(draft: Draft) -> list[dict[str, Any]]:
    """The hosts as they were given; something that is no host is an empty one."""
    given = draft.get("hosts")
    found = given if isinstance(given, list) else []
    return [host if isinstance(host, dict) else {} for host in found]


def rows_of(draft: Draft, engine: EngineRoom) -> list[HostRow]:
    """One for each host, with what its check found so far."""
    return [_row(draft, engine, number) for number in range(len(hosts_of(draft)))]


def want_checks(rows: list[HostRow], engine: EngineRoom, *, after: float) -> None:
    """Has every row's host checked that is not checked yet. after: seconds to wait before."""
    engine.pool.want([row.target for row in rows if row.target], after=after)


def _row(draft: Draft, engine: EngineRoom, number: int) -> HostRow:
    from tui_installer.model.answers.logins import host_label, login_of  # noqa: PLC0415 - first frame

    answers = draft.answers
    host = answers.hosts[number]
    login = login_of(answers.ssh, host)
    target, why = _target(draft, number)
    path = f"hosts.{number}"
    return HostRow(
        number=number,
        name=host_label(host, number),
        address=host.address,
        login=f"{login.user}:{login.port}",
        problems=tuple(
            p for p in draft.problems if p.path == path or p.path.startswith(f"{path}.")
        ),
        target=target,
        why=why,
        check=engine.checks.get(target) if target else None,
    )


def _target(draft: Draft, number: int) -> tuple[Target | None, str]:
    from tui_installer.actions.host_checks import host_target  # noqa: PLC0415 - the first frame needs none

    try:
        return host_target.target(draft.answers, number), ""
    except ValueError as error:
        return None, str(error)
