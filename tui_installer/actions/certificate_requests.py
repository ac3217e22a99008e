"""Requests for certificates that the user has signed: written to a folder, accepted from it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.engine.cluster import own_ca, requests
from tui_installer.engine.cluster.authority import Authority
from tui_installer.errors import InstallerError, UsageError
from tui_installer.pki.describe import describe
from tui_installer.store import atomic, session_meta
from tui_installer.store.yaml_dump import dumped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui_installer.engine.cluster.requests import Request
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder

INDEX, README = "index.yaml", "README.txt"
_MOST = 256 << 10
_DAY = 86400
_USES = {"client": "TLS client", "server": "TLS server"}


@dataclass(frozen=True, slots=True)
class Accepted:
    """names: of the certificates taken over. still: what is still missing, name → why."""

    names: tuple[str, ...]
    still: dict[str, str]


def write(spec: Spec, session: SessionFolder, target: Path) -> tuple[Request, ...]:
    """Writes a request for each certificate that the user must have signed, with an index.

    The caller holds the session's lock. Blocking. Raises InstallerError.
    """
    _require_own(spec)
    session_meta.prepare(session.root)
    authority = Authority.load(spec, session, time.time(), requesting=True)
    found = requests.made(authority)
    if found:
        _require_folder(target)
        entries = [_entry(authority, one) for one in found]
        for one in found:
            atomic.write(target / f"{one.stem}.csr", one.csr, mode=0o644)
        atomic.write(target / INDEX, dumped({"requests": entries}).encode(), mode=0o644)
        atomic.write(target / README, _readme(entries).encode(), mode=0o644)
    return found


def accept(spec: Spec, session: SessionFolder, target: Path) -> Accepted:
    """Checks every certificate of a folder and takes over all of them, or none.

    The caller holds the session's lock. Blocking. Raises UsageError with every fault.
    """
    _require_own(spec)
    now = time.time()
    authority = Authority.load(spec, session, now, requesting=True)
    waiting, without = requests.waiting(authority)
    if without:
        raise UsageError(
            f"{len(without)} of the certificates that are needed have no request that asks for "
            "what the answers say now; nothing was accepted",
            details=tuple(f"{p.name}: {authority.missing[p.name]}" for p in without),
            hint=f"make requests, and have them signed: {own_ca.REQUESTS}",
        )
    certs = {one.stem: cert for one in waiting if (cert := _read(target, one)) is not None}
    faults = [line for one in waiting for line in _lines(authority, one, certs, target, int(now))]
    if faults:
        raise UsageError(
            f"{len(faults)} reason{'s' if len(faults) > 1 else ''} against the certificates in "
            f"{target}; none was accepted",
            details=tuple(faults),
            hint="put the right files there and accept again; index.yaml lists what is wanted",
        )
    for one in waiting:
        requests.keep(authority, one, certs[one.stem])
    again = Authority.load(spec, session, now, requesting=True)
    still = {p.name: again.missing[p.name] for p in requests.pending(again)}
    return Accepted(tuple(one.profile.name for one in waiting), still)


def _require_own(spec: Spec) -> None:
    if not any(one.own.key == "" for one in own_ca.given(spec)):
        raise UsageError(
            "no certificate is to be signed by you: no CA of the answers lacks its key",
            hint="requests are for a CA whose key is kept elsewhere: certificates.ca: {cert: FILE}",
        )


def _require_folder(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is not a folder", hint="name a new or an empty folder")
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot create {target}: {error.strerror}") from error


def _read(target: Path, one: Request) -> bytes | None:
    """None if there is no such file. Raises InstallerError if it cannot be read."""
    path = target / f"{one.stem}.crt"
    try:
        with path.open("rb") as file:
            return file.read(_MOST)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise InstallerError(f"cannot read {path}: {error.strerror}") from error


def _lines(
    authority: Authority, one: Request, certs: dict[str, bytes], target: Path, now: int
) -> Iterator[str]:
    path = target / f"{one.stem}.crt"
    cert = certs.get(one.stem)
    if cert is None:
        yield f"{path}: it is not there; want the certificate of {one.stem}.csr"
        return
    for fault in requests.faults(authority, one, cert, certs, now):
        yield f"{path}: {fault}"


def _entry(authority: Authority, one: Request) -> dict[str, object]:
    profile, ca = one.profile, authority.own[one.profile.signer].cert
    signer = describe(ca)
    settings = authority.spec.certificates
    wanted = settings.ca_lifetime if profile.is_ca else settings.leaf_lifetime
    subject = [f"O={o}" for o in profile.organizations] + [f"CN={profile.common_name}"]
    return {
        "request": f"{one.stem}.csr",
        "certificate": f"{one.stem}.crt",
        "reason": one.why,
        "subject": ", ".join(subject),
        "use": [_USES[usage] for usage in sorted(profile.usages)]
        or ["CA that signs certificates, pathlen:0"],
        "sans": [str(san) for san in profile.sans],
        "signedBy": signer.subject,
        "days": max(min(wanted, signer.not_after - int(authority.now)), 0) // _DAY,
    }


def _readme(entries: list[dict[str, object]]) -> str:
    each = "\n".join(
        f"  {entry['certificate']}: {entry['subject']}; signed by {entry['signedBy']}"
        for entry in entries
    )
    days = min(int(str(entry["days"])) for entry in entries)
    return f"""\
Each NAME.csr here is a certificate request. Have it signed by the CA that index.yaml names,
and put the certificate beside it as NAME.crt, in PEM form. The subject, the SANs, the key usage and
the extended key usage of the request must be in the certificate. No private key is here.

With openssl 3, in this folder, CA.pem and CA-key.pem being the CA:

  for csr in *.csr; do
    openssl x509 -req -in "$csr" -CA CA.pem -CAkey CA-key.pem -days {days} \\
      -copy_extensions copyall -out "${{csr%.csr}}.crt"
  done

With openssl ca: copy_extensions = copy in the CA's section, policy = policy_anything, and
unique_subject = no. Then: tui-installer certificates accept FOLDER --answers FILE

Wanted:
{each}
"""
