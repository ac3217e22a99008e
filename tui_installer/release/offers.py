"""Lists the Kubernetes versions that a source offers: the newest patch of each minor."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from tui_installer.errors import InstallerError
from tui_installer.release import answers, local
from tui_installer.release.client import http_client, parse_url, shown
from tui_installer.release.failures import gave_up, reason
from tui_installer.release.gotool import find_go, run_go

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui_installer.release.access import Access

MODULE = "k8s.io/kubernetes"
TAG = ".docker_tag"
"""Suffix of files in an official release that hold its version."""
_VERSION = re.compile(r"v1\.(\d+)\.(\d+)")
_MEMBERS = 200
_SECONDS = 8
_HINT = "type the version; the run checks that the source has it"


async def of_mirror(mirror: str, minors: Iterable[int], access: Access) -> list[str]:
    """The versions in ``release/stable-1.N.txt`` of a mirror. Raises InstallerError."""
    url = parse_url(mirror.rstrip("/"))
    async with http_client(access, mirror, lambda _: None) as client:
        asked = (_stable(client, f"{url}/release/{name}.txt", access) for name in _names(minors))
        replies = await asyncio.gather(*asked, return_exceptions=True)
    failed = [one for one in replies if isinstance(one, BaseException)]
    if len(failed) == len(replies):
        raise _not_listed(mirror, failed[0], access)
    return newest(one for one in replies if isinstance(one, str))


def _names(minors: Iterable[int]) -> list[str]:
    return ["stable", *(f"stable-1.{minor}" for minor in minors)]


async def _stable(client: httpx.AsyncClient, url: str, access: Access) -> str:
    reply = await client.get(url, timeout=_SECONDS)
    answers.check(reply, access)
    return reply.text.strip()[:40]


def _not_listed(mirror: str, error: BaseException, access: Access) -> InstallerError:
    if isinstance(error, httpx.TransportError):
        error = gave_up(mirror, error, access)
    hint = error.hint if isinstance(error, InstallerError) else ""
    return InstallerError(
        f"cannot list the versions at {shown(mirror)}: {reason(error)}",
        hint="; or ".join(filter(None, (hint, _HINT))),
    )


async def of_go(arch: str) -> list[str]:
    """The versions at the Go module proxy. Raises InstallerError."""
    with tempfile.TemporaryDirectory() as folder:
        go = await find_go(arch, Path(folder))
        listed = await run_go(go.env, Path(folder), "list", "-m", "-versions", "-json", MODULE)
    with contextlib.suppress(ValueError, TypeError, AttributeError):
        return newest(json.loads(listed).get("Versions") or ())
    raise InstallerError("go list did not list the versions", hint=_HINT)


def of_folder(location: str) -> list[str]:
    """The versions in a folder, by a mirror's folder names or a release's files. Blocks."""
    root = local.path_of(location)
    if not root.is_dir():
        raise InstallerError(f"there is no folder {root}", hint="")
    named = [path.name for path in root.glob("release/v1.*")]
    tags = [*root.glob(f"kubernetes/server/bin/*{TAG}"), *root.glob(f"*{TAG}")]
    return newest([*named, *(tag.read_text(errors="replace") for tag in tags[:1])])


def of_tarball(location: str) -> list[str]:
    """The version of a tarball, by a small file near its start. Blocks. Raises InstallerError."""
    path = local.path_of(location)
    try:
        with tarfile.open(path, "r|gz") as archive:
            for number, member in enumerate(archive):
                if number > _MEMBERS:
                    break
                if member.name.endswith(TAG) and member.isfile():
                    content = archive.extractfile(member)
                    return newest([content.read(40).decode(errors="replace")] if content else [])
    except (OSError, tarfile.TarError, EOFError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InstallerError(f"{path} cannot be read: {why}", hint="") from None
    return []


def newest(versions: Iterable[str]) -> list[str]:
    """The newest patch of each minor, the newest minor first; no pre-releases."""
    best: dict[int, int] = {}
    for text in versions:
        if found := _VERSION.fullmatch(text.strip()):
            minor, patch = int(found[1]), int(found[2])
            best[minor] = max(patch, best.get(minor, 0))
    return [f"v1.{minor}.{best[minor]}" for minor in sorted(best, reverse=True)]


def in_range(versions: Sequence[str], minors: Iterable[int]) -> list[str]:
    """The versions whose minor is one of `minors`."""
    covered = set(minors)
    return [v for v in versions if (m := _VERSION.fullmatch(v)) and int(m[1]) in covered]
