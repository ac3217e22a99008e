"""Downloads one file by HTTP: streams it to disk, resumes and retries."""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
from typing import TYPE_CHECKING, TypeVar

import httpx

from tui_installer.errors import InstallerError
from tui_installer.release import answers
from tui_installer.release.client import NotThere, Unreachable, parse_url, shown
from tui_installer.release.digest import LIMIT
from tui_installer.release.files import CHUNK, disk_full, guarded, read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tui_installer.release.job import Progress, Say

T = TypeVar("T")
_TRIES = 4
"""Failures in a row, without a byte of progress, after which a download fails."""
FIRST_PAUSE = 0.5
"""Seconds before the first retry; doubled for each further one."""


class Downloader:
    """Downloads into ROOT/partial, where an interrupted one is found again by its URL."""

    def __init__(
        self, client: httpx.AsyncClient, folder: Path, progress: Progress, say: Say
    ) -> None:
        self._client = client
        self._folder = folder
        self._progress = progress
        self._say = say
        self._logged: set[str] = set()

    async def small(self, url: str) -> bytes | None:
        """The content of a digest file; None if it does not exist. Raises InstallerError."""
        try:
            return await self._retry(url, lambda: self._read(url), lambda: 0)
        except NotThere:
            return None

    async def exists(self, url: str) -> bool:
        """Whether the URL exists. Raises InstallerError if the site does not answer that."""
        try:
            await self._retry(url, lambda: self._head(url), lambda: 0)
        except NotThere:
            return False
        return True

    async def file(self, url: str, label: str) -> Path:
        """The complete file, not verified yet; the caller removes it. Raises InstallerError."""
        part = self.part(url)
        try:
            await self._retry(url, lambda: self._more(url, part, label), lambda: _size(part))
        except answers.NotAFile:
            discard(part)
            raise
        return part

    def part(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()}.part"

    async def _retry(
        self, url: str, attempt: Callable[[], Awaitable[T]], size: Callable[[], int]
    ) -> T:
        """The result of `attempt`, retried after transient failures. size: bytes present so far."""
        parse_url(url)
        failures = 0
        while True:
            before = size()
            try:
                return await attempt()
            except (httpx.TransportError, answers.Transient) as error:
                failures = 1 if size() > before else failures + 1
                if failures >= _TRIES:
                    raise _gave_up(url, error) from error
                pause = FIRST_PAUSE * 2 ** (failures - 1)
                self._log_once(f"{_place(url, error)}: {reason(error)}; retrying in {pause:g} s")
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise _gave_up(url, error) from error
            await asyncio.sleep(pause)

    async def _read(self, url: str) -> bytes:
        text = b""
        async with self._client.stream("GET", url) as response:
            answers.check(response)
            async for chunk in response.aiter_raw(LIMIT):
                text += chunk
                if len(text) > LIMIT:
                    raise InstallerError(f"{shown(url)} is too large for a digest file")
        return text

    async def _head(self, url: str) -> None:
        answers.check(await self._client.head(url))

    async def _more(self, url: str, part: Path, label: str) -> None:
        """Requests the missing rest of the file and saves what arrives."""
        async with self._client.stream("GET", url, headers=_resume(part)) as response:
            if answers.complete(response, _size(part)):
                return
            start = answers.start_of(response, _size(part))
            if start is None:
                discard(part)
                raise answers.Transient("the partial download does not fit the file; starting over")
            answers.check_program(response)
            await self._save(response, part, start, label)

    async def _save(self, response: httpx.Response, part: Path, start: int, label: str) -> None:
        done, total = start, answers.total_of(response, start)
        self._check_space(total - start)
        with guarded(self._folder):
            await asyncio.to_thread(_remember, part, response)
            file = await asyncio.to_thread(part.open, "r+b" if start else "wb")
        try:
            await asyncio.to_thread(file.seek, start)
            async for chunk in response.aiter_raw(CHUNK):
                with guarded(self._folder):
                    await asyncio.to_thread(file.write, chunk)
                done += len(chunk)
                self._progress(label, done, total)
        finally:
            with guarded(self._folder):
                await asyncio.to_thread(file.close)
        if total and done != total:
            raise answers.Transient(f"the connection ended after {done} of {total} bytes")

    def _log_once(self, line: str) -> None:
        """Logs a line once, although all downloads from a site may meet the same failure."""
        if line not in self._logged:
            self._logged.add(line)
            self._say(line)

    def _check_space(self, needed: int) -> None:
        if needed > shutil.disk_usage(self._folder).free:
            raise disk_full(self._folder, needed)


def discard(part: Path) -> None:
    """Removes a download, finished or not."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def reason(error: Exception) -> str:
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or type(error).__name__


def _place(url: str, error: Exception) -> str:
    """The site if it can't be reached, else the file's URL."""
    unreached = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
    return httpx.URL(url).netloc.decode() if unreached else shown(url)


def _gave_up(url: str, error: Exception) -> Unreachable:
    place = _place(url, error)
    what = "can't be downloaded" if place == shown(url) else "can't be reached"
    return Unreachable(
        f"{place} {what}: {reason(error)}",
        details=(shown(url),),
        hint="check the network, HTTPS_PROXY and NO_PROXY, or use another source "
        "(a mirror, a tarball, a folder, or go)",
    )


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _note(part: Path) -> Path:
    return part.with_suffix(".json")


def _remember(part: Path, response: httpx.Response) -> None:
    """Saves the validator: only the same content is resumed (RFC 9110 13.1.5)."""
    write_json(_note(part), {"validator": answers.validator_of(response)})


def _resume(part: Path) -> dict[str, str]:
    size = _size(part)
    if not size:
        return {}
    validator = (read_json(_note(part)) or {}).get("validator")
    headers = {"Range": f"bytes={size}-"}
    return {**headers, "If-Range": validator} if validator else headers
