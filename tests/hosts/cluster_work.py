"""What nodes, administrators and curious people do with a cluster, for the tests."""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tui_installer.model.certificates import KeyType
from tui_installer.pki.csr import make_csr

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def bootstrap_token(site: Site) -> str:
    """As nodes are given it."""
    stored = json.loads((site.pki / "bootstrap.token").read_text())
    return f"{stored['id']}.{stored['secret']}"


def csr(name: str, request: bytes, signer: str, *usages: str) -> dict[str, Any]:
    """A CertificateSigningRequest. signer: what follows kubernetes.io/."""
    return {
        "apiVersion": "certificates.k8s.io/v1",
        "kind": "CertificateSigningRequest",
        "metadata": {"name": name},
        "spec": {
            "request": base64.b64encode(request).decode(),
            "signerName": f"kubernetes.io/{signer}",
            "usages": ["digital signature", *usages],
        },
    }


def certificate(site: Site, name: str, timeout: float = 30) -> bytes:
    """What the cluster issues for a request that was made."""
    end = time.monotonic() + timeout
    while True:
        live = json.loads(site.kubectl("get", "csr", name, "-o", "json"))
        if issued := live["status"].get("certificate"):
            return base64.b64decode(issued)
        assert time.monotonic() < end, live["status"]
        time.sleep(0.3)


def ready(site: Site, timeout: float = 60) -> None:
    """Waits until the first master answers as ready: it listens before it knows who may what."""
    end = time.monotonic() + timeout
    while True:
        try:
            told = asked(site, "/readyz")[1]
        except urllib.error.URLError as error:
            told = str(error)
        if told == "ok":
            return
        assert time.monotonic() < end, told
        time.sleep(0.2)


def kubelet_csr(site: Site, node: str, token: str) -> bytes:
    """The certificate a node gets that asks with this token; approved by the cluster itself."""
    return joined(site, node, token)[0]


def joined(site: Site, node: str, token: str) -> tuple[bytes, bytes]:
    """The same with its key."""
    request, key = make_csr(f"system:node:{node}", ["system:nodes"], [], KeyType.ECDSA_P256)
    body = csr(f"node-{node}", request, "kube-apiserver-client-kubelet", "client auth")
    status, text = accept(site, "POST", CSRS, token, body)
    assert status == 201, text
    return certificate(site, f"node-{node}"), key.reveal()


def whoami(site: Site, token: str) -> dict[str, Any]:
    """The user that a bearer token makes, by the API server's own word."""
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    status, text = accept(site, "POST", path, token, review)
    assert status == 201, text
    user: dict[str, Any] = json.loads(text)["status"]["userInfo"]
    return user


def reviewed(site: Site, token: str) -> str:
    """Who the API server says has this token; '' if nobody."""
    review = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenReview",
        "spec": {"token": token},
    }
    made = site.kubectl("create", "-f", "-", "-o", "json", stdin=json.dumps(review))
    status = json.loads(made)["status"]
    return str(status["user"]["username"]) if status.get("authenticated") else ""


def etcdctl(site: Site, host: str, *args: str) -> str:
    """The host's own etcdctl with the host's own certificates."""
    ssl_folder = "/opt/kubernetes/ssl/apiserver-etcd-client"
    return site.ssh(
        host,
        "/opt/etcd/bin/etcdctl --endpoints https://127.0.0.1:2379 --cacert /opt/etcd/ssl/ca.pem"
        f" --cert {ssl_folder}.pem --key {ssl_folder}-key.pem {' '.join(args)} | tr -d '\\0'"
        " | iconv -c -t ascii",
    )


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
