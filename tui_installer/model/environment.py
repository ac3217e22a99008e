"""The environment variables that our processes receive; any other may hold a password."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALL = (
    r"PATH|HOME|TMPDIR|XDG_[A-Z_]+|LANG|LC_[A-Z]+|SSL_CERT_\w+|NETRC|(?i:https?|no|all)_(?i:proxy)"
)
_GO = r"GO(?!EXPERIMENT$|DEBUG$|FIPS140$)[A-Z0-9]+"
_PYTHON = r"PYTHON[A-Z0-9]+|VIRTUAL_ENV|LD_[A-Z_]+"
_OURS = (
    r"TUI_INSTALLER_(?:HOME|CACHE|CONFIG|DEBUG)|SSH_AUTH_SOCK|TERM|NO_COLOR|TZ|USER|LOGNAME|SHELL"
)

SSH = re.compile(f"{_ALL}|SHELL|USER|LOGNAME|SSH_AUTH_SOCK|TZ")
"""The variables that `ssh -G` and a ProxyCommand need."""
GO = re.compile(f"{_ALL}|{_GO}")
"""The variables that `go` needs. The excluded GO… variables would change what it builds."""
OURS = re.compile(f"{_ALL}|{_GO}|{_PYTHON}|{_OURS}")
"""The variables that this program and the programs that it starts need."""


def handed_on(environ: Mapping[str, str], needed: re.Pattern[str]) -> dict[str, str]:
    """The variables that are passed on: their whole name matches."""
    return {name: value for name, value in environ.items() if needed.fullmatch(name)}


def kept_back(environ: Mapping[str, str], needed: re.Pattern[str]) -> dict[str, str]:
    """The variables that are not passed on."""
    return {name: value for name, value in environ.items() if not needed.fullmatch(name)}
