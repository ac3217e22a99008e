"""Gives access to a lab's hosts: the ssh command line, and answers for an installation."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from tui_installer.lab import state
from tui_installer.lab.state import Paths

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def ssh_argv(folder: Path, name: str, *command: str) -> list[str]:
    """The command line of ssh into a host, as root.

    A single argument is passed to the host's shell unchanged; several are quoted words.
    """
    paths = Paths(folder.resolve())
    host = state.require(paths).host(name)
    options = ("BatchMode=yes", "IdentitiesOnly=yes", "StrictHostKeyChecking=yes", "LogLevel=ERROR")
    files = (
        f'IdentityFile="{_literal(paths.key)}"',
        f'UserKnownHostsFile="{_literal(paths.known_hosts)}"',
    )
    argv = ["ssh", "-F", "none"]
    for option in (*options, *files):
        argv += ["-o", option]
    argv.append(f"root@{host.address}")
    return argv + (list(command) if len(command) <= 1 else [shlex.join(command)])


def _literal(path: Path) -> str:
    return str(path).replace("%", "%%")  # ssh_config(5), TOKENS


def answers(folder: Path, host_names: Sequence[str] | None = None) -> dict[str, Any]:
    """Answers (tui-installer/v1) for these hosts, all of them by default, as plain data."""
    paths = Paths(folder.resolve())
    lab = state.require(paths)
    chosen = [lab.host(name) for name in host_names] if host_names is not None else lab.hosts
    return {
        "apiVersion": "tui-installer/v1",
        "cluster": {"name": lab.name},
        "ssh": {"user": "root", "identityFiles": [str(paths.key)], "agent": False},
        "hosts": [
            {"address": host.address, "name": host.name, "fingerprint": host.fingerprint}
            for host in chosen
        ],
    }
