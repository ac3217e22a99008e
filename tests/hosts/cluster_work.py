"""What nodes, administrators and curious people do with a cluster, for the tests."""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tui_installer.lab.state import Paths
from tui_installer.model.certificates import KeyType
from tui_installer.pki.csr import make_csr

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from site_under_test import Site

CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests"


def accept(
    site: Site, method: str, path: str, token: str = "", body: dict[str, Any] | None = None
) -> tuple[int, str]:
    """(status, text) of one request to the first master, with a bearer token."""
    url = f"https://{site.answers['hosts'][0]['address']}:6443{path}"
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    context = ssl.create_default_context(cafile=str(site.pki / "ca.pem"))
    try:
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def administrator(site: Site) -> ssl.SSLContext:
    """Trusts the cluster's CA and shows the administrator's certificate."""
    context = ssl.create_default_context(cafile=str(site.pki / "ca.pem"))
    context.load_cert_chain(site.pki / "admin.pem", site.pki / "admin-key.pem")
    return context


def asked(
    site: Site, path: str, body: dict[str, Any] | None = None, *, known: bool = True
) -> tuple[int, str, str]:
    """(status, text, warnings) of a GET, or a POST of body, to the first master.

    known: with the administrator's certificate; else with no credentials at all.
    """
    url = f"https://{site.answers['hosts'][0]['address']}:6443{path}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    context = administrator(site)
    if not known:
        context = ssl.create_default_context(cafile=str(site.pki / "ca.pem"))
    try:
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:
            return answer.status, answer.read().decode(), str(answer.headers.get("Warning", ""))
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), ""


def kubelet_csr(site: Site, node: str, token: str, timeout: float = 30) -> bytes:
    """The certificate a node gets that asks with this token; approved by the cluster itself."""
    request, _ = make_csr(f"system:node:{node}", ["system:nodes"], [], KeyType.ECDSA_P256)
    body = {
        "apiVersion": "certificates.k8s.io/v1",
        "kind": "CertificateSigningRequest",
        "metadata": {"name": f"node-{node}"},
        "spec": {
            "request": base64.b64encode(request).decode(),
            "signerName": "kubernetes.io/kube-apiserver-client-kubelet",
            "usages": ["digital signature", "client auth"],
        },
    }
    status, text = accept(site, "POST", CSRS, token, body)
    assert status == 201, text
    end = time.monotonic() + timeout
    while True:
        live = json.loads(site.kubectl("get", "csr", f"node-{node}", "-o", "json"))
        if certificate := live["status"].get("certificate"):
            return base64.b64decode(certificate)
        assert time.monotonic() < end, live["status"]
        time.sleep(0.3)


def etcdctl(site: Site, host: str, *args: str) -> str:
    """The host's own etcdctl with the host's own certificates."""
    ssl_folder = "/opt/kubernetes/ssl/apiserver-etcd-client"
    return site.ssh(
        host,
        "/opt/etcd/bin/etcdctl --endpoints https://127.0.0.1:2379 --cacert /opt/etcd/ssl/ca.pem"
        f" --cert {ssl_folder}.pem --key {ssl_folder}-key.pem {' '.join(args)} | tr -d '\\0'"
        " | iconv -c -t ascii",
    )


def own_files(site: Site, host: str) -> dict[str, tuple[str, int, str]]:
    """path → (sha256, mode, owner) of all that an install leaves on a fresh host, by looking.

    Read from this machine, where the host's root is a folder.
    """
    root = Paths(site.lab.folder).root(host)
    files = [path for path in root.joinpath("opt").rglob("*") if path.is_file()]
    units = root.joinpath("etc/systemd/system")
    files += [*units.glob("kube-*.service"), *units.glob("etcd*.service")]
    users, groups = (_names(root / "etc" / name) for name in ("passwd", "group"))
    found = {path: path.stat() for path in files if path.name != "tui-installer.manifest"}
    return {
        f"/{path.relative_to(root)}": (
            _digest(path), stat.st_mode & 0o7777, f"{users[stat.st_uid]}:{groups[stat.st_gid]}"
        )
        for path, stat in found.items()
    }  # fmt: skip


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _names(path: Path) -> dict[int, str]:
    """id → name, of the host's users or groups."""
    rows = [line.split(":") for line in path.read_text().splitlines()]
    return {int(row[2]): row[0] for row in rows}


@contextmanager
def asked_all_along(site: Site, addresses: list[str]) -> Iterator[list[str]]:
    """Asks /readyz of these masters round and round; yields the list of moments none answered."""
    context = administrator(site)
    gaps: list[str] = []
    over = threading.Event()

    def answers(address: str) -> bool:
        try:
            url = f"https://{address}:6443/readyz"
            with urllib.request.urlopen(url, context=context, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def ask() -> None:
        while not over.is_set():
            if not any(answers(address) for address in addresses):
                gaps.append(f"nobody answered at {time.time():.1f}")
            over.wait(0.1)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield gaps
    finally:
        over.set()
        thread.join()
