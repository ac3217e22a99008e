"""What ssh_config(5) says of a name, as OpenSSH itself resolves it: ``ssh -G``.

Where OpenSSH is not installed, asyncssh's reader takes its place; there is no parser of our own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import threading
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError
from tui_installer.model import environment
from tui_installer.remote import ssh_trace
from tui_installer.remote.clean import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui_installer.remote.ssh_trace import Trace

SECONDS = 15
"""Until `ssh -G` is given up: `Match exec` and CanonicalizeHostname may take their time."""
USER_FILE, GLOBAL_FILE = "~/.ssh/config", "/etc/ssh/ssh_config"
OPTIONS = (
    "hostname", "user", "port", "identityfile", "identitiesonly", "certificatefile",
    "identityagent", "proxyjump", "proxycommand", "hostkeyalias", "userknownhostsfile",
    "globalknownhostsfile", "connecttimeout",
)  # fmt: skip
"""The options that a login of this program follows."""
LISTS = ("identityfile", "certificatefile")
"""Options of which every line counts; of all others the first one does."""
OFF = "ssh: {config: false} in the answers ignores ssh_config"
_SENTINEL = "user-is-not-configured"


@dataclass(frozen=True, slots=True)
class Configured:
    """What the configuration says of one name.

    name: as asked for. hostname: what it stands for, the name itself if nothing is said.
    named: whether a Host line other than ``Host *`` matches the name, or hostname differs.
    values: keyword in lower case → its values, only of options that the configuration sets.
    origins: keyword → such as ``~/.ssh/config line 12``.
    """

    name: str
    hostname: str
    named: bool
    values: Mapping[str, tuple[str, ...]]
    origins: Mapping[str, str]

    def value(self, keyword: str) -> str:
        """The option's value; '' if it is not set, or set to none."""
        first = next(iter(self.values.get(keyword, ())), "")
        return "" if first.lower() == "none" else first

    @property
    def user(self) -> str:
        return self.value("user")

    @property
    def port(self) -> int:
        """0 if it is not set."""
        return int(self.value("port") or 0)

    @property
    def jumps(self) -> tuple[str, ...]:
        """The hops of ProxyJump, ``[user@]host[:port]``, the nearest to this machine first."""
        return tuple(hop for hop in self.value("proxyjump").split(",") if hop)


_known: dict[tuple[str, str, int], Configured] = {}
_locks: dict[tuple[str, str, int], threading.Lock] = defaultdict(threading.Lock)


async def lookup(
    name: str, user: str = "", port: int = 0, environ: Mapping[str, str] | None = None
) -> Configured:
    """What the configuration says of a name, an alias or an address; cached for the process.

    user, port: given elsewhere, such as in the answers; they win, and Match and tokens see them.
    Raises UsageError if the configuration has a mistake.
    """
    key = (name, user, port)
    if key not in _known:
        await asyncio.to_thread(_look_up, key, os.environ if environ is None else environ)
    return _known[key]


def forget() -> None:
    """The configuration is read again: the user may have changed it."""
    _known.clear()


def _look_up(key: tuple[str, str, int], environ: Mapping[str, str]) -> None:
    with _locks[key]:
        if key not in _known:
            _known[key] = _read(*key, environ)


def _read(name: str, user: str, port: int, environ: Mapping[str, str]) -> Configured:
    program = shutil.which("ssh", path=environ.get("PATH"))
    found = _OpenSsh(program, name, user, port, environ).read() if program else None
    if found is None:
        from tui_installer.remote import ssh_config_reader  # noqa: PLC0415 - asyncssh takes long

        values = ssh_config_reader.read(name, user, port, (USER_FILE, GLOBAL_FILE))
        place = ssh_config_reader.place((USER_FILE, GLOBAL_FILE))
        found = _configured(name, values, dict.fromkeys(values, place), ())
    return found


def _configured(
    name: str,
    values: Mapping[str, tuple[str, ...]],
    origins: Mapping[str, str],
    patterns: Iterable[str],
) -> Configured:
    hostname = next(iter(values.get("hostname", ())), name)
    named = hostname != name or any(pattern != "*" for pattern in patterns)
    return Configured(name, hostname, named, values, origins)


@dataclass(frozen=True, slots=True)
class _OpenSsh:
    """``ssh -G`` of one name. user, port: given elsewhere, '' and 0 if not."""

    program: str
    name: str
    user: str
    port: int
    environ: Mapping[str, str]
    named: frozenset[str] = frozenset()
    """Variables that the configuration names: it gets them as well."""

    def read(self) -> Configured | None:
        """None if the program is another ssh than OpenSSH, or too old."""
        done = self._run()
        named = ssh_trace.variables(done.stderr) & set(self.environ)
        if not named <= self.named:
            return replace(self, named=named).read()
        if done.returncode and "OpenSSH" in done.stderr:
            raise _refused(self.name, done.stderr)
        said, stderr = _values(done), done.stderr
        if not said:
            return None
        trace = ssh_trace.read(stderr)
        usual = _values(self._run("-F", "/dev/null"))
        values = {
            keyword: value
            for keyword, value in said.items()
            if keyword in OPTIONS and value != usual.get(keyword)
        }
        values.pop("user", None)
        if not self.user and self._says_user(said, usual, trace):
            values["user"] = said["user"]
        origins = {keyword: _origin(keyword, values, trace) for keyword in values}
        return _configured(self.name, values, origins, trace.patterns)

    def _says_user(
        self,
        said: Mapping[str, tuple[str, ...]],
        usual: Mapping[str, tuple[str, ...]],
        trace: Trace,
    ) -> bool:
        """Whether the user is configured: OpenSSH's default is the local one.

        If both are the same, OpenSSH is asked what it would do if another default stood last.
        """
        if said.get("user") != usual.get("user"):
            return True
        includes = "".join(f'Include "{Path(file).absolute()}"\n' for file in trace.files)
        text = f"{includes}Match all\nUser {_SENTINEL}\n"
        after = _values(self._run("-F", "/dev/stdin", stdin=text))
        return after.get("user") not in {(_SENTINEL,), None}

    def _run(self, *options: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        given: tuple[str, ...] = ("-l", self.user) if self.user else ()
        given += ("-p", str(self.port)) if self.port else ()
        more = {name: self.environ[name] for name in self.named}
        argv = (self.program, "-T", "-G", "-vvv", *options, *given, "--", self.name)
        try:
            return subprocess.run(
                argv,
                input=stdin,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
                env=environment.handed_on(self.environ, environment.SSH) | more,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UsageError(
                f"`ssh -G {self.name}` did not end within {SECONDS} s",
                hint=f"look for a slow `Match exec` or CanonicalizeHostname; {OFF}",
            ) from None
        except OSError as error:
            return subprocess.CompletedProcess(argv, 1, "", str(error))


def _values(done: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, ...]]:
    """Keyword → values; empty for a failure."""
    found: dict[str, tuple[str, ...]] = {}
    for line in done.stdout.splitlines() if not done.returncode else ():
        keyword, _, value = line.partition(" ")
        found[keyword] = (*found.get(keyword, ()), value)
    return found


def _refused(name: str, stderr: str) -> UsageError:
    """OpenSSH's own words name file and line."""
    noise = ("debug", "OpenSSH_", "Pseudo-terminal")
    lines = [clean(line) for line in stderr.splitlines() if not line.startswith(noise)]
    return UsageError(
        f"ssh cannot resolve {name}: {lines[0] if lines else 'its configuration is refused'}",
        details=tuple(lines[1:6]),
        hint=f"correct it until `ssh -G {name}` works; {OFF}",
    )


def _origin(keyword: str, values: Mapping[str, tuple[str, ...]], trace: Trace) -> str:
    """The lines that set an option; the files that were read if the lines cannot be known."""
    lines = trace.lines.get(keyword, [])
    if not lines:
        return " or ".join(map(short, trace.files))
    if keyword not in LISTS:
        lines = lines[:1]
    file = lines[0][0]
    numbers = [str(number) for at, number in lines if at == file][: len(values[keyword])]
    return f"{short(file)} line{'s' if len(numbers) > 1 else ''} {' and '.join(numbers)}"


def short(file: str) -> str:
    """The path with the home folder as ``~``."""
    with contextlib.suppress(RuntimeError):
        if Path(file).is_relative_to(Path.home()):
            return f"~/{Path(file).relative_to(Path.home())}"
    return file
