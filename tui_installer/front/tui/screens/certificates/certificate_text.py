"""A certificate decoded: the real one of an earlier run, or a preview of the one to be issued."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_installer.engine.cluster import own_ca
from tui_installer.errors import InstallerError
from tui_installer.kubernetes.certificates import profiles
from tui_installer.model.certificates import KeyType
from tui_installer.pki import describe
from tui_installer.pki.issue import issue_ca, issue_leaf

if TYPE_CHECKING:
    from tui_installer.model.certificates import CertInfo, CertProfile
    from tui_installer.model.spec import Spec
    from tui_installer.pki.issue import Issued
    from tui_installer.store.session_folder import SessionFolder

LATER = "(generated when the run starts)"
_OF_KEYS = re.compile(
    r"\s*(Serial Number:|pub:|Modulus:|X509v3 Subject Key Identifier:|"
    r"X509v3 Authority Key Identifier:|Signature Value:)\s*"
)
_AUTHORITY = "X509v3 Authority Key Identifier:"
_SUBJECT = "X509v3 Subject Key Identifier:"


def real(session: SessionFolder, name: str) -> str:
    """Returns the text of the certificate in the session folder. Raises InstallerError."""
    found = session.read_pki(f"{name}.pem")
    if found is None:
        raise InstallerError(f"{name}.pem is no longer in the session folder")
    try:
        return describe.text(found)
    except ValueError as error:
        raise InstallerError(f"{name}.pem: {error}") from None


def preview(spec: Spec, session: SessionFolder, name: str, ca: CertInfo | None) -> str:
    """Returns the text of the certificate that a run starting now would issue, without its keys.

    ca: the signer, if it is reused. Uses temporary keys; takes up to a second.
    """
    found = {profile.name: profile for profile in profiles(spec)}
    profile, now = found[name], int(time.time())
    own = own_ca.load(spec, now)
    if name in own:
        return describe.text(own[name].cert)
    above = own.get(profile.signer)
    signer = _signer(spec, found.get(profile.signer, profile), ca, now)
    if profile.is_ca:
        return _issued_by(without_keys(describe.text(signer.cert)), above)
    settings = spec.certificates
    issued = issue_leaf(
        profile, signer, key_type=settings.key_type, lifetime=settings.leaf_lifetime, now=now
    )
    text = without_keys(describe.text(issued.cert), _key_id(session, profile.signer) if ca else "")
    return _issued_by(text, above)


def _issued_by(text: str, above: Issued | None) -> str:
    """The text with the name of the user's CA, which signed nothing for a preview."""
    if above is None:
        return text
    issuer = describe.describe(above.cert).subject
    return re.sub(r"(?m)^( *Issuer:) .*$", lambda found: f"{found[1]} {issuer}", text)


def _signer(spec: Spec, profile: CertProfile, ca: CertInfo | None, now: int) -> Issued:
    """A CA like the real one, with a key of its own: the real key signs nothing here."""
    settings = spec.certificates
    known = ca is not None and ca.key_type in set(KeyType)
    key_type = KeyType(ca.key_type) if ca and known else settings.key_type
    left = ca.not_after - now if ca else settings.ca_lifetime
    alone = replace(profile, signer=profile.name)
    return issue_ca(alone, key_type=key_type, lifetime=max(left, 1), now=now)


def _key_id(session: SessionFolder, name: str) -> str:
    """Returns the key identifier of an existing CA, as in its text."""
    lines = real(session, name).splitlines()
    at = next((n for n, line in enumerate(lines) if line.strip() == _SUBJECT), None)
    return lines[at + 1].strip() if at is not None else ""


def without_keys(text: str, key_id: str = "") -> str:
    """Returns the text with all that depends on keys replaced. key_id: of a signer that exists."""
    kept: list[str] = []
    hidden = -1  # the indent of the heading whose lines are being left out
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if indent > hidden >= 0:
            continue
        hidden = -1
        kept.append(line)
        if _OF_KEYS.fullmatch(line):
            hidden = indent
            value = key_id if key_id and line.strip() == _AUTHORITY else LATER
            kept.append(f"{' ' * (indent + 4)}{value}")
    return "\n".join(kept) + "\n"
