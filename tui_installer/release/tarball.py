"""Unpacks the programs of a release tarball, read once as a stream, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.release import local
from tui_installer.release.client import http_client, is_url, shown
from tui_installer.release.digest import Digest, compare, sha256_of, verify
from tui_installer.release.download import Downloader, discard
from tui_installer.release.elf import check_elf, describe
from tui_installer.release.files import CHUNK, guarded, hash_file
from tui_installer.release.members import Members
from tui_installer.release.reader import CountingReader
from tui_installer.release.threads import in_thread
from tui_installer.release.trust import check_file, check_url
from tui_installer.release.verified import digest_beside, fetch_verified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tui_installer.release.job import Job
    from tui_installer.release.programs import Binary
    from tui_installer.release.threads import Ticker

_GZIP = b"\x1f\x8b"
_BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, tarfile.TarError, ValueError, OverflowError)


async def key_location(job: Job, name: str) -> str:  # noqa: ARG001 - one for all programs
    """The location for the cache key; changes with a local file. Raises InstallerError."""
    if is_url(job.source.location):
        return f"{shown(job.source.location)}#{job.source.sha256.lower()}"
    stamp = await asyncio.to_thread(local.stamps, local.path_of(job.source.location))
    return f"{stamp}#{job.source.sha256.lower()}"


async def get(job: Job) -> dict[str, Binary]:
    """All programs of the job. Raises InstallerError."""
    wanted = sha256_of(job.source.sha256) if job.source.sha256 else None
    location = await key_location(job, "")
    if is_url(job.source.location):
        return await _download(job, wanted, location)
    path = local.path_of(job.source.location)
    expected = wanted or await asyncio.to_thread(local.digest_beside, path)
    origin = f"from {path}, {_how(job, expected)}"
    expected, signed = await signed_digest(job, path, expected)
    origin += signed
    return await unpack(job, path, location=location, expected=expected, origin=origin)


def sizes(job: Job) -> dict[str, int]:
    """Bytes of each program; {} for a tarball that is not downloaded yet. Blocks."""
    if is_url(job.source.location):
        return {}
    return sizes_in(job, local.path_of(job.source.location))


def sizes_in(job: Job, path: Path) -> dict[str, int]:
    """Bytes of each program, from the tarball's headers. Blocks; raises InstallerError."""
    members = Members(job)
    found: dict[str, int] = {}
    with path.open("rb") as file, _refusing(path):
        _check_gzip(path, file.read(64))
        file.seek(0)
        with gzip.GzipFile(fileobj=file) as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
            for member in tar:
                if name := members.wanted(member):
                    found[name] = member.size
                if len(found) == len(job.names):
                    return found
    members.check_complete(found)
    return found


async def unpack(
    job: Job, path: Path, *, location: str, expected: Digest | None, origin: str
) -> dict[str, Binary]:
    """Unpacks the job's programs into the cache: all of them, or none after an error.

    expected: the tarball's digest, None if it is verified already. Raises InstallerError.
    """

    def work(tick: Ticker) -> dict[str, Binary]:
        folder = job.cache.folder("tmp")
        with guarded(job.cache.root), tempfile.TemporaryDirectory(dir=folder) as temp:
            found = _extract(job, path, Path(temp), expected, tick)
            digests = {name: _checked(job, file, name) for name, file in found.items()}
            return {
                name: job.adopt(name, location, file, sha256=digests[name], origin=origin)
                for name, file in found.items()
            }

    return await in_thread(work, job.progress)


async def _download(job: Job, wanted: Digest | None, location: str) -> dict[str, Binary]:
    url = job.source.location
    async with http_client(job.access, job.source.location, job.say) as client:
        folder = job.cache.folder("partial")
        loader = Downloader(client, folder, job.progress, job.say, job.access)
        expected = wanted or await digest_beside(loader, url)
        part, sha256 = await fetch_verified(loader, url, job.tarball, expected)
        try:
            signed = await check_url(job.trust, loader, url, sha256)
        except BaseException:
            discard(part)
            raise
    origin = f"from {shown(url)}, {_how(job, expected)}{signed}"
    try:
        return await unpack(job, part, location=location, expected=None, origin=origin)
    finally:
        discard(part)


async def signed_digest(job: Job, path: Path, expected: Digest | None) -> tuple[Digest | None, str]:
    """(digest that unpacking must find, the origin's text about the signature).

    For a signed tarball it is the signed digest. Raises InstallerError.
    """
    if job.trust is None:
        return expected, ""
    trust = job.trust

    def work(tick: Ticker) -> tuple[Digest, str]:
        size = path.stat().st_size
        sha256 = verify(path, expected, path.name, lambda done: tick(job.tarball, done, size))
        return sha256_of(sha256), check_file(trust, path, sha256)

    return await in_thread(work, job.progress)


def _how(job: Job, expected: Digest | None) -> str:
    """How the tarball is verified, as text; logs a warning if it is not."""
    if job.source.sha256:
        return "whose sha256 matches the answers"
    if expected:
        return f"whose {expected.algorithm} matches the one beside it"
    job.say(f"{shown(job.source.location)} has no digest beside it: used without verification")
    return "which was not verified"


def _extract(
    job: Job, path: Path, temp: Path, expected: Digest | None, tick: Ticker
) -> dict[str, Path]:
    size = path.stat().st_size
    with path.open("rb") as file:
        _check_gzip(path, file.read(64))
        file.seek(0)
        reader = CountingReader(
            file, expected, lambda done: tick(f"unpacking {job.tarball}", done, size)
        )
        with _refusing(path):
            found = _members(job, reader, temp)
    if expected:
        compare(expected, reader.hexdigest(), path.name)
    return found


def _members(job: Job, reader: CountingReader, temp: Path) -> dict[str, Path]:
    """Unpacks the programs. Reads to the end: gzip's checksum and the digest cover all bytes."""
    members = Members(job)
    found: dict[str, Path] = {}
    with gzip.GzipFile(fileobj=reader) as plain:  # type: ignore[call-overload]
        with tarfile.open(fileobj=plain, mode="r|") as tar:
            for member in tar:
                if name := members.wanted(member):
                    found[name] = temp / name
                    _copy(tar, member, found[name], reader.report)
        while plain.read(CHUNK):
            pass
    reader.drain()
    members.check_complete(found)
    return found


def _copy(
    tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path, report: Callable[[], None]
) -> None:
    source = tar.extractfile(member)
    with target.open("xb") as out:
        while source and (chunk := source.read(CHUNK)):
            out.write(chunk)
            report()


def _checked(job: Job, file: Path, name: str) -> str:
    check_elf(file, job.arch, name=name)
    return hash_file(file, ["sha256"])["sha256"]


def _check_gzip(path: Path, start: bytes) -> None:
    if not start.startswith(_GZIP):
        raise InstallerError(
            f"{path} {describe(start)}, not a .tar.gz file",
            details=(f"it starts with {start[:24]!r}",),
            hint="check the source; a proxy or login page may have answered instead",
        )


@contextlib.contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise InstallerError(
            f"{path} is truncated or damaged: {error}",
            hint="download it again, and compare its size and digest with the published ones",
        ) from error
