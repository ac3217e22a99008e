"""What hosts said to recent logins, so that a wrong identity is not tried again and again.

Hosts block addresses after several failed logins (PerSourcePenalties, fail2ban). The file is
shared by all processes of the user: a live check and the run after it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_installer.remote import private_file
from tui_installer.remote.known_hosts import host_name

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Mapping
    from pathlib import Path

    from tui_installer.model.spec import SshSpec
    from tui_installer.remote.identities import Identity

REST = 30.0
"""Seconds until a refused identity is tried again. OpenSSH's penalty for a failed login is 5 s, and
counts from 15 s on."""
KEPT = 600.0
"""Seconds for which a refused identity is tried after all others."""


@dataclass(frozen=True, slots=True)
class RecentLogins:
    """A damaged or missing file holds nothing; one that cannot be written is left alone."""

    file: Path

    def refused(self, ssh: SshSpec) -> dict[str, float]:
        """digest of the identity → seconds since the host refused it to this user."""
        return _ages(self._read().get("refused", {}).get(_login(ssh), {}))

    def answered(self, ssh: SshSpec) -> float | None:
        """Seconds since sshd answered at this address and port; None if it lately did not."""
        return _ages(self._read().get("answered", {})).get(_place(ssh))

    def note(self, ssh: SshSpec, *, refused: Iterable[bytes], accepted: Iterable[bytes]) -> None:
        """Writes down how a login went where sshd answered. refused, accepted: blobs."""
        bad, good = set(map(digest, refused)), set(map(digest, accepted))
        with contextlib.suppress(OSError), private_file.locked(self.file):
            known = self._read()
            places = _fresh(known.get("answered", {}))
            logins = {
                login: fresh
                for login, marks in known.get("refused", {}).items()
                if (fresh := _fresh(marks))
            }
            now = time.time()
            places[_place(ssh)] = now
            marks = logins.get(_login(ssh), {}) | dict.fromkeys(bad, now)
            logins[_login(ssh)] = {one: at for one, at in marks.items() if one not in good}
            data = {"answered": places, "refused": logins}
            private_file.replace(self.file, json.dumps(data).encode() + b"\n")

    def _read(self) -> dict[str, Any]:
        try:
            data = json.loads(self.file.read_bytes())
        except (OSError, ValueError):
            return {}
        sound = isinstance(data, dict) and all(isinstance(part, dict) for part in data.values())
        return data if sound else {}


async def rested(
    identities: AsyncGenerator[Identity, None], refused: Mapping[str, float]
) -> AsyncGenerator[Identity, None]:
    """The identities; those that were lately refused last, and with a result if very lately.

    refused: see `RecentLogins.refused`.
    """
    later = []
    async for identity in identities:
        age = refused.get(digest(identity.pair.public_data)) if identity.pair else None
        if age is None:
            yield identity
            continue
        if age < REST:
            identity.result = resting(age)
        later.append(identity)
    for identity in later:
        yield identity


def resting(age: float) -> str:
    """The result of an identity that was refused so many seconds ago."""
    return f"refused by the host {age:.0f} s ago, not tried again for {REST - age:.0f} s"


def digest(blob: bytes) -> str:
    return hashlib.sha256(blob).hexdigest()


def _place(ssh: SshSpec) -> str:
    where = host_name(ssh.address, ssh.port)
    return f"{where} via {_place(ssh.jump)}" if ssh.jump else where


def _login(ssh: SshSpec) -> str:
    return f"{ssh.user}@{_place(ssh)}"


def _ages(marks: Any) -> dict[str, float]:
    now = time.time()
    return {name: now - at for name, at in _fresh(marks).items()}


def _fresh(marks: Any) -> dict[str, float]:
    now = time.time()
    if not isinstance(marks, dict):
        return {}
    return {
        str(name): float(at)
        for name, at in marks.items()
        if isinstance(at, int | float) and 0 <= now - at < KEPT
    }
