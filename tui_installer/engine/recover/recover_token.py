"""Reads the bootstrap token of a running cluster, with the controller manager's certificate."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx

from tui_installer.engine.cluster import api, stored
from tui_installer.engine.cluster.stored import BootstrapSecret
from tui_installer.kubernetes import objects
from tui_installer.model.secret import Secret
from tui_installer.model.spec import APISERVER_PORT
from tui_installer.pki import tokens

if TYPE_CHECKING:
    from tui_installer.remote.host import Host
    from tui_installer.store.session_folder import SessionFolder

_SECRETS = "/api/v1/namespaces/kube-system/secrets"
_TOKENS = f"{_SECRETS}?fieldSelector=type%3Dbootstrap.kubernetes.io%2Ftoken"
_BINDING = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"


async def recover(host: Host, folder: SessionFolder, name: str) -> bool | None:
    """Writes our token that is valid longest into the folder, if the cluster has one.

    name: the host's name in the folder. Returns whether nodes join with such tokens; None if the
    API server does not answer. Raises ConnectionFailed.
    """
    socket = await host.forward("127.0.0.1", APISERVER_PORT)
    client = api.Api(socket, api.tls(folder, "ca", f"{name}/controller-manager"), host)
    try:
        known, text = await client.request("GET", _TOKENS)
        status, bindings = await client.request("GET", _BINDING)
    finally:
        await client.close()
    if known != httpx.codes.OK or status != httpx.codes.OK:
        return None
    if found := [token for item in _items(text) if (token := _token(item))]:
        stored.write_bootstrap(folder, max(found, key=lambda t: t.expires or float("inf")))
    names = {item.get("metadata", {}).get("name") for item in _items(bindings)}
    return objects.JOINING in names


def _items(text: str) -> list[dict[str, Any]]:
    found = api.parse(text).get("items")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _token(item: dict[str, Any]) -> BootstrapSecret | None:
    """None for a token of another form or from another program."""
    labels = item.get("metadata", {}).get("labels") or {}
    if not objects.LABELS.items() <= labels.items():
        return None
    try:
        data = {key: base64.b64decode(text).decode() for key, text in item["data"].items()}
        token = tokens.parse_bootstrap_token(Secret(f"{data['token-id']}.{data['token-secret']}"))
        ends = data.get("expiration")
        return BootstrapSecret(token, int(datetime.fromisoformat(ends).timestamp()) if ends else 0)
    except (KeyError, ValueError, AttributeError, binascii.Error):
        return None
