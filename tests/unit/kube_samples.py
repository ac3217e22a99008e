"""A complete spec for the Kubernetes tests; `spec(...)` replaces any of its fields."""

from __future__ import annotations

import dataclasses
from typing import Any

from tui_installer.model.api_rate import ApiRate
from tui_installer.model.certificate_spec import CertSpec
from tui_installer.model.certificates import KeyType
from tui_installer.model.check.parse import networks
from tui_installer.model.security import SecuritySpec
from tui_installer.model.spec import (
    EtcdFiles,
    EtcdMode,
    EtcdSpec,
    ExtraArgs,
    HostSpec,
    Layout,
    SecretRef,
    Source,
    SourceKind,
    Spec,
    SshSpec,
    SudoMode,
    TokenMode,
    TokenSpec,
    Version,
)


def host(name: str, address: str) -> HostSpec:
    ssh = SshSpec(address, 22, "root", (), True, SecretRef(), "")
    return HostSpec(name, address, ssh, SudoMode.AUTO, SecretRef())


def hosts(count: int = 3) -> tuple[HostSpec, ...]:
    return tuple(host(f"master{i:02}", f"192.0.2.{10 + i}") for i in range(1, count + 1))


def version(text: str) -> Version:
    major, minor, patch = text.lstrip("v").split(".")
    return Version(int(major), int(minor), int(patch))


def etcd(**changes: Any) -> EtcdSpec:
    plain = EtcdSpec(
        EtcdMode.STACKED,
        Version(3, 7, 3),
        Source(SourceKind.MIRROR, "https://m"),
        (),
        None,
        "/var/lib/etcd",
        (),
    )
    return dataclasses.replace(plain, **changes)


def external(*, on_hosts: bool) -> EtcdSpec:
    files = EtcdFiles(
        "/opt/etcd/ssl/ca.pem", "/opt/etcd/ssl/server.pem", "/opt/etcd/ssl/server-key.pem", on_hosts
    )
    return etcd(
        mode=EtcdMode.EXTERNAL,
        files=files,
        endpoints=("https://192.0.2.50:2379", "https://[2001:db8::5]:2379"),
    )


def spec(**changes: Any) -> Spec:
    plain = Spec(
        name="kubernetes",
        domain="cluster.local",
        endpoint=None,
        service_cidr=networks("10.0.0.0/24"),
        pod_cidr=networks("10.244.0.0/16"),
        node_port_range=(30000, 32767),
        version=Version(1, 37, 2),
        source=Source(SourceKind.MIRROR, "https://m"),
        hosts=hosts(),
        etcd=etcd(),
        extra_sans=(),
        token=TokenSpec(TokenMode.SECRET, 86400),
        certificates=CertSpec(KeyType.ECDSA_P256, 365 * 86400, 3650 * 86400),
        security=SecuritySpec(),
        layout=Layout("/opt/kubernetes", "/opt/etcd", "/etc/systemd/system"),
        extra_args=ExtraArgs(),
        api_rate=ApiRate(200, 400, 100, 200),
    )
    return dataclasses.replace(plain, **changes)
