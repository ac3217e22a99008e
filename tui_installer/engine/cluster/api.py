"""The Kubernetes API through a host's SSH connection, with the operator's own certificate."""

from __future__ import annotations

import asyncio
import json
import ssl
from typing import TYPE_CHECKING, Any

import httpx

from tui_installer.engine.cluster import discovery
from tui_installer.engine.cluster.reply import ask
from tui_installer.errors import InstallerError
from tui_installer.kubernetes.objects import FIELD_MANAGER
from tui_installer.model.spec import APISERVER_PORT
from tui_installer.remote.clean import clean
from tui_installer.remote.failures import lost

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tui_installer.engine.core.wants import ObjectWant
    from tui_installer.model.run.facts import ObjectKey
    from tui_installer.model.secret import Secret
    from tui_installer.remote.host import Host
    from tui_installer.store.session_folder import SessionFolder

OPERATOR_CERT = "super-admin"
"""The break-glass certificate: RBAC knows no other user until its bindings are applied."""


def tls(folder: SessionFolder, ca: str, cert: str | None) -> ssl.SSLContext:
    """A client context that trusts one of our CAs and presents one of our certificates."""
    context = ssl.create_default_context(cafile=str(folder.cert_path(ca)))
    # A CA that the user's CA signed is trusted itself, as Go's programs on the hosts do.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if cert is not None:
        context.load_cert_chain(folder.cert_path(cert), folder.key_path(cert))
    return context


class Api:
    """One API server, over a unix socket that leads to its loopback address through a host."""

    def __init__(
        self, socket: Path, context: ssl.SSLContext, through: Host, token: Secret | None = None
    ) -> None:
        self._through = through
        self._kinds: discovery.Kinds = {}
        headers = {"Authorization": f"Bearer {token.reveal().decode()}"} if token else {}
        self._client = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=str(socket), verify=context),
            base_url=f"https://127.0.0.1:{APISERVER_PORT}",
            headers=headers,
            timeout=15,
            trust_env=False,
        )

    async def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        kind: str = "json",
        accept: str = "*/*",
    ) -> tuple[int, str]:
        """(HTTP status, text); status 0 and the reason if no answer came.

        accept: the requested form of the answer.
        Raises ConnectionLost if the connection to the host in between broke.
        """
        content = None if body is None else json.dumps(body).encode()
        headers = {"Accept": accept}
        if body is not None:
            headers["Content-Type"] = f"application/{kind}"
        status, text = await ask(self._client, method, path, content, headers)
        if not status and not self._through.connected:
            raise lost(self._through.spec, ConnectionError(text))
        return status, text

    async def json(self, path: str) -> dict[str, Any] | None:
        """A GET's object, None if it does not exist. Raises InstallerError for any other answer."""
        status, text = await self.request("GET", path)
        if status == httpx.codes.NOT_FOUND:
            return None
        return _object("GET", path, status, text)

    async def create(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        """A POST's answer. Raises InstallerError unless it succeeds."""
        return _object("POST", path, *await self.request("POST", path, body))

    async def path(self, key: ObjectKey) -> str | None:
        """The path of an object of any kind; None for a kind that the API server does not have.

        The kinds are requested once, and again for an unknown kind: it may be new.
        """
        await self._discover((key,))
        return discovery.path_of(key, self._kinds)

    async def _discover(self, keys: Sequence[ObjectKey]) -> None:
        if any((key.api_version, key.kind) not in self._kinds for key in keys):
            replies = await asyncio.gather(
                *(self.request("GET", r, accept=discovery.ACCEPT) for r in discovery.ROOTS)
            )
            for root, (_, text) in zip(discovery.ROOTS, replies, strict=True):
                self._kinds |= discovery.kinds_of(root, parse(text))

    async def objects(self, keys: Sequence[ObjectKey]) -> dict[ObjectKey, dict[str, Any]]:
        """The objects that exist, of any kind; one wave of requests after discovery."""
        await self._discover(keys)
        paths = {key: path for key in keys if (path := discovery.path_of(key, self._kinds))}
        replies = await asyncio.gather(*(self.request("GET", path) for path in paths.values()))
        return {
            key: parse(text)
            for key, (status, text) in zip(paths, replies, strict=True)
            if status == httpx.codes.OK
        }

    async def apply(self, want: ObjectWant) -> None:
        """Server-side apply: creates or fixes the object, and owns the fields it names."""
        path = await self.path(want.key)
        if path is None:
            raise InstallerError(
                f"the API server has no kind {want.key.kind} in {want.key.api_version}",
                hint="run again; if it persists, check the apiserver's journal on the masters",
            )
        place = f"{path}?fieldManager={FIELD_MANAGER}&force=true"
        status, text = await self.request("PATCH", place, want.manifest, "apply-patch+yaml")
        _object("apply", path, status, text)

    async def delete(self, key: ObjectKey, uid: str) -> None:
        """Deletes the object with that UID; leaves one that others have recreated."""
        path = await self.path(key)
        if path is None:
            return
        body = {"preconditions": {"uid": uid}}
        status, text = await self.request("DELETE", path, body)
        if status not in (httpx.codes.ACCEPTED, httpx.codes.NOT_FOUND, httpx.codes.CONFLICT):
            _object("DELETE", path, status, text)

    async def close(self) -> None:
        await self._client.aclose()


def _object(verb: str, path: str, status: int, text: str) -> dict[str, Any]:
    if status in (httpx.codes.OK, httpx.codes.CREATED):
        return parse(text)
    raise InstallerError(
        f"the API server answered {status or 'nothing'} to {verb} {path}",
        details=tuple(text.splitlines()[:5]),
        hint="run again; if it persists, check the apiserver's journal on the masters",
    )


def _clean(text: str) -> str:
    return clean(text, limit=len(text) + 1)


def parse(text: str) -> dict[str, Any]:
    """The JSON object of an answer, its strings safe to show; {} for anything else."""
    try:
        found = _all_clean(json.loads(text))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _all_clean(value: Any) -> Any:
    """Cleans decoded strings: JSON escapes may hold control characters that its text does not."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, list):
        return [_all_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _all_clean(item) for key, item in value.items()}
    return value
