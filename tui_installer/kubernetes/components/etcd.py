"""etcd, one member on each master unless it is external."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes import hardening
from tui_installer.kubernetes.cause import rule
from tui_installer.kubernetes.components.certificate import CLIENT, SERVER, Leaf, cert
from tui_installer.kubernetes.components.descriptor import Component, Port
from tui_installer.kubernetes.etcd_urls import (
    CLIENT_PORT,
    METRICS_PORT,
    PEER_PORT,
    client_url,
    peer_url,
)
from tui_installer.kubernetes.flag_tables import etcd, reserved
from tui_installer.kubernetes.flag_tables.flag import bare
from tui_installer.kubernetes.sans import etcd_sans
from tui_installer.model.spec import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tui_installer.kubernetes.components.certificate import CertFile
    from tui_installer.kubernetes.components.descriptor import Pair
    from tui_installer.model.spec import HostSpec, Spec

_NEW_NAMES = (3, 6)
TOKEN = "initial-cluster-token"  # noqa: S105 - the name of a flag
AT_FIRST_START = ("initial-cluster", TOKEN, "initial-cluster-state")
"""Flags that are read only while a member has no data."""


def _defaults(spec: Spec, host: HostSpec) -> Iterator[Pair]:
    """The flags of the member on that host, for a cluster that starts with one on every host."""
    ssl = spec.layout.etcd_ssl
    yield "name", host.name
    yield "data-dir", spec.etcd.data_dir
    yield "listen-client-urls", f"{client_url(host.address)},{client_url('127.0.0.1')}"
    yield "advertise-client-urls", client_url(host.address)
    yield "listen-peer-urls", peer_url(host.address)
    yield "initial-advertise-peer-urls", peer_url(host.address)
    yield "initial-cluster", ",".join(f"{h.name}={peer_url(h.address)}" for h in spec.masters)
    yield TOKEN, spec.name
    yield "initial-cluster-state", "new"
    yield "cert-file", ssl("server.pem")
    yield "key-file", ssl("server-key.pem")
    yield "client-cert-auth", "true"
    yield "trusted-ca-file", ssl("ca.pem")
    yield "peer-cert-file", ssl("peer.pem")
    yield "peer-key-file", ssl("peer-key.pem")
    yield "peer-client-cert-auth", "true"
    yield "peer-trusted-ca-file", ssl("ca.pem")
    yield "listen-metrics-urls", f"http://127.0.0.1:{METRICS_PORT}"
    yield "cipher-suites", hardening.SUITES
    yield from _by_line(spec)


def _by_line(spec: Spec) -> Iterator[Pair]:
    # The checks are as kubeadm sets them; v3.6 renamed them. Releases of v3.5 differ on
    # tls-min-version; TLS 1.2 is their minimum without it.
    if (spec.etcd.version.major, spec.etcd.version.minor) >= _NEW_NAMES:
        yield "tls-min-version", "TLS1.2"
        yield "feature-gates", "InitialCorruptCheck=true"
        yield "watch-progress-notify-interval", "5s"
    else:
        yield "experimental-initial-corrupt-check", "true"
        yield "experimental-watch-progress-notify-interval", "5s"


def _rivals(theirs: Mapping[str, str]) -> frozenset[str]:
    """etcd refuses cipher suites if TLS 1.3 is the minimum."""
    only_13 = theirs.get("tls-min-version") == "TLS1.3" and "cipher-suites" not in theirs
    return frozenset({"cipher-suites"} if only_13 else ())


def _folders(spec: Spec, flags: Mapping[str, str]) -> Iterator[str]:  # noqa: ARG001
    for name in ("data-dir", "wal-dir"):
        if flags.get(name, "").startswith("/"):
            yield flags[name].rstrip("/") or "/"


def _files(spec: Spec) -> Iterator[CertFile]:
    yield cert("etcd-ca", spec.layout.etcd_ssl("ca.pem"))


def _leaf(name: str, stem: str) -> Leaf:
    return Leaf(
        name, stem, signer="etcd-ca", usages=CLIENT | SERVER, sans=lambda _, host: etcd_sans(host)
    )


def _port(number: int, use: str, leaf: str, *, loopback: bool) -> Port:
    return Port(
        number, use, leaf, ca="etcd-ca", client="etcd-operator", loopback=loopback, peers=True
    )


_CAUSES = (
    rule(r"cluster ID mismatch",
         "this etcd member belongs to another cluster: its data folder is from an older one",
         "systemctl cat etcd; look at the folder of --data-dir"),
    rule(r"member count is unequal",
         "the existing members are not those of --initial-cluster: an older cluster answers "
         "at one of the addresses",
         "etcdctl member list on a running member"),
    rule(r"member (\S+) has already been bootstrapped",
         "the cluster knows this member, but its data folder is empty: it was lost or removed",
         "etcdctl member list on a running member; remove and add this one"),
    rule(r"member has been permanently removed",
         "this member was removed from the etcd cluster and its data folder is still there",
         "etcdctl member list on a running member"),
    rule(r"couldn't find local name \"?([^\"\s]+)|--initial-cluster has (\S+) but missing",
         "--name or the advertised peer URL of this member is not in --initial-cluster",
         "systemctl cat etcd; look at the options file it names"),
    rule(r"crc mismatch|snapshot mismatch|database file .* corrupt|invalid database|"
         r"found hash mismatch|checkInitialHashKV failed",
         "etcd's data is damaged, or differs from that of the other members",
         "etcdctl endpoint status --cluster on a running member"),
)  # fmt: skip

ETCD = Component(
    name="etcd",
    title="etcd",
    description="etcd",
    documentation="https://etcd.io/docs/",
    kind="notify",
    start=120,  # it is ready once there is a quorum, so it waits for the other members
    open_files=65536,
    oom=-999,
    table=(*etcd.FLAGS, *etcd.REMOVED),
    reserved=reserved.ETCD,
    defaults=_defaults,
    added=lambda spec: spec.etcd.extra_args,
    answers="etcd.extraArgs",
    canonical=bare,
    rivals=_rivals,
    release=lambda spec: (spec.etcd.source, spec.etcd.version),
    tools=("etcdctl",),
    only_stacked=True,
    bin=Layout.etcd_bin,
    cfg=Layout.etcd_cfg,
    ssl=Layout.etcd_ssl,
    leaves=(_leaf("etcd-server", "server"), _leaf("etcd-peer", "peer")),
    files=_files,
    folders=_folders,
    causes=_CAUSES,
    ports=(
        _port(CLIENT_PORT, "clients", "etcd-server", loopback=True),
        _port(PEER_PORT, "the other members", "etcd-peer", loopback=False),
        Port(METRICS_PORT, "metrics and health"),
    ),
)
