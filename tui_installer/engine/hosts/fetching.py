"""Programs that hosts fetch themselves: what a host is sent in place of the program."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_installer.engine.core.access import access_of
from tui_installer.model.check.parse_text import public_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui_installer.engine.core.run import Run
    from tui_installer.engine.core.wants import FileWant

ANSWER = "kubernetes.source"
"""The only source that hosts may fetch from: etcd is published as a tarball."""
TOOLS = ("curl", "wget")
CAUSES = {
    "certificate": "the host must trust the mirror's CA: add it to the host's own trust "
    "(update-ca-certificates or update-ca-trust)",
    "neither curl nor wget": "install one of them on the host",
    "sha256 is": "the mirror's file is not the one with the published digest; a proxy or a login "
    "page may have answered the host instead",
}
OPERATOR = "or set kubernetes.source.fetch: operator, and this machine sends the programs"


async def requests(run: Run, wants: Iterable[FileWant]) -> Mapping[str, bytes]:
    """Path → the URL and the login, a line each, of the files that the host fetches.

    They travel on stdin alone. Raises InstallerError if the login cannot be read.
    """
    found = {want.path: want.binary.url for want in wants if want.binary and want.binary.url}
    if not found:
        return {}
    access = await asyncio.to_thread(access_of, run.ctx.spec.source, ANSWER, run.secret)
    login = access.login.header.reveal().decode() if access.login else ""
    return {path: f"{url}\n{login}\n".encode() for path, url in found.items()}


def hint(wants: Iterable[FileWant], path: str, why: str) -> str:
    """What to do if a file that the host fetches did not arrive; '' for others."""
    url = next((want.binary.url for want in wants if want.path == path and want.binary), "")
    if not url:
        return ""
    own = f"the host must reach {public_url(url)} itself; check its network and its proxy"
    causes = (text for part, text in CAUSES.items() if part in why)
    return f"{next(causes, own)}; {OPERATOR}"
