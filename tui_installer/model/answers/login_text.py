"""``user@address:port``, as ssh(1) and the wizard write a login."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoginText:
    """The parts as they are written, '' where one is not named; none of them is checked."""

    user: str
    address: str
    port: str

    def __str__(self) -> str:
        address = self.address
        if self.port:
            address = f"[{address}]:{self.port}" if ":" in address else f"{address}:{self.port}"
        return f"{self.user}@{address}" if self.user else address


def read(text: str) -> LoginText:
    """The parts of ``[user@]address[:port]``, of ``[v6]:port``, and of an ``ssh://`` URI."""
    user, _, place = text.removeprefix("ssh://").rpartition("@")
    if place.startswith("["):
        address, _, port = place[1:].partition("]")
        return LoginText(user, address, port.removeprefix(":").rstrip("/"))
    if place.count(":") == 1:
        address, _, port = place.partition(":")
        return LoginText(user, address, port.rstrip("/"))
    return LoginText(user, place.rstrip("/"), "")
