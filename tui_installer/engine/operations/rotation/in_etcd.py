"""Which key encrypted each Secret, by the beginning of its value in stacked etcd."""

from __future__ import annotations

import base64
import re
from collections import Counter
from typing import TYPE_CHECKING

import httpx

from tui_installer.engine.checks import etcd
from tui_installer.engine.cluster import api
from tui_installer.errors import InstallerError
from tui_installer.kubernetes import options
from tui_installer.kubernetes.components import APISERVER
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from tui_installer.engine.core.run import Run

PAGES = (100, 7)
"""Values at a time: fewer where they are so big that the answer is over its bound."""
PLAIN = "no key"
PREFIX = re.compile(rb"k8s:enc:secretbox:v1:([A-Za-z0-9-]{1,40}):")


async def count(run: Run) -> Counter[str] | None:
    """Key's name, or ``no key`` → how many Secrets; None for an external etcd.

    An external etcd may let in nobody but the API servers. Raises InstallerError.
    """
    spec = run.ctx.spec
    if spec.etcd.mode is not EtcdMode.STACKED:
        return None
    flags = dict(options(APISERVER, spec, spec.first_master))
    folder = f"{flags.get('etcd-prefix', '/registry').rstrip('/')}/secrets"
    found, start, end = Counter[str](), f"{folder}/".encode(), f"{folder}0".encode()
    while start:
        page = await _range(run, start, end)
        values = [base64.b64decode(kv["value"]) for kv in page.get("kvs", [])]
        found.update(map(key_name, values))
        last = base64.b64decode(page["kvs"][-1]["key"]) if page.get("more") else b""
        start = last + b"\0" if last else b""
    return found


async def _range(run: Run, start: bytes, end: bytes) -> dict[str, list[dict[str, str]]]:
    host = run.ctx.spec.first_master.name
    for limit in PAGES:
        asked = {"key": _b64(start), "range_end": _b64(end), "limit": limit}
        status, text = await etcd.ask(run, host, "POST", "/v3/kv/range", asked)
        if status:
            break
    if status != httpx.codes.OK:
        raise InstallerError(
            f"etcd on {host} did not report which key its Secrets are written with",
            details=(f"{status or 'no answer'}: {text[:200]}",),
            hint="run again",
            host=host,
        )
    return api.parse(text)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def key_name(value: bytes) -> str:
    """Of the key that a value in etcd begins with.

    Source: k8s.io/apiserver/pkg/server/options/encryptionconfig/config.go.
    """
    found = PREFIX.match(value)
    return found[1].decode("ascii") if found else PLAIN


def in_words(found: Counter[str]) -> str:
    """``312 with key2, 1 with no key``."""
    return ", ".join(f"{number} with {name}" for name, number in sorted(found.items())) or "none"
