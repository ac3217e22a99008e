"""What controller manager and scheduler have in common: they follow their host's API server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes import hardening
from tui_installer.kubernetes.components.certificate import SERVER, Leaf
from tui_installer.kubernetes.sans import local_sans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.kubernetes.components.descriptor import Pair
    from tui_installer.model.spec import Spec

START = 30
"""Seconds: they do not notify; systemd only sees whether the program could be executed."""
OPEN_FILES = 65536
OOM = -997
HEALTH = "/healthz"


def flags(spec: Spec, name: str, kubeconfig: str) -> Iterator[Pair]:
    """name: the program's. kubeconfig: the file's name in the cfg folder."""
    path = spec.layout.cfg(kubeconfig)
    yield "kubeconfig", path
    yield "authentication-kubeconfig", path
    yield "authorization-kubeconfig", path
    yield "bind-address", "127.0.0.1"
    yield "leader-elect", "true"
    yield "tls-cert-file", spec.layout.ssl(f"{name}-serving.pem")
    yield "tls-private-key-file", spec.layout.ssl(f"{name}-serving-key.pem")
    yield "tls-min-version", "VersionTLS12"
    yield "tls-cipher-suites", hardening.SUITES
    yield "profiling", "false"


def leaves(name: str) -> tuple[Leaf, ...]:
    """Its identity at the API server, and what it serves on its own port."""
    short = name.removeprefix("kube-")
    return (
        Leaf(short, name, f"system:{name}"),
        Leaf(f"{short}-serving", f"{name}-serving", name, usages=SERVER,
             sans=lambda _, host: local_sans(host)),
    )  # fmt: skip
