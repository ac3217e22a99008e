"""Runs the `go` command: verified modules only, at low priority, stopped with its task."""

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
"""Seconds between SIGTERM and SIGKILL for a cancelled child."""
_LINE_LIMIT = 1 << 20
_VERIFIED = {
    "GOFLAGS": "-mod=mod -buildvcs=false",
    "GOTOOLCHAIN": "local",
    "GOWORK": "off",
    "GO111MODULE": "on",
    # No module is exempt from the checksum database, whatever the user configured.
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
    """Finds a usable `go`. folder: where commands run. Raises InstallerError with the reason."""
    if not shutil.which("go"):
        raise InstallerError(
            "the go command, which builds the programs, is not installed",
            hint="install Go and add it to PATH, or use another source",
        )
    env = environment.handed_on(os.environ, environment.GO)
    env |= _VERIFIED | _PROGRAM | {"GOARCH": arch}
    found = json.loads(await run_go(env, folder, "env", "-json", *_ASKED))
    go = Go(found["GOVERSION"], found["GOPROXY"], found["GOSUMDB"], env)
    _check_verifying(go)
    return go


def numbers(version: str) -> tuple[int, ...]:
    """``1.26.8`` → (1, 26, 8), without suffixes such as rc1."""
    match = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


async def run_go(
    env: dict[str, str],
    folder: Path,
    *arguments: str,
    each: Callable[[str], None] = lambda _: None,
) -> str:
    """Runs go and returns its stdout. each: called with every line of stderr. Raises GoFailed.

    If cancelled, stops the command and all its children.
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
    """A go command failed. tail: its last lines."""

    def __init__(self, command: str, status: int, tail: list[str]) -> None:
        text = "\n".join(tail)
        super().__init__(
            f"go {command} failed: {_cause(text) or f'exit status {status}'}",
            details=tuple(tail),
            hint=_hint(text),
        )


def parse_json(text: str) -> dict[str, Any]:
    """The JSON object in the text; {} if there is none."""
    with contextlib.suppress(ValueError):
        data = json.loads(text)
        return data if isinstance(data, dict) else {}
    return {}


def _command(arguments: tuple[str, ...]) -> str:
    """The go command's name for messages: ``mod download``, ``build``."""
    return " ".join(itertools.takewhile(str.isalpha, arguments[:2]))


def _reason(out: str) -> list[str]:
    """The reason of a failure: with -json, go writes it to stdout."""
    return str(parse_json(out).get("Error", "")).splitlines()


def _check_verifying(go: Go) -> None:
    if go.sumdb == "off":
        raise InstallerError(
            "Go's checksum database is switched off (GOSUMDB=off)",
            details=("the built programs could not be verified",),
            hint="unset GOSUMDB (and: go env -u GOSUMDB); a module proxy may serve the database",
        )
    if go.proxy == "off":
        raise InstallerError(
            "Go may not download modules (GOPROXY=off)",
            hint="set GOPROXY to a module proxy, or use another source",
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
    ("SECURITY ERROR", "a module does not match Go's checksum database", "don't use this proxy"),
    ("checksum mismatch", "a module's checksum differs", "don't use this proxy"),
    ("no space left on device", "the disk is full", "free some space: a build needs about 5 GB"),
    (
        "signal: killed",
        "it was killed, probably because memory ran out",
        "a build needs about 3 GB of memory",
    ),
    ("no such host", "the module proxy can't be reached", "check the network and GOPROXY"),
    ("i/o timeout", "the module proxy can't be reached", "check the network and GOPROXY"),
    ("connection refused", "the module proxy can't be reached", "check the network and GOPROXY"),
)


def _cause(text: str) -> str:
    return next((cause for mark, cause, _ in _CAUSES if mark in text), "")


def _hint(text: str) -> str:
    return next((hint for mark, _, hint in _CAUSES if mark in text), "the lines above are go's own")
