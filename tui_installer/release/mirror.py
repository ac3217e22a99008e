"""Downloads programs from a site that is laid out like the upstream ones.

Kubernetes: LOCATION/release/vX/bin/linux/ARCH/NAME, with .sha256 or .sha512 beside it.
etcd: LOCATION/vX/etcd-vX-linux-ARCH.tar.gz, and LOCATION/vX/SHA256SUMS.
A signature is beside its file, as NAME.sig or NAME.sigstore.json.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.release import tarball
from tui_installer.release.client import NotThere, http_client, shown
from tui_installer.release.digest import SHA256, SUFFIXES, SUMS, Digest
from tui_installer.release.download import Downloader, discard
from tui_installer.release.elf import check_elf
from tui_installer.release.threads import in_thread, together
from tui_installer.release.trust import check_url
from tui_installer.release.verified import digest_beside, fetch_verified

if TYPE_CHECKING:
    from tui_installer.release.job import Job
    from tui_installer.release.programs import Binary
    from tui_installer.release.threads import Ticker


def base_of(location: str) -> str:
    """The mirror's root: without the trailing slash, or the ``release`` folder in it."""
    return location.rstrip("/").removesuffix("/release")


async def key_location(job: Job, name: str) -> str:  # noqa: ARG001 - one for all programs
    return shown(base_of(job.source.location))


async def get(job: Job) -> dict[str, Binary]:
    """All programs of the job. Raises InstallerError."""
    async with http_client(job.access, job.source.location, job.say) as client:
        folder = job.cache.folder("partial")
        loader = Downloader(client, folder, job.progress, job.say, job.access)
        if job.is_etcd:
            return await _etcd(job, loader)
        found = await together(_program(job, loader, name) for name in job.names)
        return {binary.name: binary for binary in found}


async def get_digests(job: Job) -> dict[str, Binary]:
    """The verified digests of programs that hosts fetch themselves. Raises InstallerError."""
    async with http_client(job.access, job.source.location, job.say) as client:
        folder = job.cache.folder("partial")
        loader = Downloader(client, folder, job.progress, job.say, job.access)
        found = await together(_digest(job, loader, name) for name in job.names)
        return {binary.name: binary for binary in found}


async def _digest(job: Job, loader: Downloader, name: str) -> Binary:
    """A signature covers the digest, so the program itself is not needed here to check it."""
    url = url_of(job, name)
    expected = await digest_beside(loader, url, (SHA256,)) or await _no_digest(job, loader, url)
    if expected.algorithm != "sha256":
        raise InstallerError(
            f"{shown(url)} has no SHA-256 digest beside it, which hosts compare",
            hint=f"the mirror needs {name}{SHA256}; or set {job.access.answer}.fetch: operator",
        )
    size = await loader.size(url)
    origin = f"its sha256 is the one beside {shown(url)}, from where the hosts fetch it"
    origin += await check_url(job.trust, loader, url, expected.value)
    key = job.key(name, await key_location(job, name))
    return await asyncio.to_thread(
        job.cache.note, key, sha256=expected.value, size=size, url=url, origin=origin
    )


def url_of(job: Job, name: str) -> str:
    """The URL of a Kubernetes program."""
    path = f"release/{job.version}/bin/linux/{job.arch}/{name}"
    return f"{base_of(job.source.location)}/{path}"


async def _program(job: Job, loader: Downloader, name: str) -> Binary:
    url = url_of(job, name)
    expected = await digest_beside(loader, url) or await _no_digest(job, loader, url)
    part, sha256 = await fetch_verified(loader, url, name, expected)
    origin = f"downloaded from {shown(url)}; its {expected.algorithm} matches the published one"
    location = await key_location(job, name)

    def keep(_: Ticker) -> Binary:
        check_elf(part, job.arch, name=name)
        return job.adopt(name, location, part, sha256=sha256, origin=origin)

    try:
        origin += await check_url(job.trust, loader, url, sha256)
        return await in_thread(keep, job.progress)
    finally:
        discard(part)


async def _etcd(job: Job, loader: Downloader) -> dict[str, Binary]:
    url = f"{base_of(job.source.location)}/{job.version}/{job.tarball}"
    expected = await digest_beside(loader, url) or await _no_digest(job, loader, url)
    part, sha256 = await fetch_verified(loader, url, job.tarball, expected)
    origin = f"from {shown(url)}, whose {expected.algorithm} matches the published one"
    location = await key_location(job, "")
    try:
        origin += await check_url(job.trust, loader, url, sha256)
        return await tarball.unpack(job, part, location=location, expected=None, origin=origin)
    finally:
        discard(part)


async def _no_digest(job: Job, loader: Downloader, url: str) -> Digest:
    """Always raises: the version is missing, or has no digest."""
    if await loader.exists(url):
        raise InstallerError(
            f"{shown(url)} can't be verified: it has no digest beside it",
            hint=f"the mirror needs {' or '.join(SUFFIXES)} files (etcd: {SUMS}) as upstream has",
        )
    raise NotThere(
        f"{job.title} is not at {shown(job.source.location)}",
        details=(f"there is no {shown(url)}",),
        hint="check the version and the source URL",
    )
