"""Running the `go` command: verified modules only, at low priority, and ended with its task."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import re
import shutil
import signal
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_installer.errors import InstallerError
from tui_installer.model import environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_ASKED = ("GOVERSION", "GOPROXY", "GOSUMDB")
_TAIL = 12
_NICE = ("nice", "-n", "10") if shutil.which("nice") else ()
_PATIENCE = 5
"""Seconds that a cancelled child has between SIGTERM and SIGKILL."""
_LINE_LIMIT = 1 << 20
_VERIFIED = {
    "GOFLAGS": "-mod=mod -buildvcs=false",
    "GOTOOLCHAIN": "local",
    "GOWORK": "off",
    "GO111MODULE": "on",
    # No module is exempt from the checksum database, whatever the user set for others.
    "GONOSUMDB": "none",
    "GOPRIVATE": "none",
    "GONOPROXY": "none",
    "GOINSECURE": "none",
}
_PROGRAM = {"CGO_ENABLED": "0", "GOOS": "linux", "GOAMD64": "v1", "GOARM64": "v8.0"}


@dataclass(frozen=True, slots=True)
class Go:
    """A usable `go`. version: such as ``go1.26.8``. proxy, sumdb: its settings."""

    version: str
    proxy: str
    sumdb: str
    env: dict[str, str]

    def release(self) -> tuple[int, ...]:
        return numbers(self.version.removeprefix("go"))


async def find_go(arch: str, folder: Path) -> Go:
    """folder: where commands run. Raises InstallerError where go can't be used, and says why."""
    if not shutil.which("go"):
        raise InstallerError(
            "there is no go command, which building from source needs",
            hint="install Go and have it in PATH, or take another source",
        )
    env = environment.handed_on(os.environ, environment.GO)
    env |= _VERIFIED | _PROGRAM | {"GOARCH": arch}
    said = json.loads(await run_go(env, folder, "env", "-json", *_ASKED))
    go = Go(said["GOVERSION"], said["GOPROXY"], said["GOSUMDB"], env)
    _check_verifying(go)
    return go


def numbers(version: str) -> tuple[int, ...]:
    """``1.26.8`` → (1, 26, 8); what follows the digits and dots (rc1) is left out."""
    match = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


async def run_go(
    env: dict[str, str],
    folder: Path,
    *arguments: str,
    each: Callable[[str], None] = lambda _: None,
) -> str:
    """What it wrote to stdout. each: gets every line of stderr as it comes. Raises GoFailed.

    Cancelled, it ends the command and all its children.
    """
    child = await asyncio.create_subprocess_exec(
        *_NICE,
        "go",
        *arguments,
        cwd=folder,
        env=env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        limit=_LINE_LIMIT,
    )
    try:
        out, tail = await asyncio.gather(_all(child.stdout), _lines(child.stderr, each))
        status = await child.wait()
    except BaseException:
        await _end(child)
        raise
    if status:
        raise GoFailed(_command(arguments), status, _reason(out) or tail)
    return out


class GoFailed(InstallerError):
    """A go command's exit status was not 0. tail: its last lines."""

    def __init__(self, command: str, status: int, tail: list[str]) -> None:
        text = "\n".join(tail)
        super().__init__(
            f"go {command} failed: {_cause(text) or f'exit status {status}'}",
            details=tuple(tail),
            hint=_hint(text),
        )


def parse_json(text: str) -> dict[str, Any]:
    """{} for what isn't a JSON object."""
    with contextlib.suppress(ValueError):
        data = json.loads(text)
        return data if isinstance(data, dict) else {}
    return {}


def _command(arguments: tuple[str, ...]) -> str:
    """For messages: ``mod download``, ``build``."""
    return " ".join(itertools.takewhile(str.isalpha, arguments[:2]))


def _reason(out: str) -> list[str]:
    """With -json, go writes its reason to stdout."""
    return str(parse_json(out).get("Error", "")).splitlines()


def _check_verifying(go: Go) -> None:
    if go.sumdb == "off":
        raise InstallerError(
            "Go's checksum database is switched off (GOSUMDB=off)",
            details=("what is built could not be verified",),
            hint="unset GOSUMDB (also: go env -u GOSUMDB); a module proxy may serve the database",
        )
    if go.proxy == "off":
        raise InstallerError(
            "Go may not download modules (GOPROXY=off)",
            hint="set GOPROXY to a module proxy, or take another source",
        )


async def _all(stream: asyncio.StreamReader | None) -> str:
    return (await stream.read()).decode("utf-8", "replace") if stream else ""


async def _lines(stream: asyncio.StreamReader | None, each: Callable[[str], None]) -> list[str]:
    """The last lines that are not about a download."""
    tail: deque[str] = deque(maxlen=_TAIL)
    while stream and (line := await stream.readline()):
        text = line.decode("utf-8", "replace").rstrip()
        each(text)
        if text and not text.startswith("go: downloading "):
            tail.append(text)
    return list(tail)


async def _end(child: asyncio.subprocess.Process) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, sign)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), _PATIENCE)
            return


_CAUSES = (
    ("SECURITY ERROR", "a module isn't what Go's checksum database says", "don't use this proxy"),
    ("checksum mismatch", "a module's checksum differs", "don't use this proxy"),
    ("no space left on device", "the disk is full", "free some space: about 5 GB are needed"),
    ("signal: killed", "it was killed, probably out of memory", "about 3 GB of memory are needed"),
    ("no such host", "the module proxy can't be reached", "check the network and GOPROXY"),
    ("i/o timeout", "the module proxy can't be reached", "check the network and GOPROXY"),
    ("connection refused", "the module proxy can't be reached", "check the network and GOPROXY"),
)


def _cause(text: str) -> str:
    return next((cause for mark, cause, _ in _CAUSES if mark in text), "")


def _hint(text: str) -> str:
    return next((hint for mark, _, hint in _CAUSES if mark in text), "the lines above are go's own")
