"""Health and members of stacked etcd, by its JSON gateway and the operator's certificate."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import httpx

from tui_installer.engine.checks.result import Check
from tui_installer.engine.cluster import api, reply
from tui_installer.engine.cluster.shape import block, listed
from tui_installer.kubernetes import options
from tui_installer.kubernetes.components import APISERVER
from tui_installer.kubernetes.etcd_urls import CLIENT_PORT
from tui_installer.model.spec import EtcdMode
from tui_installer.remote.clean import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui_installer.engine.core.run import Run

ENCRYPTED = b"k8s:enc:"
"""What the API server puts before a value that it encrypted
(k8s.io/apiserver/pkg/server/options/encryptionconfig/config.go)."""
MOST = 20
"""Members that are reported."""
LOOKED_AT = 10
"""Secrets read for that; one may be a megabyte."""


async def health(run: Run, host: str) -> list[Check]:
    """The member's own health; nothing for an external etcd, which /readyz speaks for."""
    if run.ctx.spec.etcd.mode is not EtcdMode.STACKED:
        return []
    status, text = await ask(run, host, "GET", "/health")
    return [Check("etcd /health", status == httpx.codes.OK and '"true"' in text, text[:120])]


async def members(run: Run) -> list[Check]:
    """The member list as the first master's member has it."""
    spec = run.ctx.spec
    if spec.etcd.mode is not EtcdMode.STACKED:
        return []
    status, text = await ask(run, spec.first_master.name, "POST", "/v3/cluster/member/list")
    if status != httpx.codes.OK:
        return [Check("etcd members", ok=False, evidence=f"{status or 'no answer'}: {text[:200]}")]
    found = {
        str(block(m).get("name", "")): _url(m) for m in listed(api.parse(text), "members")[:MOST]
    }
    evidence = ", ".join(f"{name} {url}" for name, url in sorted(found.items()))
    return [Check("etcd members", set(found) == {host.name for host in spec.masters}, evidence)]


async def secrets(run: Run) -> list[Check]:
    """Checks that Secrets in etcd are encrypted; no line where there are none yet."""
    spec = run.ctx.spec
    flags = dict(options(APISERVER, spec, spec.first_master))
    if spec.etcd.mode is not EtcdMode.STACKED or "encryption-provider-config" not in flags:
        return []
    prefix = f"{flags.get('etcd-prefix', '/registry')}/secrets"
    wanted = {"key": _base64(f"{prefix}/"), "range_end": _base64(f"{prefix}0"), "limit": LOOKED_AT}
    status, text = await ask(run, spec.first_master.name, "POST", "/v3/kv/range", wanted)
    if status != httpx.codes.OK:
        evidence = f"{status or 'no answer'}: {text[:200]}"
        return [Check("Secrets in etcd", ok=False, evidence=evidence)]
    found = [_value(block(kv).get("value", "")) for kv in listed(api.parse(text), "kvs")]
    return [secrets_check(found)] if found else []


def secrets_check(values: Sequence[bytes]) -> Check:
    """values: as they lie in etcd. A value without the prefix `ENCRYPTED` is readable there."""
    plain = sum(not value.startswith(ENCRYPTED) for value in values)
    ways = sorted({b":".join(v.split(b":", 5)[2:5]).decode("ascii", "replace")
                   for v in values if v.startswith(ENCRYPTED)})  # fmt: skip
    evidence = f"{len(values) - plain} of {len(values)} read are encrypted: {', '.join(ways)}"
    return Check("Secrets in etcd", not plain, clean(evidence.removesuffix(": ")))


def _url(member: object) -> str:
    urls = listed(member, "clientURLs")
    return str(urls[0]) if urls else "not started"


def _value(encoded: object) -> bytes:
    """b'' for what is no base64, which counts as not encrypted."""
    try:
        return base64.b64decode(str(encoded), validate=True)
    except ValueError:
        return b""


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


async def ask(
    run: Run, host: str, method: str, path: str, body: Mapping[str, object] | None = None
) -> tuple[int, str]:
    """(HTTP status, text) of a host's member; status 0 and the reason where no answer came."""
    socket = await run.hosts[host].forward("127.0.0.1", CLIENT_PORT)
    context = api.tls(run.ctx.authority.folder, "etcd-ca", "etcd-operator")
    async with httpx.AsyncClient(
        transport=httpx.AsyncHTTPTransport(uds=str(socket), verify=context),
        timeout=15,
        trust_env=False,
    ) as client:
        content = json.dumps(body or {}).encode() if method == "POST" else None
        return await reply.ask(client, method, f"https://127.0.0.1:{CLIENT_PORT}{path}", content)
