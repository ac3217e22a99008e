"""The version a mirror calls stable."""

from __future__ import annotations

from tui_installer.errors import InstallerError
from tui_installer.release.client import http_client, parse_url


async def stable(mirror: str) -> str:
    """Of ``MIRROR/release/stable.txt``, as the upstream site has it. Raises InstallerError."""
    import httpx  # noqa: PLC0415 - asked for seldom, and slow to load

    url = parse_url(f"{mirror.rstrip('/')}/release/stable.txt")
    try:
        async with http_client() as client:
            reply = await client.get(url, timeout=8)
            reply.raise_for_status()
    except httpx.HTTPError as error:
        raise InstallerError(
            f"{mirror} does not say what it offers: {error or type(error).__name__}",
            hint="Type the version; the run checks that it is there.",
        ) from None
    return reply.text.strip()[:40]
