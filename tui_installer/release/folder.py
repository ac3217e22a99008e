"""Gets programs from a local folder: plain, or laid out as upstream releases."""

from __future__ import annotations

import asyncio
import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.release import local, tarball
from tui_installer.release.digest import verify
from tui_installer.release.elf import check_elf
from tui_installer.release.files import CHUNK, guarded
from tui_installer.release.threads import in_thread
from tui_installer.release.trust import check_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_installer.release.job import Job
    from tui_installer.release.programs import Binary
    from tui_installer.release.threads import Ticker


async def key_location(job: Job, name: str) -> str:
    """The cache key's location: changes with the file. Raises InstallerError if it is missing."""
    return await asyncio.to_thread(lambda: local.stamps(_locate(job, name)))


async def get(job: Job) -> dict[str, Binary]:
    """All programs of the job. Raises InstallerError."""
    places = await asyncio.to_thread(lambda: {name: _locate(job, name) for name in job.names})
    plain = [name for name, path in places.items() if path.name == name]
    found = {name: await _take(job, name, places[name]) for name in plain}
    packed = tuple(name for name in places if name not in found)
    return {**found, **(await _unpack(job, packed, places[packed[0]]) if packed else {})}


def sizes(job: Job) -> dict[str, int]:
    """Bytes of each program. Blocks; raises InstallerError if one is missing."""
    places = {name: _locate(job, name) for name in job.names}
    found = {name: path.stat().st_size for name, path in places.items() if path.name == name}
    packed = tuple(name for name in places if name not in found)
    if packed:
        found |= tarball.sizes_in(dataclasses.replace(job, names=packed), places[packed[0]])
    return found


async def _take(job: Job, name: str, path: Path) -> Binary:
    location = await key_location(job, name)

    def work(tick: Ticker) -> Binary:
        expected = local.digest_beside(path)
        how = f"its {expected.algorithm} matches the one beside it" if expected else "not verified"
        folder = job.cache.folder("tmp")
        with guarded(job.cache.root), tempfile.TemporaryDirectory(dir=folder) as temp:
            copy = Path(temp) / name
            _copy(path, copy, lambda done, size: tick(name, done, size))
            sha256 = verify(copy, expected, str(path))
            check_elf(copy, job.arch, name=str(path))
            origin = f"copied from {path}; {how}{check_file(job.trust, path, sha256)}"
            return job.adopt(name, location, copy, sha256=sha256, origin=origin)

    return await in_thread(work, job.progress)


async def _unpack(job: Job, names: tuple[str, ...], path: Path) -> dict[str, Binary]:
    """Unpacks a tarball in the folder; indexed under the folder that the job names."""
    location = await key_location(job, names[0])
    expected = await asyncio.to_thread(local.digest_beside, path)
    how = f"whose {expected.algorithm} matches the one beside it" if expected else "not verified"
    part = dataclasses.replace(job, names=names)
    expected, signed = await tarball.signed_digest(part, path, expected)
    return await tarball.unpack(
        part, path, location=location, expected=expected, origin=f"from {path}, {how}{signed}"
    )


def _locate(job: Job, name: str) -> Path:
    root = local.path_of(job.source.location)
    places = _places(job, root, name)
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise InstallerError(
            f"{name} of {job.title} is not in {root}"
            if root.is_dir()
            else f"there is no folder {root}",
            details=tuple(f"looked for {place}" for place in places),
            hint="put the program at one of these paths",
        )
    return found


def _places(job: Job, root: Path, name: str) -> list[Path]:
    """Candidate paths, those that name the version first."""
    version, arch = str(job.version), job.arch
    if job.is_etcd:
        stem = job.tarball.removesuffix(".tar.gz")
        packed = [root / sub / version / job.tarball for sub in (".", "etcd")]
        return [*packed, root / stem / name, root / job.tarball, root / name]
    upstream = f"release/{version}/bin/linux/{arch}"
    return [root / upstream / name, root / "kubernetes/server/bin" / name, root / name]


def _copy(source: Path, target: Path, tick: Callable[[int, int], None]) -> None:
    size = source.stat().st_size
    with source.open("rb") as file, target.open("xb") as out:
        while chunk := file.read(CHUNK):
            out.write(chunk)
            tick(out.tell(), size)
