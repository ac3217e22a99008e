"""The certificates of one program, and the PEM files on a master."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tui_installer.model.certificates import CertProfile, San, Usage
from tui_installer.model.spec import EtcdMode, HostSpec, Spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_installer.kubernetes.components.descriptor import Component

    Sans = Callable[[Spec, HostSpec], tuple[San, ...]]

CLIENT = frozenset({Usage.CLIENT})
SERVER = frozenset({Usage.SERVER})
MAX_COMMON_NAME = 64
"""RFC 5280 appendix A.1, ub-common-name."""


def _no_sans(spec: Spec, host: HostSpec) -> tuple[San, ...]:  # noqa: ARG001 - the shape of `Leaf.sans`
    return ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A certificate of one program on one host; hosts never share a key.

    name: below ``HOST/`` in the session. stem: of its two files, ``STEM.pem``, ``STEM-key.pem``.
    common_name: '' for the host's name. only_stacked: needed only where etcd is on the masters.
    """

    name: str
    stem: str
    common_name: str = ""
    signer: str = "ca"
    usages: frozenset[Usage] = CLIENT
    sans: Sans = _no_sans
    only_stacked: bool = False

    def needed(self, spec: Spec) -> bool:
        return not self.only_stacked or spec.etcd.mode is EtcdMode.STACKED

    def profile(self, spec: Spec, host: HostSpec) -> CertProfile:
        name = f"{host.name}/{self.name}"
        common_name = self.common_name or _fitting(host.name)
        sans = self.sans(spec, host)
        return CertProfile(name, common_name, self.signer, usages=self.usages, sans=sans)


def _fitting(name: str) -> str:
    """The host's name, shortened if too long; clients check the SANs, which have it in full."""
    return name if len(name) <= MAX_COMMON_NAME else name.partition(".")[0]


class CertFileKind(StrEnum):
    """Which part of a profile a file contains."""

    CERT = "cert"
    KEY = "key"
    BUNDLE = "bundle"
    """The certificates of `CertFile.members`, one after the other."""
    PUBLIC_KEY = "public-key"
    LOCAL = "local"
    """A copy of the user's own file `CertFile.source`."""


@dataclass(frozen=True, slots=True)
class CertFile:
    """One PEM file on a master.

    profile: of cert and key, the name in `profiles`, or `SERVICE_ACCOUNT`; otherwise a label.
    path: on the master. members: of a bundle. source: of a local file, its path on this machine.
    reader: of a secret, the only program that reads it; its user owns the file.
    """

    profile: str
    kind: CertFileKind
    path: str
    mode: int = 0o644
    secret: bool = False
    members: tuple[str, ...] = ()
    source: str = ""
    reader: Component | None = None


SERVICE_ACCOUNT = "sa"
"""Stands for the service accounts' key pair, which has no certificate."""


def cert(profile: str, path: str) -> CertFile:
    return CertFile(profile, CertFileKind.CERT, path)


def key(profile: str, path: str, reader: Component) -> CertFile:
    return CertFile(profile, CertFileKind.KEY, path, 0o600, secret=True, reader=reader)


def pair(profile: str, stem: str, reader: Component) -> tuple[CertFile, CertFile]:
    return cert(profile, f"{stem}.pem"), key(profile, f"{stem}-key.pem", reader)
