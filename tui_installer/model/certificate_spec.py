"""The cluster's certificates in the spec: key type, lifetimes, and the user's own CAs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_installer.model.certificates import KeyType


class Signs(StrEnum):
    """What the user's CA signs: the cluster's own CAs, or each certificate."""

    AUTO = "auto"
    AUTHORITIES = "authorities"
    CERTIFICATES = "certificates"


@dataclass(frozen=True, slots=True)
class OwnCa:
    """A CA of the user: files on this machine. cert: '' if none is given. key: '' if not here."""

    cert: str = ""
    key: str = ""

    @property
    def given(self) -> bool:
        return bool(self.cert)


@dataclass(frozen=True, slots=True)
class ClusterCa(OwnCa):
    """The user's CA for the cluster. signs: auto for authorities if there is a key."""

    signs: Signs = Signs.AUTO

    @property
    def direct(self) -> bool:
        """Whether it is the cluster's CA itself, and not the signer of the cluster's CAs."""
        direct = not self.key if self.signs is Signs.AUTO else self.signs is Signs.CERTIFICATES
        return self.given and direct


@dataclass(frozen=True, slots=True)
class CertSpec:
    """Lifetimes in seconds."""

    key_type: KeyType
    leaf_lifetime: int
    ca_lifetime: int
    ca: ClusterCa = ClusterCa()
    front_proxy_ca: OwnCa = OwnCa()
    etcd_ca: OwnCa = OwnCa()

    @property
    def parent(self) -> OwnCa | None:
        """The user's CA that signs the cluster's CAs."""
        return self.ca if self.ca.given and not self.ca.direct else None

    def own(self, name: str) -> OwnCa | None:
        """The user's CA that is used as the CA of that name in `kubernetes.certificates`."""
        given = {"front-proxy-ca": self.front_proxy_ca, "etcd-ca": self.etcd_ca}
        found = self.ca if name == "ca" and self.ca.direct else given.get(name)
        return found if found and found.given else None
