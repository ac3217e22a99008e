"""What of the cluster's certificates an earlier run left, and what the next one will issue."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_installer.engine.cluster.authority import Authority
from tui_installer.errors import InstallerError
from tui_installer.model.certificates import KeyType
from tui_installer.pki import describe
from tui_installer.pki.issue import BACKDATE

if TYPE_CHECKING:
    from tui_installer.model.certificates import CertInfo, CertProfile
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder

TOKEN = ".token"  # noqa: S105 - how the names of tokens end, which have a page of their own


@dataclass(frozen=True, slots=True)
class States:
    """reused: name → what the certificate says, None for a plain key. missing: name → why.

    trouble: why a run would refuse to start, '' if it would not; the rest is then empty.
    """

    now: float
    reused: dict[str, CertInfo | None] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    trouble: str = ""


def states(spec: Spec, session: SessionFolder) -> States:
    """As a run that begins now would find it. Reads files, writes none: for a thread."""
    now = time.time()
    try:
        found = Authority.load(spec, session, now)
    except InstallerError as error:
        told = " ".join(part for part in (error.message, *error.details, error.hint) if part)
        return States(now, trouble=told)
    reused: dict[str, CertInfo | None] = {
        name: describe.describe(issued.cert) for name, issued in found.issued.items()
    }
    missing = {name: why for name, why in found.to_make() if not name.endswith(TOKEN)}
    reused |= {name: None for name in ("sa.key", "encryption.key") if name not in missing}
    return States(now, reused, missing)


@dataclass(frozen=True, slots=True)
class Life:
    """UNIX seconds. ca_start, ca_end: of the signer; a CA's own are the same."""

    start: int
    end: int
    ca_start: int
    ca_end: int


def life(spec: Spec, profile: CertProfile, found: States) -> Life:
    """From when to when a certificate is valid: as it is, or as a run beginning now makes it."""
    ca = _window(found, profile.signer, spec.certificates.ca_lifetime)
    if profile.is_ca:
        return Life(*ca, *ca)
    start, end = _window(found, profile.name, spec.certificates.leaf_lifetime)
    return Life(start, min(end, ca[1]), *ca)


def _window(found: States, name: str, lifetime: int) -> tuple[int, int]:
    if there := found.reused.get(name):
        return there.not_before, there.not_after
    return int(found.now) - BACKDATE, int(found.now) + lifetime


def seconds(spec: Spec, found: States) -> float:
    """About how long making the missing keys takes, on two cores; measured for RSA."""
    each = {KeyType.RSA_2048: 0.06, KeyType.RSA_3072: 0.17, KeyType.RSA_4096: 0.4}
    return each.get(spec.certificates.key_type, 0.0) * len(found.missing) / 2
