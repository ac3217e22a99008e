"""What logins would use: the agent and its keys, default keys, known_hosts files, ssh's config."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.actions.doctor.finding import Finding, bad, ok, warn
from tui_installer.remote import agent_keys
from tui_installer.remote.host_keys import GLOBAL_FILES, USER_FILES
from tui_installer.remote.identities import DEFAULT_FILES
from tui_installer.store import paths

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

CONFIGS = (Path("~/.ssh/config"), Path("/etc/ssh/ssh_config"))


async def findings() -> AsyncIterator[Finding]:
    """Yields what is found. Asks the agent over its socket; connects to no host."""
    yield await _agent()
    for one in _files():
        yield one


async def _agent() -> Finding:
    socket = os.environ.get("SSH_AUTH_SOCK", "")
    if not socket:
        return ok("SSH agent", "none (SSH_AUTH_SOCK is not set): key files are tried")
    keys, problem = await agent_keys.listed(socket)
    if problem:
        return warn(
            "SSH agent",
            f"SSH_AUTH_SOCK={socket}: {problem}",
            "start one: eval $(ssh-agent); ssh-add; or unset SSH_AUTH_SOCK",
        )
    if not keys:
        return warn("SSH agent", f"{socket} holds no key", "ssh-add, or name key files")
    return ok("SSH agent", f"{socket}, keys in the order they are tried: {', '.join(keys)}")


def _files() -> Iterator[Finding]:
    keys = [path for name in DEFAULT_FILES if (path := Path(name).expanduser()).exists()]
    for path in keys:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield bad("SSH keys", f"others can read {path}", f"chmod 600 {path}")
    shown = ", ".join(map(str, keys)) or f"none of {', '.join(DEFAULT_FILES)} exists"
    yield ok("SSH keys", f"{shown}; identityFiles in the answers names others")
    yield _present("known_hosts", (*USER_FILES, *GLOBAL_FILES, paths.own_known_hosts()), "none yet")
    yield _present("SSH config", CONFIGS, "none")


def _present(topic: str, files: tuple[Path, ...], none: str) -> Finding:
    there = [path for one in files if (path := one.expanduser()).exists()]
    unreadable = [str(path) for path in there if not os.access(path, os.R_OK)]
    if unreadable:
        return bad(topic, f"cannot be read: {', '.join(unreadable)}", "correct owner and mode")
    return ok(topic, ", ".join(f"{path} ({_lines(path)} lines)" for path in there) or none)


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")
