"""What a session rebuilt from its hosts can do without the CA keys that the hosts never had.

The hosts have the signing CA's key, and API servers accept its clients, so it signs the operator's
certificates. No other certificate of a lost CA can be reissued.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.kubernetes import certificates
from tui_installer.kubernetes.components.apiserver import CLIENT_CAS
from tui_installer.model.certificates import Usage
from tui_installer.model.secret import Secret
from tui_installer.pki.check import ca_reason
from tui_installer.pki.issue import Issued

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.model.certificates import CertProfile
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder

ON_HOSTS = ("signing-ca",)
"""The only CA whose key is on the masters."""
ETCD_OPERATOR = "etcd-operator"
ETCD_CLIENT = "apiserver-etcd-client"


def profiles(spec: Spec, lost: frozenset[str]) -> tuple[CertProfile, ...]:
    """The cluster's profiles; an API server's certificate replaces the operator's for etcd."""
    found = certificates.profiles(spec)
    if "etcd-ca" not in lost:
        return found
    name = f"kube-{ETCD_CLIENT}"
    return tuple(replace(p, common_name=name) if p.name == ETCD_OPERATOR else p for p in found)


def signers(profile: CertProfile, lost: frozenset[str]) -> tuple[str, ...]:
    """The CAs that a certificate may come from; the last one signs a new certificate."""
    clients_only = profile.usages == {Usage.CLIENT}
    if profile.signer == CLIENT_CAS[0] and profile.signer in lost and clients_only:
        return CLIENT_CAS
    return (profile.signer,)


def load_ca(
    profile: CertProfile, folder: SessionFolder, now: int, signer: bytes | None = None
) -> Issued:
    """A CA with an empty key. signer: the CA that signed it, if not itself. Raises ValueError."""
    cert = folder.read_pki(f"{profile.name}.pem")
    if cert is None:
        raise ValueError("its certificate is missing too")
    if why := ca_reason(profile, cert, now, signer):
        raise ValueError(why)
    return Issued(cert, Secret(b""))


def refuse(missing: Mapping[str, str], spec: Spec, lost: frozenset[str]) -> None:
    """Raises InstallerError if a certificate must be issued by a CA whose key is lost."""
    last = {p.name: signers(p, lost)[-1] for p in profiles(spec, lost)}
    found = tuple(f"{name}: {why}; its CA is {last[name]}" for name, why in missing.items()
                  if last[name] in lost)  # fmt: skip
    if found:
        raise InstallerError(
            f"{len(found)} certificate{'s' if len(found) > 1 else ''} must be issued by a CA whose "
            "key this session lacks; nothing was changed",
            details=found,
            hint="the session was recovered from its hosts, which never had that key. Revert the "
            "change in the answers that needs it; or copy the CA's key, from a backup or an "
            "export of the lost session, into the session's pki folder. A running cluster is not "
            "affected",
            step="certificates",
        )
