"""Common parts of controller manager and scheduler, clients of their host's API server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes import hardening
from tui_installer.kubernetes.cause import rule
from tui_installer.kubernetes.components.certificate import SERVER, Leaf
from tui_installer.kubernetes.sans import local_sans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.kubernetes.components.descriptor import Pair
    from tui_installer.model.spec import Spec

START = 30
"""Seconds: they do not notify; systemd only knows whether the program was executed."""
OPEN_FILES = 65536
OOM = -997
HEALTH = "/healthz"
CAUSES = (
    rule(r"extension-apiserver-authentication",
         "the API server had not finished its start; systemd restarts this unit by itself",
         "systemctl status {unit}"),
)  # fmt: skip


def flags(spec: Spec, name: str, kubeconfig: str, *, qps: int, burst: int) -> Iterator[Pair]:
    """name: the program's. kubeconfig: the file's name in the cfg folder. qps: requests per second
    to the API server; burst: requests at once.

    API priority and fairness is the real limit: both programs are in its level workload-high, with
    40 of 245 shares of the server's 600 requests at once, so 98 of them, and leader election and
    nodes have levels of their own (k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap/default.go).
    Requests of these programs take 5 to 20 ms each: 200 a second hold four of the 98. Bursts wait
    in the level's queues there, which hold thousands.
    """
    path = spec.layout.cfg(kubeconfig)
    yield "kubeconfig", path
    yield "authentication-kubeconfig", path
    yield "authorization-kubeconfig", path
    yield "bind-address", "127.0.0.1"
    yield "kube-api-qps", str(qps)
    yield "kube-api-burst", str(burst)
    yield "leader-elect", "true"
    yield "tls-cert-file", spec.layout.ssl(f"{name}-serving.pem")
    yield "tls-private-key-file", spec.layout.ssl(f"{name}-serving-key.pem")
    yield "tls-min-version", "VersionTLS12"
    yield "tls-cipher-suites", hardening.SUITES
    yield "profiling", "false"


def leaves(name: str) -> tuple[Leaf, ...]:
    """Its client certificate for the API server, and the serving certificate of its own port."""
    short = name.removeprefix("kube-")
    return (
        Leaf(short, name, f"system:{name}"),
        Leaf(f"{short}-serving", f"{name}-serving", name, usages=SERVER,
             sans=lambda _, host: local_sans(host)),
    )  # fmt: skip
