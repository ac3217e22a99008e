"""Makes the SSH keys of a lab and of its hosts by ssh-keygen."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from tui_installer.lab.commands import run

if TYPE_CHECKING:
    from pathlib import Path


def generate(path: Path, comment: str) -> str:
    """Creates an Ed25519 key pair at path (0600) and path.pub if missing; the public line."""
    public = path.with_name(f"{path.name}.pub")
    if not public.exists():
        path.unlink(missing_ok=True)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path))
    return public.read_text().strip()


def fingerprint(public: str) -> str:
    """SHA256:<43 base64 characters>, as ssh-keygen -l prints it."""
    digest = hashlib.sha256(base64.b64decode(public.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
