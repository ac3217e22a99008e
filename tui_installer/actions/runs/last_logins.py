"""How a session's last run logged in, so that another machine's ssh_config is not a surprise."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tui_installer.model import login_lines
from tui_installer.model.answers.login_text import LoginText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder


def read(session: SessionFolder) -> dict[str, str]:
    """Host → its last login, as `login_lines.way` has it; empty before the first run. Blocking."""
    try:
        hosts = json.loads((session.root / "spec.json").read_bytes())["hosts"]
        return {str(host["name"]): _way(host["ssh"]) for host in hosts}
    except (OSError, ValueError, KeyError, TypeError):  # `sessions show` reports the damage
        return {}


def changes(session: SessionFolder, spec: Spec) -> Iterator[tuple[str, str]]:
    """(host, sentence) of each login that is not that of the last run. Blocking."""
    last = read(session)
    for host in spec.hosts:
        before, now = last.get(host.name), login_lines.way(host.ssh)
        if before is not None and before != now:
            text = (
                f"its login was {before} in the last run and is {now} now; if that is wrong, "
                "correct ~/.ssh/config, or name user, port or jump in the answers"
            )
            yield host.name, text


def _way(ssh: dict[str, Any]) -> str:
    """As `login_lines.way`, of the file's data."""
    command, hops, jump = ssh.get("proxy_command"), [], ssh.get("jump")
    while jump:
        hops.append(_place(jump))
        jump = jump.get("jump")
    if hops:
        return f"{_place(ssh)} through {','.join(reversed(hops))}"
    return f"{_place(ssh)} by ProxyCommand {command}" if command else _place(ssh)


def _place(ssh: dict[str, Any]) -> str:
    return str(LoginText(str(ssh["user"]), str(ssh["address"]), str(ssh["port"])))
