"""Every Secret is written once more, so that the new key encrypts it; then etcd is looked at.

A patch without content makes the API server write a Secret whose key is not the first one, and
nothing else: content cannot change and is not asked for, and what was deleted stays deleted.
Source: k8s.io/apiserver/pkg/storage/etcd3/store.go, GuaranteedUpdate, `stale`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from tui_installer.engine.cluster import api, at_rest, clients
from tui_installer.engine.core.step import ClusterStep
from tui_installer.engine.core.task_group import run_all
from tui_installer.engine.core.throttle import Throttle
from tui_installer.engine.operations.rotation import in_etcd
from tui_installer.errors import InstallerError
from tui_installer.kubernetes.encryption import Stage, next_name
from tui_installer.model.run.events import CLUSTER, Checked, Progress
from tui_installer.model.run.plan import Change, ChangeKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run

NAME = "rewrite"
PAGE = 50
"""Secrets; annotations may have 256 KiB each, and an answer is bounded."""
SIDE_BY_SIDE = 8
"""Requests at a time: the API server's own fair queueing gives others their turn."""
PAUSES = (0.2, 1.0, 3.0)
"""Seconds before another try where the API server is busy or does not answer."""
MOST_WRITES = 20
"""Of one Secret that others write at the same time."""
METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
BUSY = frozenset({0, 409, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Found:
    """A Secret, without what is in it."""

    namespace: str
    name: str
    version: str

    @property
    def path(self) -> str:
        return f"/api/v1/namespaces/{quote(self.namespace)}/secrets/{quote(self.name)}"


def _look(ctx: Context) -> tuple[tuple[Change, ...], str]:
    newest = ctx.authority.encryption_keys[0]
    name = newest.name if at_rest.under_way(ctx) else next_name(newest)
    change = Change(ChangeKind.OBJECT, "apply", "every Secret", f"rewritten with {name}")
    return (change,), f"write every Secret with {name}, then look into etcd"


async def _do(run: Run, changes: tuple[Change, ...]) -> str:
    del changes
    client = await clients.api_of(run, _through(run.ctx))
    secrets = await _all(client)
    queue, written = iter(secrets), 0
    meter = Throttle(
        lambda done: run.emit(Progress(NAME, CLUSTER, "write", done, len(secrets), "Secrets"))
    )

    async def work() -> None:
        nonlocal written
        for secret in queue:
            times = await _rewrite(client, secret)
            written += times
            meter.add(1)

    await run_all(work() for _ in range(SIDE_BY_SIDE))
    meter.finish()
    run.changes += written
    await _check(run)
    return f"{written} of {len(secrets)} Secrets written with {_new(run)}"


def _new(run: Run) -> str:
    return run.ctx.authority.encryption_keys[0].name


def _through(ctx: Context) -> str:
    """A host that can read what either key wrote, where there is one."""
    found = at_rest.stages(ctx)
    return next((name for name, s in found.items() if s is Stage.WRITES), next(iter(found)))


async def _all(client: api.Api) -> list[Found]:
    """Every Secret that there is when it begins; all later ones are written with the new key."""
    while True:
        try:
            return [secret async for page in _pages(client) for secret in page]
        except _Expired:
            continue


class _Expired(Exception):
    """The list got too old between two pages."""


async def _pages(client: api.Api) -> AsyncIterator[Iterator[Found]]:
    more = ""
    while True:
        path = f"/api/v1/secrets?limit={PAGE}" + (f"&continue={quote(more)}" if more else "")
        status, text = await _ask(client, "GET", path, METADATA_LIST)
        if status == httpx.codes.GONE:
            raise _Expired
        page = _object("the list of Secrets", status, text)
        yield map(_found, page.get("items", []))
        more = str(page.get("metadata", {}).get("continue", ""))
        if not more:
            return


async def _rewrite(client: api.Api, secret: Found) -> int:
    """How often it was written, until a write changes nothing: the new key's value is there."""
    version = secret.version
    for times in range(MOST_WRITES):
        status, text = await _ask(client, "PATCH", secret.path, METADATA)
        if status == httpx.codes.NOT_FOUND:
            return times
        now = _found(_object(f"{secret.namespace}/{secret.name}", status, text)).version
        if now == version:
            return times
        version = now
    raise InstallerError(
        f"the Secret {secret.namespace}/{secret.name} keeps being written by others",
        hint="find out who does that, then run again",
        step=NAME,
    )


async def _ask(client: api.Api, method: str, path: str, accept: str) -> tuple[int, str]:
    body: dict[str, object] | None = {} if method == "PATCH" else None
    for pause in PAUSES:
        status, text = await client.request(method, path, body, "merge-patch+json", accept)
        if status not in BUSY:
            return status, text
        await asyncio.sleep(pause)
    return await client.request(method, path, body, "merge-patch+json", accept)


def _object(what: str, status: int, text: str) -> dict[str, Any]:
    if status != httpx.codes.OK:
        raise InstallerError(
            f"{what} cannot be rewritten: the API server answered {status or 'nothing'}",
            details=(text[:300],),
            hint="both keys stay in use meanwhile, so nothing is lost; fix that and run again",
            step=NAME,
        )
    return api.parse(text)


def _found(item: dict[str, Any]) -> Found:
    meta: dict[str, Any] = item.get("metadata", {})
    return Found(str(meta.get("namespace", "")), str(meta["name"]), str(meta["resourceVersion"]))


async def _check(run: Run) -> None:
    """Raises InstallerError if etcd has a Secret that another key, or none, encrypted."""
    found = await in_etcd.count(run)
    if found is None:
        return
    in_words = in_etcd.in_words(found)
    others = {name for name in found if name != _new(run)}
    run.emit(Checked(CLUSTER, "keys of Secrets in etcd", not others, in_words))
    if others:
        raise InstallerError(
            f"not every Secret in etcd is written with {_new(run)}",
            details=(in_words,),
            hint="the old key stays; run again",
            step=NAME,
        )


REWRITE = ClusterStep(NAME, "Every Secret written with the new key", _look, _do)
