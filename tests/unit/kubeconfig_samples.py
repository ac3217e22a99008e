from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from tui_installer.kubernetes.kubeconfig import kubeconfig
from tui_installer.model.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

KUBEADM = """\
# written by kubeadm
apiVersion: v1
kind: Config
clusters:
- cluster: {certificate-authority-data: T0xE, server: "https://10.9.9.9:6443"}   # the old one
  name: kubernetes
contexts:
- context: {cluster: kubernetes, user: kubernetes-admin}
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
users:
- name: kubernetes-admin
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command:  aws     # two blanks
      args: [eks, get-token, 0o17, 2026-01-02T03:04:05Z]
      env: null
preferences: {}
"""


def ours(
    cluster: str, server: str = "https://192.0.2.1:6443", ca: str = "", cert: bytes = b"cert"
) -> bytes:
    return kubeconfig(
        cluster=cluster,
        server=server,
        user=f"{cluster}-admin",
        ca=(ca or cluster).encode(),
        cert=cert,
        key=Secret(b"key"),
    )


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_bytes())
    return found


def names(path: Path, kind: str) -> list[str]:
    return [entry["name"] for entry in read(path)[kind]]


def backups(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.before-tui-installer-*"))


def assert_usable(path: Path, context: str, server: str) -> None:
    """What kubectl looks up for a context, by names."""
    data = read(path)
    found = {kind: {e["name"]: e for e in data[kind]} for kind in ("clusters", "users", "contexts")}
    link = found["contexts"][context]["context"]
    assert found["clusters"][link["cluster"]]["cluster"]["server"] == server
    assert found["users"][link["user"]]["user"]["client-certificate-data"]
