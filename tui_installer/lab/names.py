"""Makes and checks the names of labs, hosts, machines and interfaces."""

from __future__ import annotations

import hashlib
import re

from tui_installer.errors import UsageError

INTERFACE_MAX = 15  # IFNAMSIZ in linux/if.h, less the closing NUL
MACHINE_MAX = INTERFACE_MAX - len("vb-")

_LAB = re.compile(r"[a-z][a-z0-9-]{0,30}(?<!-)")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def check_lab_name(name: str) -> str:
    if not _LAB.fullmatch(name):
        raise UsageError(
            f"{name!r} is not a valid lab name.",
            hint="Use lower-case letters, digits and '-', a letter first, at most 31 characters.",
        )
    return name


def check_host_name(name: str) -> str:
    if not _HOST.fullmatch(name):
        raise UsageError(
            f"{name!r} is not a valid host name.",
            hint="Use at most 63 lower-case letters, digits and '-', no '-' at the ends.",
        )
    return name


def shorten(text: str, limit: int) -> str:
    """The text if it fits, otherwise its start and a digest of the text."""
    if len(text) <= limit:
        return text
    return text[: limit - 5].rstrip("-") + "-" + digest(text, 4)


def digest(text: str, length: int = 16) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def bridge_name(lab: str) -> str:
    return shorten(f"br-tui{lab}", INTERFACE_MAX)


def machine_name(lab: str, host: str) -> str:
    """The host's machine name in nspawn, unique on this machine; vb-NAME is its interface."""
    return shorten(f"{lab}-{host}", MACHINE_MAX)


def interface_name(machine: str) -> str:
    """The bridge side of the host's link, as systemd-nspawn(1) --network-bridge= names it."""
    return f"vb-{machine}"


def default_names(count: int) -> list[str]:
    return [f"master{number:02d}" for number in range(1, count + 1)]
