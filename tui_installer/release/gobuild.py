"""Builds programs from the Go module proxy; Go's checksum database verifies each module."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.release import gomodule
from tui_installer.release.elf import check_elf
from tui_installer.release.files import guarded, hash_file
from tui_installer.release.gotool import Go, find_go, run_go
from tui_installer.release.job import GO_MODULES, GO_PACKAGES
from tui_installer.release.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tui_installer.release.job import Job
    from tui_installer.release.programs import Binary
    from tui_installer.release.threads import Ticker

_DOWNLOADING = "go: downloading "
_HEARTBEAT = 20
"""Seconds between two log lines about a build's progress."""


async def key_location(job: Job, name: str) -> str:  # noqa: ARG001 - there is one proxy
    return ""


async def get(job: Job) -> dict[str, Binary]:
    """All programs of the job, built in one command. Takes minutes. Raises InstallerError."""
    async with _workshop(job) as folder:
        go = await find_go(job.arch, folder)
        job.say(f"building {job.title} with {go.version}: {', '.join(job.names)}")
        progress = _Counter(job)
        async with progress.heartbeat():
            modules = await _prepare(job, go, folder, progress)
            await _build(job, go, folder, modules, progress)
        job.say(f"built {job.title} in {progress.seconds:.0f} s")
        origin = _origin(job, go)
        return await in_thread(lambda tick: _keep(job, folder, origin, tick), job.progress)


class _Counter:
    """Turns go's stderr into progress."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._began = time.monotonic()
        self._modules = self._packages = 0
        self.total = 0
        """Number of packages; 0 until known."""

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def line(self, text: str) -> None:
        if text.startswith(_DOWNLOADING):
            self._modules += 1
            self._job.progress(GO_MODULES, self._modules, 0)
        elif self.total and text and " " not in text:
            self._packages = min(self._packages + 1, self.total)
            self._job.progress(GO_PACKAGES, self._packages, self.total)

    def finish(self) -> None:
        """Finishes the count: go does not list packages that were built before."""
        self._job.progress(GO_PACKAGES, self.total, self.total)

    @contextlib.asynccontextmanager
    async def heartbeat(self) -> AsyncIterator[None]:
        task = asyncio.ensure_future(self._beat())
        try:
            yield
        finally:
            task.cancel()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(_HEARTBEAT)
            if self.total:
                what = f"{self._packages} of up to {self.total} packages compiled"
            else:
                what = f"{self._modules} modules downloaded"
            self._job.say(f"{self._job.title}: {what}, {self.seconds:.0f} s")


@contextlib.asynccontextmanager
async def _workshop(job: Job) -> AsyncIterator[Path]:
    folder = job.cache.folder("tmp")
    with guarded(job.cache.root):
        path = Path(tempfile.mkdtemp(dir=folder))
    try:
        yield path
    finally:
        await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)


async def _prepare(job: Job, go: Go, folder: Path, progress: _Counter) -> list[gomodule.Module]:
    """Downloads all modules and counts the packages."""
    modules = await gomodule.download(job, go, folder)
    gomodule.check_version(go, modules, job.title)
    await asyncio.to_thread(gomodule.write_module, job, modules, folder)
    packages = gomodule.packages_of(job)
    listed = await run_go(go.env, folder, "list", "-deps", *packages, each=progress.line)
    progress.total = len(listed.split())
    return modules


async def _build(
    job: Job, go: Go, folder: Path, modules: list[gomodule.Module], progress: _Counter
) -> None:
    """Builds all programs by one command, so that shared packages are compiled once."""
    flags = ["-trimpath", "-v", "-ldflags", gomodule.ldflags(job, modules), "-o", "out/"]
    (folder / "out").mkdir()
    packages = gomodule.packages_of(job)
    await run_go(go.env, folder, "build", *flags, *packages, each=progress.line)
    progress.finish()


def _keep(job: Job, folder: Path, origin: str, tick: Ticker) -> dict[str, Binary]:
    found = {}
    for name in job.names:
        program = folder / "out" / gomodule.built_name(name)
        check_elf(program, job.arch, name=name)
        size = program.stat().st_size
        hashed = hash_file(program, ["sha256"], partial(_tell, tick, name, size))
        found[name] = job.adopt(name, "", program, sha256=hashed["sha256"], origin=origin)
    return found


def _tell(tick: Ticker, name: str, size: int, done: int) -> None:
    tick(name, done, size)


def _origin(job: Job, go: Go) -> str:
    what = ", ".join(gomodule.modules_of(job))
    return (
        f"built here with {go.version} from {what} at {job.version}, "
        f"each module verified by Go's checksum database {go.sumdb.split('+')[0]}"
    )
