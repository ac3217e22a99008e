"""Who must have signed what is fetched. How a signature is read is for the caller to know."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError
from tui_installer.release.client import shown
from tui_installer.release.digest import LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tui_installer.release.download import Downloader


@dataclass(frozen=True, slots=True)
class Trust:
    """suffix: of the file beside a download that holds its signature. signer: for messages.

    fingerprint: differs whenever somebody else is trusted, so that the cache is asked anew.
    check: takes the download's SHA-256 (hex) and that file's content, blocks, and raises
    ValueError with the reason if that is no signature of the signer's.
    """

    suffix: str
    signer: str
    fingerprint: str
    check: Callable[[str, bytes], None]


async def vouch_url(trust: Trust | None, loader: Downloader, url: str, sha256: str) -> str:
    """What an origin says of the signature, '' if none is asked for. Raises InstallerError."""
    if trust is None:
        return ""
    path, mark, query = url.partition("?")
    place = path + trust.suffix + mark + query
    text = await loader.small(place)
    return await asyncio.to_thread(_vouch, trust, text, sha256, shown(url), shown(place))


def vouch_file(trust: Trust | None, path: Path, sha256: str) -> str:
    """The same for a file of this machine. Blocks."""
    if trust is None:
        return ""
    place = path.with_name(path.name + trust.suffix)
    try:
        with place.open("rb") as file:
            text = file.read(LIMIT)
    except FileNotFoundError:
        text = None
    except OSError as error:
        raise InstallerError(
            f"{place} can't be read: {error.strerror or error}", hint="check its owner and mode"
        ) from error
    return _vouch(trust, text, sha256, str(path), str(place))


def _vouch(trust: Trust, text: bytes | None, sha256: str, name: str, place: str) -> str:
    if text is None:
        raise InstallerError(
            f"{name} has no signature beside it, and the answers ask for one",
            details=(f"there is no {place}", f"wanted: one by {trust.signer}"),
            hint="put it there, or take source.signature out of the answers; nothing was kept",
        )
    try:
        trust.check(sha256, text)
    except ValueError as error:
        raise InstallerError(
            f"{name} is not signed by {trust.signer}: {error}",
            details=(f"sha256 {sha256}", f"the signature is {place}"),
            hint="it was replaced on its way or signed by another; nothing of it was kept",
        ) from error
    return f", and it is signed by {trust.signer}"
