"""kubeconfig files: with paths for the programs on a master, self-contained for users."""

from __future__ import annotations

import base64
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import yaml

from tui_installer.model import yaml_quoting
from tui_installer.model.secret import Secret
from tui_installer.model.spec import APISERVER_PORT, bracket

if TYPE_CHECKING:
    from tui_installer.kubernetes.components import Component
    from tui_installer.model.spec import HostSpec, Layout, Spec

_NO_FOLDING = 1 << 20


def kubeconfig(
    *,
    cluster: str,
    server: str,
    user: str,
    ca: str | bytes,
    cert: str | bytes,
    key: str | Secret,
) -> bytes:
    """A kubeconfig of one cluster, user and context, as YAML.

    ca, cert, key: a path on the machine that will read it, or the PEM itself (bytes; Secret).
    With a key inside, the result is a secret. Source of the format:
    k8s.io/client-go/tools/clientcmd/api/v1/types.go.
    """
    holds = {**_file("client-certificate", cert), **_file("client-key", key)}
    return _config(cluster, server, user, ca, holds)


def _config(cluster: str, server: str, user: str, ca: str | bytes, holds: dict[str, str]) -> bytes:
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": cluster, "cluster": {"server": server, **_file("certificate-authority", ca)}}
        ],
        "users": [{"name": user, "user": holds}],
        "contexts": [
            {"name": f"{user}@{cluster}", "context": {"cluster": cluster, "user": user}}
        ],
        "current-context": f"{user}@{cluster}",
    }  # fmt: skip
    return _yaml(config)


def _file(name: str, value: str | bytes | Secret) -> dict[str, str]:
    if isinstance(value, str):
        return {name: value}
    pem = value.reveal() if isinstance(value, Secret) else value
    return {f"{name}-data": base64.b64encode(pem).decode()}


class _Dumper(yaml.SafeDumper):
    """Quotes text that kubectl and the programs would not read as text."""


_Dumper.add_representer(str, yaml_quoting.represent)


def _yaml(data: dict[str, Any]) -> bytes:
    return yaml.dump(
        data,
        Dumper=_Dumper,
        sort_keys=False,
        default_flow_style=False,
        width=_NO_FOLDING,
        allow_unicode=True,
    ).encode()


def path(component: Component, layout: Layout) -> str:
    """The path of a program's kubeconfig on a master. Raises KeyError if it has none."""
    if not component.kubeconfig:
        raise KeyError(component.name)
    return layout.cfg(component.kubeconfig)


def for_component(component: Component, spec: Spec, host: HostSpec) -> bytes:
    """The kubeconfig of a program: files by path, the API server of its own host."""
    ssl = spec.layout.ssl
    return kubeconfig(
        cluster=spec.name,
        server=local_server(host),
        user=f"system:{component}",
        ca=ssl("ca.pem"),
        cert=ssl(f"{component}.pem"),
        key=ssl(f"{component}-key.pem"),
    )


def local_server(host: HostSpec) -> str:
    """The URL of the API server on the same host: loopback, which needs no network.

    A host with an IPv6 address uses that address, because its certificate may lack ::1.
    """
    over_ipv6 = ip_address(host.address).version == 6  # noqa: PLR2004
    return f"https://{bracket(host.address) if over_ipv6 else '127.0.0.1'}:{APISERVER_PORT}"


def admin(spec: Spec, ca: bytes, cert: bytes, key: Secret) -> bytes:
    """The administrator's self-contained kubeconfig: store it 0600.

    Its names contain the cluster's name, so that it merges with those of other clusters.
    """
    return kubeconfig(
        cluster=spec.name, server=spec.api_url, user=f"{spec.name}-admin", ca=ca, cert=cert, key=key
    )


BOOTSTRAP_USER = "tls-bootstrap-token-user"
"""A name within the file only; kubeadm's (cmd/kubeadm/app/discovery/discovery.go, TokenUser)."""


def bootstrap(spec: Spec, ca: str | bytes, token: str) -> bytes:
    """The kubeconfig for joining (kubelet ``--bootstrap-kubeconfig``). ca: as in `kubeconfig`.

    With a real token the result is a secret: store it 0600.
    """
    return _config(spec.name, spec.api_url, BOOTSTRAP_USER, ca, {"token": token})
