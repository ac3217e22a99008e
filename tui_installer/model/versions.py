"""The supported versions, and the etcd version for each Kubernetes version. Pure."""

from __future__ import annotations

from tui_installer.model.spec import Version

SUPPORTED_MINORS = range(28, 38)
"""Kubernetes minors (of major 1) that the flags and the tests cover."""
SUPPORTED_RANGE = f"v1.{SUPPORTED_MINORS[0]} to v1.{SUPPORTED_MINORS[-1]}"
"""The same as text, for messages."""

_ETCD_SINCE = (
    (37, Version(3, 7, 3)),
    (34, Version(3, 6, 16)),
    (0, Version(3, 5, 35)),
)


def is_supported(kubernetes: Version) -> bool:
    """Whether this program covers that Kubernetes version."""
    return kubernetes.major == 1 and kubernetes.minor in SUPPORTED_MINORS


def default_etcd_version(kubernetes: Version) -> Version:
    """The etcd that is installed with a Kubernetes version, unless the answers name another.

    It is the newest patch of the etcd minor that kubeadm of that version uses
    (DefaultEtcdVersion in cmd/kubeadm/app/constants/constants.go): 3.5.12 in v1.29.6,
    3.5.15 in v1.30.14, 3.5.24 in v1.31.14 to v1.33.13, 3.6.5 in v1.34.4, 3.6.6 in v1.35.4,
    3.6.8 in v1.36.3, 3.7.0 in v1.37.2. The patches are tagged versions of the module
    go.etcd.io/etcd/server/v3.
    """
    return next(etcd for minor, etcd in _ETCD_SINCE if kubernetes.minor >= minor)
