"""Sends files to a host in one stream; each is verified there, then renamed into place."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.engine.core.throttle import Throttle
from tui_installer.engine.hosts import fetching
from tui_installer.engine.hosts.facts import script
from tui_installer.errors import ConnectionFailed, ConnectionLost, InstallerError
from tui_installer.model.run.events import Progress
from tui_installer.remote.clean import clean

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from tui_installer.engine.core.run import Run
    from tui_installer.engine.core.stop import Stop
    from tui_installer.engine.core.wants import FileWant
    from tui_installer.remote.host import Completed

    Moved = Callable[[int], None]

CHUNK = 1 << 20
ENDED = 143
"""The script's exit status when it is killed: by a shutdown, or by a later run of this program."""
TIMEOUT = 1800.0
"""Seconds for one host's files: a full set of binaries over a 2 Mbit/s link takes less."""

STALL = 90.0
"""Seconds without progress after which an upload has stalled: writing to a slow disk takes long."""
FOREIGN = "a user other than root can write to"
"""How the scripts report what foreign.sh finds."""
MAKE_ROOTS = (
    "give it to root alone (chown root, chmod go-w) if you trust its content, "
    "or choose another path"
)


def manifest_path(run: Run) -> str:
    """The path of the host's manifest, which lists what this program put there."""
    return run.ctx.spec.layout.cfg("tui-installer.manifest")


@dataclass(frozen=True, slots=True)
class Removal:
    """A file to remove. sha256: what it must still have; '' if only its manifest line is left."""

    path: str
    sha256: str


async def deliver(
    run: Run,
    host: str,
    step: str,
    files: Sequence[FileWant],
    removals: Sequence[Removal] = (),
) -> None:
    """Sends the files in order, then carries out the removals.

    Raises InstallerError naming the first file that did not arrive or was not removed.
    """
    if not files and not removals:
        return
    packed = await _packed(run, host, files)
    asking = await fetching.requests(run, files)
    asked = {want.path for want in files} | {one.path for one in removals}
    async with run.stop.whole():
        done = await _sent(run, host, step, files, removals, packed, asking)
        lines = clean(done.stdout).splitlines()
        arrived = {line.split(" ")[1] for line in lines if line.startswith("ok ")} & asked
        run.changes += len(arrived)
        run.touched.setdefault(host, set()).update(arrived)
    bad = next((line for line in lines if line.startswith("bad ")), "")
    if done.status == ENDED and not bad:
        raise ConnectionLost(f"{host}: the receiving script was killed", host=host, step=step)
    if bad or done.status or arrived != asked:
        error = _not_delivered(host, step, bad, done.stderr, {one.path for one in removals})
        error.hint = fetching.hint(files, *_path_and_why(bad)) or error.hint
        raise error


async def _sent(
    run: Run,
    host: str,
    step: str,
    files: Sequence[FileWant],
    removals: Sequence[Removal],
    packed: Mapping[str, Path],
    asking: Mapping[str, bytes],
) -> Completed:
    """Raises ConnectionFailed if the upload stalls."""
    total = sum(want.size for want in files if want.path not in asking)
    meter = Throttle(lambda done: run.emit(Progress(step, host, "upload", done, total)))
    # While the host fetches a file itself, nothing is sent, and curl or wget watch for a stall.
    longest = TIMEOUT if asking else STALL
    stalled, now = asyncio.timeout(longest), asyncio.get_running_loop().time

    def moved(size: int) -> None:
        meter.add(size)
        stalled.reschedule(now() + longest)

    stream = _stream(files, removals, packed, asking, moved, run.stop)
    try:
        async with stalled:
            done = await run.hosts[host].run(
                script("deliver.sh"), manifest_path(run), stdin=stream, timeout=TIMEOUT
            )
    except TimeoutError:
        if not stalled.expired():
            raise
        raise _stopped(host, step) from None
    if total:
        meter.finish()
    return done


def _stopped(host: str, step: str) -> ConnectionFailed:
    return ConnectionFailed(
        f"{host}: the upload stalled for {STALL:g} s",
        hint="check the host's load and disk, then run again: files that arrived are kept",
        host=host,
        step=step,
    )


def _not_delivered(
    host: str, step: str, bad: str, stderr: str, removed: Collection[str] = ()
) -> InstallerError:
    path, why = _path_and_why(bad)
    done = f"was not removed from {host}" if path in removed else f"did not arrive on {host}"
    causes = {
        "No space left": "free space on the host's disk, then run again: files that arrived are "
        "kept",
        "Permission denied": "check how that folder is mounted: noexec prevents programs from "
        "running",
        "Exec format": "the program was built for another architecture than the host's",
        "Read-only": "the folder is mounted read-only",
        FOREIGN: f"{MAKE_ROOTS} with `layout:` in the answers",
    }
    hint = next((text for key, text in causes.items() if key in why + stderr), "")
    return InstallerError(
        f"{path or 'a file'} {done}: {why or 'the host stopped receiving'}",
        details=tuple(stderr.splitlines()[-5:]),
        hint=hint or "the host keeps what it had at that path; run again to continue",
        host=host,
        step=step,
    )


def _path_and_why(bad: str) -> tuple[str, str]:
    """The path and the reason in a line "bad PATH WHY"."""
    _, path, why = f"{bad}  ".split(" ", 2)
    return path, why.strip()


async def _packed(run: Run, host: str, files: Sequence[FileWant]) -> dict[str, Path]:
    """Compressed programs, if the host has zstd, which is fast enough to win on any link."""
    if "zstd" not in run.ctx.facts[host].tools:
        return {}
    return {
        want.path: await run.cache.compressed(want.binary)
        for want in files
        if want.binary is not None and want.binary.path is not None
    }


def _wire(want: FileWant, packed: Mapping[str, Path]) -> int:
    return packed[want.path].stat().st_size if want.path in packed else want.size


async def _stream(
    files: Sequence[FileWant],
    removals: Sequence[Removal],
    packed: Mapping[str, Path],
    asking: Mapping[str, bytes],
    moved: Moved,
    stop: Stop,
) -> AsyncIterator[bytes]:
    for want in files:
        if stop.requested:  # between two files nothing is half done
            return
        if (request := asking.get(want.path)) is not None:
            yield _header(want, len(request), "fetch")
            yield request
            continue
        yield _header(want, _wire(want, packed), "zstd" if want.path in packed else "cat")
        if want.binary is None or want.binary.path is None:
            yield want.data or b""
            moved(want.size)
            continue
        wire, sent, reported = _wire(want, packed), 0, 0
        async for chunk in _chunks(packed.get(want.path, want.binary.path)):
            yield chunk
            sent += len(chunk)
            share = want.size * sent // wire  # in bytes of the uncompressed file
            moved(share - reported)
            reported = share
    for one in removals:
        if stop.requested:
            return
        yield f"0 {one.sha256 or '-'} 0 - - remove - {one.path}\n".encode()


def _header(want: FileWant, wire: int, decoder: str) -> bytes:
    probe = f"{','.join(want.probe)}={want.version}" if want.probe else "-"
    fields = (wire, want.sha256, want.size, f"{want.mode:04o}", want.owner, decoder, probe)
    return (" ".join(str(f) for f in fields) + f" {want.path}\n").encode()


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk
