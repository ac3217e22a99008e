"""A settled login in words: the way to a machine, and where each part of it comes from."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.model.answers.login_text import LoginText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.spec import SshSpec


def way(ssh: SshSpec) -> str:
    """``user@address:port``, and the jump hosts or the ProxyCommand that lead there.

    The jump hosts are in the order of ssh -J: the nearest to this machine first.
    """
    if hops := _hops(ssh):
        return f"{_place(ssh)} through {hops}"
    command = f" by ProxyCommand {ssh.proxy_command}" if ssh.proxy_command else ""
    return f"{_place(ssh)}{command}"


def lines(ssh: SshSpec) -> tuple[str, ...]:
    """The way, then the origin of each value."""
    return (way(ssh), *origins(ssh))


def _hops(ssh: SshSpec) -> str:
    hops = []
    while ssh.jump:
        ssh = ssh.jump
        hops.append(_place(ssh))
    return ",".join(reversed(hops))


def origins(ssh: SshSpec) -> tuple[str, ...]:
    """A line for each value: ``user ubuntu, from ~/.ssh/config line 12``; hops after the host."""
    return tuple(_all(ssh, ""))


def _all(ssh: SshSpec, head: str) -> Iterator[str]:
    places = dict(ssh.origins)
    for name, text in _values(ssh):
        if name in places:
            yield f"{head}{text}, from {places[name]}"
        elif name in ssh.given:
            yield f"{head}{text}, from the answers"
    if "user" not in places and "user" not in ssh.given:
        yield f"{head}user {ssh.user}, the default"
    if ssh.jump:
        yield from _all(ssh.jump, f"jump host {ssh.jump.address}: ")


def _values(ssh: SshSpec) -> Iterator[tuple[str, str]]:
    """(field, its value in words) of what a login can take from ssh_config(5) or the answers."""
    yield "address", f"address {ssh.address}"
    yield "user", f"user {ssh.user}"
    yield "port", f"port {ssh.port}"
    yield "identity_files", f"keys {_files(ssh.identity_files)}"
    yield "identities_only", "only these keys" if ssh.identities_only else "all keys"
    yield "certificate_files", f"certificates {_files(ssh.certificate_files)}"
    yield "identity_agent", f"agent {ssh.identity_agent or ('usual' if ssh.use_agent else 'none')}"
    yield "jump", f"jump host {_hops(ssh)}" if ssh.jump else "no jump host"
    yield "proxy_command", f"ProxyCommand {ssh.proxy_command}"
    yield "host_key_alias", f"host key known as {ssh.host_key_alias}"
    yield "known_hosts", f"known hosts {_files(ssh.known_hosts or ())}"
    yield "connect_timeout", f"connect timeout {ssh.connect_timeout} s"


def _place(ssh: SshSpec) -> str:
    return str(LoginText(ssh.user, ssh.address, str(ssh.port)))


def _files(paths: tuple[Path, ...]) -> str:
    return ", ".join(map(_short, paths)) or "none"


def _short(path: Path) -> str:
    """The path with the home folder as ``~``."""
    with contextlib.suppress(RuntimeError, ValueError):
        return f"~/{path.relative_to(Path.home())}"
    return str(path)
