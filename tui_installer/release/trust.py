"""Requires a signer for downloads. The caller provides the check of a signature."""

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
    """suffix: of the signature file beside a download. signer: for messages.

    fingerprint: differs for each signer; a part of the cache key.
    check: takes the download's SHA-256 (hex) and the signature file's content, blocks, and
    raises ValueError with the reason if the signature is not the signer's.
    """

    suffix: str
    signer: str
    fingerprint: str
    check: Callable[[str, bytes], None]


async def check_url(trust: Trust | None, loader: Downloader, url: str, sha256: str) -> str:
    """Checks a signature; returns the origin's text about it, '' if none is required.

    Raises InstallerError.
    """
    if trust is None:
        return ""
    path, mark, query = url.partition("?")
    place = path + trust.suffix + mark + query
    text = await loader.small(place)
    return await asyncio.to_thread(_check, trust, text, sha256, shown(url), shown(place))


def check_file(trust: Trust | None, path: Path, sha256: str) -> str:
    """As `check_url`, for a local file. Blocks."""
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
    return _check(trust, text, sha256, str(path), str(place))


def _check(trust: Trust, text: bytes | None, sha256: str, name: str, place: str) -> str:
    if text is None:
        raise InstallerError(
            f"{name} has no signature beside it, but the answers require one",
            details=(f"there is no {place}", f"required signer: {trust.signer}"),
            hint="add the signature, or remove source.signature from the answers; nothing was kept",
        )
    try:
        trust.check(sha256, text)
    except ValueError as error:
        raise InstallerError(
            f"{name} is not signed by {trust.signer}: {error}",
            details=(f"sha256 {sha256}", f"the signature is {place}"),
            hint="it was replaced, or someone else signed it; nothing was kept",
        ) from error
    return f", and it is signed by {trust.signer}"
