"""Which certificates exist from an earlier run, and which the next run will issue."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_installer.engine.cluster import requests
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
    """reused: name → decoded certificate, None for a plain key. missing: name → why.

    own: the user's CAs, by name, or PARENT. to_sign: what the user must have signed.
    trouble: why a run would refuse to start, '' if it would start; else the rest is empty.
    """

    now: float
    reused: dict[str, CertInfo | None] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    own: dict[str, CertInfo] = field(default_factory=dict)
    to_sign: frozenset[str] = frozenset()
    trouble: str = ""


def states(spec: Spec, session: SessionFolder) -> States:
    """Returns what a run that starts now would find. Only reads files: use a thread."""
    now = time.time()
    try:
        found = Authority.load(spec, session, now, requesting=True)
    except InstallerError as error:
        trouble = " ".join(part for part in (error.message, *error.details, error.hint) if part)
        return States(now, trouble=trouble)
    reused: dict[str, CertInfo | None] = {
        name: describe.describe(issued.cert)
        for name, issued in found.issued.items()
        if name not in found.missing
    }
    own = {name: describe.describe(issued.cert) for name, issued in found.own.items()}
    to_sign = frozenset(profile.name for profile in requests.pending(found))
    missing = {name: why for name, why in found.to_make() if not name.endswith(TOKEN)}
    reused |= {name: None for name in ("sa.key", "encryption.key") if name not in missing}
    return States(now, reused, missing, own, to_sign)


@dataclass(frozen=True, slots=True)
class Life:
    """A certificate's validity in UNIX seconds. ca_start, ca_end: of its signer, or of the CA."""

    start: int
    end: int
    ca_start: int
    ca_end: int


def life(spec: Spec, profile: CertProfile, found: States) -> Life:
    """Returns the validity of a certificate that exists, or that a run starting now issues."""
    ca = _window(found, profile.signer, spec.certificates.ca_lifetime)
    if profile.is_ca:
        return Life(*ca, *ca)
    start, end = _window(found, profile.name, spec.certificates.leaf_lifetime)
    return Life(start, min(end, ca[1]), *ca)


def _window(found: States, name: str, lifetime: int) -> tuple[int, int]:
    if there := found.own.get(name) or found.reused.get(name):
        return there.not_before, there.not_after
    return int(found.now) - BACKDATE, int(found.now) + lifetime


def seconds(spec: Spec, found: States) -> float:
    """Estimates the time to generate the missing keys on two cores; measured for RSA."""
    each = {KeyType.RSA_2048: 0.06, KeyType.RSA_3072: 0.17, KeyType.RSA_4096: 0.4}
    return each.get(spec.certificates.key_type, 0.0) * len(found.missing) / 2
