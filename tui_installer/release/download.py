"""Downloads one file by HTTP: streams it to disk, resumes and retries."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from typing import TYPE_CHECKING, TypeVar

import httpx

from tui_installer.errors import InstallerError
from tui_installer.release import answers
from tui_installer.release.client import REDIRECTS, NotThere, parse_url, shown
from tui_installer.release.digest import LIMIT
from tui_installer.release.encoded import decode
from tui_installer.release.failures import gave_up, is_final, place_of, reason
from tui_installer.release.files import CHUNK, disk_full, guarded, read_json, write_json
from tui_installer.release.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tui_installer.release.access import Access
    from tui_installer.release.job import Progress, Say
    from tui_installer.release.threads import Ticker

T = TypeVar("T")
_TRIES = 4
"""Failures in a row, without a byte of progress, after which a download fails."""
FIRST_PAUSE = 0.5
"""Seconds before the first retry; doubled for each further one."""
LONGEST_PAUSE = 120.0
"""Seconds that a busy server may ask for in Retry-After."""


class Downloader:
    """Downloads into ROOT/partial, where an interrupted one is found again by its URL."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        folder: Path,
        progress: Progress,
        say: Say,
        access: Access,
    ) -> None:
        self._client = client
        self._access = access
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
            await self.size(url)
        except NotThere:
            return False
        return True

    async def size(self, url: str) -> int:
        """Bytes of a file, 0 if the site does not say. Raises InstallerError."""
        return await self._retry(url, lambda: self._head(url), lambda: 0)

    async def file(self, url: str, label: str) -> Path:
        """The complete file, not verified yet; the caller removes it. Raises InstallerError."""
        part = self.part(url)
        try:
            await self._retry(url, lambda: self._more(url, part, label), lambda: _size(part))
            if encoding := (read_json(_note(part)) or {}).get("encoding"):
                await self._decode(url, part, encoding)
        except answers.NotAFile:
            discard(part)
            raise
        return part

    async def _decode(self, url: str, part: Path, encoding: str) -> None:
        def work(tick: Ticker) -> None:
            with guarded(self._folder):
                decode(part, encoding, shown(url), lambda done: tick("", done, 0))
                write_json(_note(part), {})  # the part is no longer what the site sends

        try:
            await in_thread(work, _no_progress)
        except InstallerError:
            discard(part)
            raise

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
                if failures >= _TRIES or is_final(error):
                    raise gave_up(url, error, self._access) from error
                pause = self._pause(url, error, FIRST_PAUSE * 2 ** (failures - 1))
            except httpx.TooManyRedirects as error:
                raise _circles(url) from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise gave_up(url, error, self._access) from error
            await asyncio.sleep(pause)

    def _pause(self, url: str, error: Exception, pause: float) -> float:
        """Seconds until the next try. Raises Unreachable if the server asks for a long wait."""
        asked = error.after if isinstance(error, answers.Transient) else 0
        if asked > LONGEST_PAUSE:
            late = f"{reason(error)}, and it asks to wait {asked:.0f} s"
            raise gave_up(url, answers.Transient(late), self._access) from error
        pause = max(pause, asked)
        line = f"{place_of(url, error)}: {reason(error)}; retrying in {pause:g} s"
        self._log_once(line)
        return pause

    async def _read(self, url: str) -> bytes:
        text = b""
        async with self._client.stream("GET", url) as response:
            answers.check(response, self._access)
            async for chunk in response.aiter_bytes(LIMIT):  # a gzip answer is decoded
                text += chunk
                if len(text) > LIMIT:
                    raise InstallerError(f"{shown(url)} is too large for a digest file")
        return text

    async def _head(self, url: str) -> int:
        response = await self._client.head(url)
        answers.check(response, self._access)
        encoded = response.headers.get("Content-Encoding", "identity") != "identity"
        return 0 if encoded else answers.total_of(response, 0)

    async def _more(self, url: str, part: Path, label: str) -> None:
        """Requests the missing rest of the file and saves what arrives."""
        async with self._client.stream("GET", url, headers=_resume(part)) as response:
            if answers.complete(response, _size(part)):
                return
            start = answers.start_of(response, _size(part))
            if start is None:
                discard(part)
                raise answers.Transient("the partial download does not fit the file; starting over")
            answers.check_program(response, self._access)
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


def _circles(url: str) -> InstallerError:
    return InstallerError(
        f"{shown(url)} redirects more than {REDIRECTS} times",
        hint="the site redirects in a circle; check the source URL",
    )


def discard(part: Path) -> None:
    """Removes a download, finished or not."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _note(part: Path) -> Path:
    return part.with_suffix(".json")


def _remember(part: Path, response: httpx.Response) -> None:
    """Saves the validator: only the same content is resumed (RFC 9110 13.1.5); and the encoding."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    note = {"validator": answers.validator_of(response)}
    write_json(_note(part), note if encoding in ("", "identity") else note | {"encoding": encoding})


def _resume(part: Path) -> dict[str, str]:
    size = _size(part)
    if not size:
        return {}
    validator = (read_json(_note(part)) or {}).get("validator")
    headers = {"Range": f"bytes={size}-"}
    return {**headers, "If-Range": validator} if validator else headers


def _no_progress(label: str, done: int, total: int) -> None:
    """Ignores progress: decoding a fresh download takes little time."""
