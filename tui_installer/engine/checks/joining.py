"""What a node joins with: the tokens, and a request for a certificate by them."""

from __future__ import annotations

import asyncio
import base64
import time
from typing import TYPE_CHECKING

from tui_installer.engine.checks.result import Check
from tui_installer.engine.cluster import api
from tui_installer.engine.cluster.shape import block, listed
from tui_installer.model.certificates import KeyType
from tui_installer.model.secret import Secret
from tui_installer.model.spec import APISERVER_PORT
from tui_installer.pki.csr import make_csr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.engine.core.run import Run

TOKEN_SECONDS = 20
REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All"
ACCEPTED = (200, 201)
NODE = "tui-installer-probe"


async def tokens(run: Run) -> list[Check]:
    """Who the API server says a node is that joins with each token."""
    found, stored = [], run.ctx.authority.bootstrap
    if stored is not None and run.ctx.spec.token.has_secret and _expired(stored.expires):
        evidence = time.strftime("expired at %Y-%m-%d %H:%M UTC", time.gmtime(stored.expires))
        found.append(Check("bootstrap token", ok=True, evidence=evidence))
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    for name, token, expires in _alive(run):
        found.append(_token_check(name, *await _post(run, token, REVIEW, body), expires))
    return found


async def request(run: Run) -> list[Check]:
    """A node's request for its first certificate is taken; a dry run, so nothing is left."""
    alive = _alive(run)
    if not alive:
        return []
    pem, _ = make_csr(f"system:node:{NODE}", ["system:nodes"], [], KeyType.ECDSA_P256)
    body = {
        "apiVersion": "certificates.k8s.io/v1",
        "kind": "CertificateSigningRequest",
        "metadata": {"name": NODE},
        "spec": {
            "request": base64.b64encode(pem).decode(),
            "signerName": "kubernetes.io/kube-apiserver-client-kubelet",
            "usages": ["digital signature", "client auth"],
        },
    }
    name, token, _ = alive[0]
    status, text = await _post(run, token, REQUESTS, body)
    good = status in ACCEPTED
    evidence = "accepted" if good else f"{status or 'no answer'} {text[:160]}"
    return [Check("node's certificate request", good, f"by {name}, dry run: {evidence}")]


def _expired(expires: int) -> bool:
    return 0 < expires <= time.time()


def _alive(run: Run) -> list[tuple[str, Secret, int]]:
    """(name, token, expiry in UNIX seconds or 0) of those that are good for joining."""
    spec, authority, found = run.ctx.spec.token, run.ctx.authority, []
    stored = authority.bootstrap
    if spec.has_secret and stored is not None and not _expired(stored.expires):
        value = f"{stored.token.id}.{stored.token.secret.reveal().decode()}"
        found.append(("bootstrap token", Secret(value), stored.expires))
    if spec.has_csv and authority.csv_token is not None:
        found.append(("token.csv", authority.csv_token, 0))
    return found


async def _post(run: Run, token: Secret, path: str, body: Mapping[str, object]) -> tuple[int, str]:
    """Asked again for a while: the token's Secret and the bindings may just have been made."""
    host = run.hosts[run.ctx.spec.first_master.name]
    socket = await host.forward("127.0.0.1", APISERVER_PORT)
    client = api.Api(socket, api.tls(run.ctx.authority.folder, "ca", None), host, token)
    end = time.monotonic() + TOKEN_SECONDS
    try:
        while True:
            status, text = await client.request("POST", path, body)
            if status in ACCEPTED or time.monotonic() > end:
                return status, text
            await asyncio.sleep(0.2)
    finally:
        await client.close()


def _token_check(name: str, status: int, text: str, expires: int) -> Check:
    if status not in ACCEPTED:
        return Check(name, ok=False, evidence=f"refused: {status or 'no answer'} {text[:160]}")
    user = block(api.parse(text), "status", "userInfo")
    groups = [
        g for g in listed(user, "groups") if isinstance(g, str) and g != "system:authenticated"
    ]
    until = time.strftime(", until %Y-%m-%d %H:%M UTC", time.gmtime(expires)) if expires else ""
    good = any("bootstrap" in g for g in groups)
    return Check(name, good, f"accepted as {user.get('username')} in {', '.join(groups)}{until}")
