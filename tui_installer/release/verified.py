"""Downloads a file and verifies it against the digest published beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.release.client import shown
from tui_installer.release.digest import SUFFIXES, SUMS, Digest, parse_digest, verify
from tui_installer.release.download import Downloader, discard
from tui_installer.release.failures import Unreachable
from tui_installer.release.files import guarded
from tui_installer.release.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tui_installer.release.threads import Ticker


async def digest_beside(
    loader: Downloader, url: str, suffixes: Sequence[str] = SUFFIXES
) -> Digest | None:
    """The digest in URL.sha256, URL.sha512 or SHA256SUMS beside it; None if there is none.

    A digest file that is refused, or is a page, is passed over if another one has the digest;
    else it is what is raised.
    """
    path, mark, query = url.partition("?")
    folder, _, name = path.rpartition("/")
    refused: InstallerError | None = None
    for place in (*(path + suffix for suffix in suffixes), f"{folder}/{SUMS}"):
        try:
            text = await loader.small(place + mark + query)
            if text is not None:
                return parse_digest(text, name, shown(place))
        except Unreachable:
            raise
        except InstallerError as error:
            refused = refused or error
    if refused is not None:
        raise refused
    return None


async def fetch_verified(
    loader: Downloader, url: str, label: str, expected: Digest | None
) -> tuple[Path, str]:
    """(file, its SHA-256); if the digest differs after a resume, downloads the file once more."""
    resumed = loader.part(url).exists()
    part = await loader.file(url, label)
    try:
        return part, await _verify(part, expected, url)
    except InstallerError:
        if not resumed:
            raise
    return await loader.file(url, label), await _verify(part, expected, url)


async def _verify(part: Path, expected: Digest | None, url: str) -> str:
    """The SHA-256; a file that does not match is deleted."""

    def work(tick: Ticker) -> str:
        with guarded(part.parent):
            return verify(part, expected, shown(url), lambda done: tick("", done, 0))

    try:
        return await in_thread(work, _no_progress)
    except InstallerError:
        discard(part)
        raise


def _no_progress(label: str, done: int, total: int) -> None:
    """Ignores progress: hashing a fresh download takes little time."""
