"""Certificates that the user has signed: requests out, certificates in, keys in the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.engine.cluster import own_ca
from tui_installer.model.secret import Secret
from tui_installer.pki import returned
from tui_installer.pki.ca_rules import Fault
from tui_installer.pki.csr import asks_for, request
from tui_installer.pki.issue import Issued, with_chain
from tui_installer.pki.keys import make_keypair

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.engine.cluster.authority import Authority
    from tui_installer.model.certificates import CertProfile
    from tui_installer.store.session_folder import SessionFolder

FOLDER = "requests"
"""Below the session's pki/: the keys and requests that wait for their certificates."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that waits for its certificate. why: why the certificate is needed."""

    profile: CertProfile
    csr: bytes
    key: Secret
    why: str

    @property
    def stem(self) -> str:
        """The name of its files, without a suffix; host names end where the last dot is."""
        return self.profile.name.replace("/", ".")


def pending(authority: Authority) -> tuple[CertProfile, ...]:
    """What the user must have signed now. authority: loaded with `requesting`."""
    return own_ca.to_request(authority.missing, authority.spec, authority.own)


def made(authority: Authority) -> tuple[Request, ...]:
    """A request for each certificate needed; one that was made earlier is used again.

    Writes new keys into the session. Blocking.
    """
    folder, found = authority.folder, []
    for profile in pending(authority):
        earlier = _earlier(folder, profile)
        if earlier is None:
            key = make_keypair(authority.spec.certificates.key_type).private
            earlier = key, request(profile, key)
            folder.write_secret(_key_name(profile), key)
            folder.write_public(_csr_name(profile), earlier[1])
        found.append(Request(profile, earlier[1], earlier[0], authority.missing[profile.name]))
    return tuple(found)


def waiting(authority: Authority) -> tuple[tuple[Request, ...], tuple[CertProfile, ...]]:
    """The requests that were made for what is needed now, and what has no such request."""
    requests, without = [], []
    for profile in pending(authority):
        earlier = _earlier(authority.folder, profile)
        if earlier is None:
            without.append(profile)
        else:
            why = authority.missing[profile.name]
            requests.append(Request(profile, earlier[1], earlier[0], why))
    return tuple(requests), tuple(without)


def _earlier(folder: SessionFolder, profile: CertProfile) -> tuple[Secret, bytes] | None:
    """The key and the request, if they are still what the answers ask for."""
    key, csr = folder.read_pki(_key_name(profile)), folder.read_pki(_csr_name(profile))
    if key is None or csr is None or not asks_for(csr, profile, Secret(key)):
        return None
    return Secret(key), csr


def _key_name(profile: CertProfile) -> str:
    return f"{FOLDER}/{profile.name}-key.pem"


def _csr_name(profile: CertProfile) -> str:
    return f"{FOLDER}/{profile.name}.csr"


def faults(
    authority: Authority, one: Request, cert: bytes, certs: Mapping[str, bytes], now: int
) -> tuple[Fault, ...]:
    """Every reason against a certificate. certs: by file stem, to find mixed-up files."""
    ca = authority.own[one.profile.signer].cert
    least = 0 if one.profile.is_ca else authority.renew_before()
    found = returned.faults(cert, one.profile, one.key, ca, now=now, least=least)
    right = next((stem for stem, other in certs.items() if returned.fits(other, one.key)), "")
    if right and right != one.stem:
        what = "it belongs to another request"
        return (Fault(what, f"the certificate of this one is in {right}.crt: swap the files"),)
    return found


def keep(authority: Authority, one: Request, cert: bytes) -> None:
    """Moves a checked certificate and its key to their place in the session. Blocking."""
    ca = authority.own[one.profile.signer].cert
    alone = returned.alone(cert)
    issued = with_chain(one.profile, Issued(alone, one.key), ca)
    if one.profile.is_ca:
        issued = Issued(alone + ca, one.key)
    authority.folder.write_cert(one.profile.name, issued.cert, issued.key)
    for name in (_csr_name(one.profile), _key_name(one.profile)):
        (authority.folder.pki / name).unlink(missing_ok=True)
