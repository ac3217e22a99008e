"""asyncssh's reader of ssh_config(5), for machines without OpenSSH."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from asyncssh.config import ConfigParseError, SSHClientConfig

from tui_installer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

OPTIONS = {
    name.lower(): name
    for name in (
        "Hostname", "User", "Port", "IdentityFile", "IdentitiesOnly", "CertificateFile",
        "IdentityAgent", "ProxyJump", "ProxyCommand", "HostKeyAlias", "UserKnownHostsFile",
        "GlobalKnownHostsFile", "ConnectTimeout",
    )
}  # fmt: skip


def read(name: str, user: str, port: int, files: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Keyword in lower case → values, of the options that are set. Raises UsageError.

    files: those that exist are read, in this order.
    """
    try:
        config = SSHClientConfig.load(
            None,
            _existing(files),
            False,
            False,
            False,
            getpass.getuser(),
            user or (),
            name,
            port or (),
        )
    except (ConfigParseError, OSError) as error:
        raise UsageError(
            f"{error}",
            hint="OpenSSH is not installed here, and the reader that takes its place knows less: "
            "install it, correct the line, or use ssh: {config: false} in the answers",
        ) from None
    found = {keyword: config.get(option) for keyword, option in OPTIONS.items()}
    values = {keyword: _texts(value) for keyword, value in found.items() if value is not None}
    if user:
        values.pop("user", None)
    return values


def place(files: Sequence[str]) -> str:
    """The files that are read, for messages: the reader does not say which line counts."""
    return " or ".join(file for file in files if Path(file).expanduser().is_file())


def _existing(files: Sequence[str]) -> list[Path]:
    paths = (Path(file).expanduser() for file in files)
    return [path for path in paths if path.is_file()]


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    if isinstance(value, list):
        return tuple(map(str, value))
    return (str(value),)
