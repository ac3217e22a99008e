"""The ssh command line that shows a problem when the user types it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_installer.model.spec import SshSpec


def ssh(spec: SshSpec, command: str = "", *options: str) -> str:
    """``ssh -p 2222 -i KEY -J user@jump:22 user@host 'command'``, as far as it is needed."""
    words = ["ssh", *options]
    if spec.port != 22:  # noqa: PLR2004 - RFC 4253
        words += ["-p", str(spec.port)]
    for file in spec.identity_files:
        words += ["-i", str(file)]
    if hops := _hops(spec.jump):
        words += ["-J", ",".join(hops)]
    if spec.proxy_command:
        words += ["-o", f"ProxyCommand={spec.proxy_command}"]
    words += [f"{spec.user}@{spec.address}", *([command] if command else [])]
    return " ".join(shlex.quote(word) for word in words)


def _hops(jump: SshSpec | None) -> list[str]:
    """ssh -J's list: the hop that is nearest to us comes first."""
    if jump is None:
        return []
    address = f"[{jump.address}]" if ":" in jump.address else jump.address
    return [*_hops(jump.jump), f"{jump.user}@{address}:{jump.port}"]
