"""An etcd as the tutorial has it before the masters come: three members, one certificate."""

from __future__ import annotations

import asyncio
import subprocess
from typing import TYPE_CHECKING, Any

from tui_installer.lab import lab
from tui_installer.model.spec import Source, SourceKind, Version
from tui_installer.model.versions import default_etcd_version
from tui_installer.release.cache import Cache
from tui_installer.release.fetch import fetch_etcd
from tui_installer.store.paths import cache_root

if TYPE_CHECKING:
    from pathlib import Path

    from site_under_test import Site

UNIT = """\
[Unit]
Description=etcd
After=network.target
[Service]
Type=notify
ExecStart=/opt/etcd/bin/etcd --name={name} --data-dir=/var/lib/etcd/default.etcd \
 --listen-peer-urls=https://{ip}:2380 --listen-client-urls=https://{ip}:2379 \
 --advertise-client-urls=https://{ip}:2379 --initial-advertise-peer-urls=https://{ip}:2380 \
 --initial-cluster={cluster} --initial-cluster-token=etcd-cluster --initial-cluster-state=new \
 --client-cert-auth --peer-client-cert-auth \
 --cert-file=/opt/etcd/ssl/server.pem --key-file=/opt/etcd/ssl/server-key.pem \
 --peer-cert-file=/opt/etcd/ssl/server.pem --peer-key-file=/opt/etcd/ssl/server-key.pem \
 --trusted-ca-file=/opt/etcd/ssl/ca.pem --peer-trusted-ca-file=/opt/etcd/ssl/ca.pem
Restart=on-failure
[Install]
WantedBy=multi-user.target
"""


def openssl(folder: Path, *args: str) -> None:
    subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True)


def certificates(folder: Path, addresses: list[str]) -> None:
    """ca.pem, server.pem and server-key.pem in folder, as cfssl would make them."""
    folder.mkdir(parents=True)
    openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "365",
            "-subj", "/CN=etcd CA", "-keyout", "ca-key.pem", "-out", "ca.pem")  # fmt: skip
    openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=etcd",
            "-keyout", "server-key.pem", "-out", "server.csr")  # fmt: skip
    names = ",".join(f"IP:{address}" for address in addresses)
    (folder / "ext").write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth,clientAuth\n")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca-key.pem",
            "-CAcreateserial", "-days", "365", "-extfile", "ext", "-out", "server.pem")  # fmt: skip


def put(site: Site, host: str, path: str, data: bytes, mode: str = "0644") -> None:
    site.ssh(host, f"mkdir -p $(dirname {path}) && cat >{path} && chmod {mode} {path}", stdin=data)


def programs(source: dict[str, Any], kubernetes: str) -> dict[str, Path]:
    version = default_etcd_version(Version(*map(int, kubernetes[1:].split("."))))
    where = Source(SourceKind(source["kind"]), source["location"])
    found = asyncio.run(
        fetch_etcd(
            where,
            version,
            "amd64",
            names=("etcd", "etcdctl"),
            cache=Cache(cache_root()),
            progress=lambda *_: None,
            say=print,
        )
    )
    return {name: binary.path for name, binary in found.items()}


def build(site: Site, members: tuple[str, ...], folder: Path) -> list[str]:
    """Starts the three members by hand; their client URLs."""
    addresses = {name: site.lab.machine(name).address for name in members}
    certificates(folder, list(addresses.values()))
    found = programs(site.answers["kubernetes"]["source"], site.answers["kubernetes"]["version"])
    cluster = ",".join(f"{name}=https://{ip}:2380" for name, ip in addresses.items())
    for name, ip in addresses.items():
        for program, path in found.items():
            put(site, name, f"/opt/etcd/bin/{program}", path.read_bytes(), "0755")
        for file in ("ca.pem", "server.pem", "server-key.pem"):
            put(site, name, f"/opt/etcd/ssl/{file}", (folder / file).read_bytes(), "0600")
        unit = UNIT.format(name=name, ip=ip, cluster=cluster)
        put(site, name, "/etc/systemd/system/etcd.service", unit.encode())
    start = "systemctl daemon-reload && systemctl enable -q etcd && systemctl start etcd"
    jobs = [subprocess.Popen(lab.ssh_argv(site.lab.folder, name, start)) for name in members]
    assert [job.wait(120) for job in jobs] == [0, 0, 0]
    return [f"https://{ip}:2379" for ip in addresses.values()]
