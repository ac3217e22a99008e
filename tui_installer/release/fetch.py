"""Fetches the programs of one version from the spec's source, through the cache."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hashlib
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError, UsageError
from tui_installer.model.spec import FetchedBy, Source, SourceKind, Version
from tui_installer.release import folder, gobuild, mirror, tarball
from tui_installer.release.client import NotThere
from tui_installer.release.job import Job, Progress, Say
from tui_installer.release.programs import ETCD, GO_ARCH, KUBERNETES, Binary

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from tui_installer.release.access import Access
    from tui_installer.release.cache import Cache
    from tui_installer.release.trust import Trust

_GET: dict[SourceKind, Callable[[Job], Awaitable[dict[str, Binary]]]] = {
    SourceKind.MIRROR: mirror.get,
    SourceKind.TARBALL: tarball.get,
    SourceKind.FOLDER: folder.get,
    SourceKind.GO: gobuild.get,
}
_SIZES: dict[SourceKind, Callable[[Job], dict[str, int]]] = {
    SourceKind.TARBALL: tarball.sizes,
    SourceKind.FOLDER: folder.sizes,
}
"""Sources that know the programs' sizes before the download. They block."""
_LOCATE: dict[SourceKind, Callable[[Job, str], Awaitable[str]]] = {
    SourceKind.MIRROR: mirror.key_location,
    SourceKind.TARBALL: tarball.key_location,
    SourceKind.FOLDER: folder.key_location,
    SourceKind.GO: gobuild.key_location,
}


async def fetch_kubernetes(
    source: Source,
    version: Version,
    arch: str,
    *,
    cache: Cache,
    progress: Progress,
    say: Say,
    trust: Trust | None = None,
    names: Sequence[str] = KUBERNETES,
) -> dict[str, Binary]:
    """Fetches the Kubernetes programs of a master, by name; see `fetch`."""
    return await fetch(
        source, version, arch, names, cache=cache, progress=progress, say=say, trust=trust
    )


async def fetch_etcd(
    source: Source,
    version: Version,
    arch: str,
    *,
    cache: Cache,
    progress: Progress,
    say: Say,
    trust: Trust | None = None,
    names: Sequence[str] = ETCD,
) -> dict[str, Binary]:
    """Fetches the programs of etcd, by name; see `fetch`."""
    return await fetch(
        source, version, arch, names, cache=cache, progress=progress, say=say, trust=trust
    )


async def fetch(
    source: Source,
    version: Version,
    arch: str,
    names: Sequence[str],
    *,
    cache: Cache,
    progress: Progress,
    say: Say,
    trust: Trust | None = None,
    access: Access | None = None,
) -> dict[str, Binary]:
    """Fetches programs of one product, by name: from the cache, else from the source, verified.

    If hosts fetch them, only their digests are fetched and verified here.

    arch: as Go names it (amd64). trust: from the source's signature, None without one.
    access: the source's CA and login; None: neither is used.
    Raises InstallerError; the cache then keeps only complete, verified programs, and partial
    downloads that the next call resumes.
    Cancelling it stops everything that it started.
    """
    _check(arch, names)
    job = _job(source, version, arch, names, cache, progress, say, trust)
    job = dataclasses.replace(job, access=access or job.access)
    with _answer_of(job):
        found = await _cached(job)
        if len(found) < len(job.names):
            await asyncio.to_thread(cache.sweep)
            async with cache.lock(_lock(job), what=f"fetching {job.title}", say=say):
                found |= await _missing(job, found)
    return {name: found[name] for name in job.names}


async def cached(
    source: Source,
    version: Version,
    arch: str,
    names: Sequence[str],
    *,
    cache: Cache,
    say: Say,
    trust: Trust | None = None,
) -> dict[str, Binary]:
    """The programs that are cached and intact; fetches nothing."""
    job = _job(source, version, arch, names, cache, _no_progress, say, trust)
    with _answer_of(job):
        return await _cached(job)


async def sizes(
    source: Source,
    version: Version,
    arch: str,
    names: Sequence[str],
    *,
    cache: Cache,
    say: Say,
    trust: Trust | None = None,
) -> dict[str, int]:
    """Bytes of each program, if the source knows them without a download. Raises InstallerError.

    A tarball is read up to its last program, which takes seconds for Kubernetes.
    """
    if source.kind not in _SIZES:
        return {}
    job = _job(source, version, arch, names, cache, _no_progress, say, trust)
    with _answer_of(job):
        return await asyncio.to_thread(_SIZES[source.kind], job)


@contextlib.contextmanager
def _answer_of(job: Job) -> Iterator[None]:
    """Names the answer to look at in an error that names none: the version, or its source."""
    try:
        yield
    except InstallerError as error:
        what = "version" if isinstance(error, NotThere) else "source.location"
        error.answer = error.answer or f"{'etcd' if job.is_etcd else 'kubernetes'}.{what}"
        raise


def _job(
    source: Source,
    version: Version,
    arch: str,
    names: Sequence[str],
    cache: Cache,
    progress: Progress,
    say: Say,
    trust: Trust | None,
) -> Job:
    """Raises InstallerError for a required signature that would not be checked."""
    if (source.signature is None) is not (trust is None):
        raise InstallerError("a signature is required, but this call does not check it")
    return Job(source, version, arch, tuple(names), cache, progress, say, trust)


def _no_progress(label: str, done: int, total: int) -> None:
    """Ignores the progress of work that takes no time."""


async def _missing(job: Job, found: dict[str, Binary]) -> dict[str, Binary]:
    """Fetches the rest; another process may have cached some of it while we waited."""
    rest = dataclasses.replace(job, names=tuple(n for n in job.names if n not in found))
    brought = await _cached(rest)
    names = tuple(name for name in rest.names if name not in brought)
    if not names:
        return brought
    by_hosts = job.source.fetch is FetchedBy.HOSTS
    get = mirror.get_digests if by_hosts else _GET[job.source.kind]
    return brought | await get(dataclasses.replace(job, names=names))


async def _cached(job: Job) -> dict[str, Binary]:
    locate = _LOCATE[job.source.kind]
    keys = [job.key(name, await locate(job, name)) for name in job.names]
    found = await asyncio.gather(*(job.cache.lookup(key, job.say) for key in keys))
    return {binary.name: binary for binary in found if binary}


def _lock(job: Job) -> str:
    """The lock's name: one for each version and source, one for all builds."""
    if job.source.kind is SourceKind.GO:
        return "go"
    text = f"{job.source.kind} {job.source.location} {job.title}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _check(arch: str, names: Sequence[str]) -> None:
    if arch not in GO_ARCH.values():
        raise UsageError(
            f"there are no programs for the architecture {arch!r}",
            hint=f"use one of {', '.join(GO_ARCH.values())}",
        )
    of_etcd = [name in ETCD for name in names]
    if not names or any(of_etcd) is not all(of_etcd):
        raise InstallerError(f"{', '.join(names) or 'nothing'} are not programs of one product")
