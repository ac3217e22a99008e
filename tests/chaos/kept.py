"""What a fault must leave as it was: keys, certificates' authorities, tokens. And all secrets."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from site_under_test import Site

ALONE = ("encryption.key", "bootstrap.token", "csv.token", "sa.key")


def kept(site: Site) -> dict[str, str]:
    """Name → digest of what there is whole: key pairs, and secrets that stand alone."""
    pairs = {
        key.with_name(key.name.replace("-key.pem", ".pem")): key
        for key in site.pki.rglob("*-key.pem")
    }
    whole = [path for pair in pairs.items() if all(p.exists() for p in pair) for path in pair]
    whole += [site.pki / name for name in ALONE if (site.pki / name).exists()]
    return {str(path.relative_to(site.pki)): _digest(path) for path in whole}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def secrets(site: Site) -> list[str]:
    """Texts that must be nowhere but in their own files."""
    token = json.loads((site.pki / "bootstrap.token").read_text())
    found = [token["secret"], (site.pki / "encryption.key").read_text().strip()]
    for path in (*site.pki.rglob("*-key.pem"), site.pki / "sa.key"):
        body = [line for line in path.read_text().splitlines() if "-----" not in line]
        found.append(max(body, key=len))
    return found
