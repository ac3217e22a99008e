"""A session rebuilt from its hosts lacks the CAs' keys that never lay there; what follows of it.

The signing CA's key does lie there, and API servers take its clients: it signs the operator's
certificates then. Nothing else of a lost CA can be issued anew.
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
    """Those of the cluster; an API server's certificate stands in for the operator's at etcd."""
    found = certificates.profiles(spec)
    if "etcd-ca" not in lost:
        return found
    name = f"kube-{ETCD_CLIENT}"
    return tuple(replace(p, common_name=name) if p.name == ETCD_OPERATOR else p for p in found)


def signers(profile: CertProfile, lost: frozenset[str]) -> tuple[str, ...]:
    """The CAs that a certificate may be of; the last one signs a new one."""
    clients_only = profile.usages == {Usage.CLIENT}
    if profile.signer == CLIENT_CAS[0] and profile.signer in lost and clients_only:
        return CLIENT_CAS
    return (profile.signer,)


def load_ca(profile: CertProfile, folder: SessionFolder, now: int) -> Issued:
    """A CA without its key, which is empty. Raises ValueError."""
    cert = folder.read_pki(f"{profile.name}.pem")
    if cert is None:
        raise ValueError("its certificate is missing too")
    if why := ca_reason(profile, cert, now):
        raise ValueError(why)
    return Issued(cert, Secret(b""))


def refuse(missing: Mapping[str, str], spec: Spec, lost: frozenset[str]) -> None:
    """Raises InstallerError if something would have to be issued by a CA whose key is lost."""
    last = {p.name: signers(p, lost)[-1] for p in profiles(spec, lost)}
    told = tuple(f"{name}: {why}; its CA is {last[name]}" for name, why in missing.items()
                 if last[name] in lost)  # fmt: skip
    if told:
        raise InstallerError(
            f"{len(told)} certificate{'s' if len(told) > 1 else ''} would have to be issued by a "
            "CA whose key this session lacks; nothing was changed",
            details=told,
            hint="the session was recovered from its hosts, where that key never lay. Take back "
            "the change of the answers that asks for it; or put the CA's key, from a backup or an "
            "export of the lost session, into the session's pki folder; a running cluster is not "
            "harmed meanwhile",
            step="certificates",
        )
