"""A kubelet as far as an API server sees one: it joins, and shows the logs of its pods."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cluster_objects import pod
from cluster_work import CSRS, bootstrap_token, certificate, csr, joined

from tui_installer.model.certificates import KeyType, San, SanKind
from tui_installer.pki.csr import make_csr

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from site_under_test import Site

LINE = "a line of the container\n"
POD = "logs"


@dataclass
class Kubelet:
    """address: of this machine, in the hosts' network. callers: who asked it for logs, by CN."""

    site: Site
    name: str
    folder: Path
    callers: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.site.lab.gateway

    def pair(self, name: str) -> Path:
        return self.folder / f"{name}.pem"

    def join(self) -> None:
        """By the bootstrap token; then a certificate to serve with, which a person approves."""
        issued, key = joined(self.site, self.name, bootstrap_token(self.site))
        self.pair("client").write_bytes(issued + key)
        request, secret = make_csr(
            f"system:node:{self.name}",
            ["system:nodes"],
            [San(SanKind.IP, self.address)],
            KeyType.ECDSA_P256,
        )
        wanted = f"serving-{self.name}"
        self.post(CSRS, csr(wanted, request, "kubelet-serving", "server auth"))
        self.site.kubectl("certificate", "approve", wanted)
        self.pair("serving").write_bytes(certificate(self.site, wanted) + secret.reveal())

    def post(self, path: str, body: dict[str, Any]) -> None:
        """As the node that it has become."""
        context = ssl.create_default_context(cafile=str(self.site.pki / "ca.pem"))
        context.load_cert_chain(self.pair("client"))
        url = f"https://{self.site.answers['hosts'][0]['address']}:6443{path}"
        data, headers = json.dumps(body).encode(), {"Content-Type": "application/json"}
        request = urllib.request.Request(url, data, headers)
        with urllib.request.urlopen(request, context=context, timeout=30) as answer:
            assert answer.status == 201

    def register(self, port: int) -> None:
        """Its Node, made by itself, and a pod on it, made by the administrator."""
        status = {
            "addresses": [{"type": "InternalIP", "address": self.address}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": port}},
        }
        metadata = {"name": self.name}
        node = {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "status": status}
        self.post("/api/v1/nodes", node)
        self.site.kubectl("create", "-f", "-", stdin=json.dumps(pod(POD, nodeName=self.name)))

    def logs(self, master: str) -> str:
        """`kubectl logs` through one master. Raises AssertionError with what it says instead."""
        return self.site.kubectl("--server", f"https://{master}:6443", "logs", POD)


@contextmanager
def serving(kubelet: Kubelet, pair: str, port: int = 0) -> Iterator[int]:
    """Answers for logs with one of the kubelet's certificates; yields its port, 0: any.

    Whoever has no certificate of the cluster's own CA does not get through.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(kubelet.pair(pair))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(kubelet.site.pki / "ca.pem")

    class Logs(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown: Any = self.connection
            subject = dict(part[0] for part in shown.getpeercert()["subject"])
            kubelet.callers.append(subject["commonName"])
            assert self.path.startswith(f"/containerLogs/default/{POD}/probe")
            self.send_response(200)
            self.send_header("Content-Length", str(len(LINE)))
            self.end_headers()
            self.wfile.write(LINE.encode())

        def log_message(self, *_: object) -> None: ...

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A refused handshake is for the caller to tell."""

    with Server((kubelet.address, port), Logs) as server:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
