"""The rows of the Hosts page; the draft's answers may be malformed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_installer.model.spec import DEFAULT_PORT, DEFAULT_USER

if TYPE_CHECKING:
    from tui_installer.actions.host_checks.host_check import HostCheck
    from tui_installer.actions.host_checks.host_target import Target
    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.engine_room import EngineRoom
    from tui_installer.model.answers.ssh import Ssh
    from tui_installer.model.check.problems import Problem


@dataclass(frozen=True, slots=True)
class HostRow:
    """target: what is checked, None if the answers allow no connection; `why` is the reason.

    said: the login in the answers.
    """

    number: int
    name: str
    address: str
    said: Ssh
    problems: tuple[Problem, ...]
    target: Target | None
    why: str
    check: HostCheck | None

    @property
    def login(self) -> str:
        """The user and port of the settled login, or of the answers until it is known."""
        if self.check is not None and self.check.ssh is not None:
            return f"{self.check.ssh.user}:{self.check.ssh.port}"
        return f"{self.said.user or DEFAULT_USER}:{self.said.port or DEFAULT_PORT}"


def hosts_of(draft: Draft) -> list[dict[str, Any]]:
    """Returns the hosts as given; an entry that is not a mapping becomes an empty host."""
    given = draft.get("hosts")
    found = given if isinstance(given, list) else []
    return [host if isinstance(host, dict) else {} for host in found]


def rows_of(draft: Draft, engine: EngineRoom) -> list[HostRow]:
    """Returns a row for each host, with what its check found so far."""
    return [_row(draft, engine, number) for number in range(len(hosts_of(draft)))]


def want_checks(rows: list[HostRow], engine: EngineRoom, *, after: float) -> None:
    """Schedules the checks of hosts not checked yet. after: seconds to wait before."""
    engine.pool.want([row.target for row in rows if row.target], after=after)


def _row(draft: Draft, engine: EngineRoom, number: int) -> HostRow:
    from tui_installer.model.answers.logins import host_label, login_of  # noqa: PLC0415 - first frame

    answers = draft.answers
    host = answers.hosts[number]
    target, why = _target(draft, number)
    path = f"hosts.{number}"
    return HostRow(
        number=number,
        name=host_label(host, number),
        address=host.address,
        said=login_of(answers.ssh, host),
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
