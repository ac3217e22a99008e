"""A real host whose login shell answers what a test says, and what holds whatever a host does."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from repo_root import ROOT

if TYPE_CHECKING:
    from site_under_test import Site

HOST = "master01"
MEMORY = 400 << 10
"""kB. The program with its libraries has about 100 MB; a host that sends 1 GB adds 16 MiB."""
SECONDS = 180
"""The longest wait for what must come soon is 90 s, for a host that takes no more."""
SHELL = """#!/bin/bash
# Root's login shell: as ever, unless it is told what to be to the program under test.
told=/run/hostile-${SSH_CONNECTION##* }
if [ "$1" != -c ] || [ ! -f "$told" ] || [[ "$2" != *tui-installer* ]]; then
    exec /bin/bash "$@"
fi
command=$2
nonce=$(grep -oE '[0-9a-f]{24}' <<<"$command" | head -n 1)
honest() { /bin/bash -c "$command"; }
became() { [ "$begun" ] || { echo "$nonce:root"; echo "$nonce:root" >&2; }; begun=yes; }
# Which script it is says the line that comes first on stdin, once we say that it may come.
seen() { became; IFS= read -r script; }
as_ever() {
    cd /; export LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
    exec sh -c 'eval "$(printf %b "$1")"' tui-installer "$script"
}
. "$told"
"""
FOLDER = ROOT / "tui_installer/engine/hosts/scripts"


def _first_words(script: str) -> str:
    """How it starts: enough to know it by, nothing that the shell would take for a quote."""
    return (FOLDER / script).read_text().partition(".")[0].partition("'")[0].splitlines()[0]


SCRIPTS = {
    "lock": _first_words("lock.sh"),
    "facts": _first_words("facts.sh"),
    "uploads": _first_words("deliver.sh"),
    "waiting": _first_words("wait.sh"),
    "diagnosis": _first_words("diagnose.sh"),
    "verification": _first_words("audit_log.sh"),
}
"""What is done → how its script begins."""
CLIPBOARD = r"\x1b]52;c;cm0gLXJm\x07"
ESC = rf"{CLIPBOARD}\x1b]0;owned\x07\x1b[2J\x1b[31m[bold red]x[/][@click=app.quit]y\xe2\x80\xae"
"""As bash's printf and sed write it."""


@dataclass
class Ran:
    """kilobytes: the most that the program and its children held at once, each for itself."""

    code: int
    stdout: str
    stderr: str
    seconds: float
    kilobytes: int

    @property
    def said(self) -> str:
        return self.stdout + self.stderr


@dataclass
class Hostile:
    """The host and who it is to be. A run is judged by what holds whatever a host does."""

    site: Site

    def be(self, does: str, port: int = 22) -> None:
        self.site.ssh(HOST, f"cat >/run/hostile-{port}", stdin=f"{does}\n".encode())

    def turn(self, port: int = 22, **does: str) -> None:
        """Hostile to these of SCRIPTS, honest to every other."""
        cases = (f"*'{SCRIPTS[which]}'*) {what} ;;" for which, what in does.items())
        self.be("seen; case $script in " + " ".join(cases) + " *) as_ever ;; esac", port)

    def honest(self) -> None:
        self.site.ssh(HOST, "rm -f /run/hostile-*")

    def run(self, *options: str) -> Ran:
        argv = self.site.command(*options)
        before = written(self.site)
        ran = measured(argv, self.site)
        assert ran.code in {0, 1, 2, 3}, ran.stderr[-2000:]
        assert ran.seconds < SECONDS, f"{ran.seconds:.0f} s"
        assert ran.kilobytes < MEMORY, f"{ran.kilobytes} kB"
        assert acting(ran.stdout) == acting(ran.stderr) == set()
        assert "Traceback" not in ran.stderr
        for line in ran.stdout.splitlines():
            assert acting(strings(json.loads(line))) == set(), line[:300]
        assert written(self.site) == before
        return ran


MEASURE = """\
import resource, subprocess, sys
code = subprocess.call(sys.argv[2:], stdin=subprocess.DEVNULL)
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""


def measured(argv: list[str], site: Site) -> Ran:
    told = site.home / "maxrss"
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(told), *argv],
        capture_output=True,
        timeout=SECONDS + 60,
        check=False,
        env=site.environ(),
    )
    seconds = time.monotonic() - began
    out, err = done.stdout.decode(), done.stderr.decode()  # UTF-8, whatever came
    return Ran(done.returncode, out, err, seconds, int(told.read_text()))


def written(site: Site) -> set[str]:
    """What there is of the person's outside of this program's own folder."""
    return {str(path) for path in (site.home / "person").rglob("*")}


def acting(text: str) -> set[str]:
    """Characters that a terminal would act upon."""
    return {c for c in set(text) - set("\n\t") if unicodedata.category(c) in {"Cc", "Cf", "Cs"}}


def strings(data: Any) -> str:
    """All text in plain data, as whoever reads the events has it."""
    if isinstance(data, dict):
        return "\n".join(strings(item) for pair in data.items() for item in pair)
    if isinstance(data, list):
        return "\n".join(map(strings, data))
    return data if isinstance(data, str) else ""


def take_over(site: Site) -> Hostile:
    """Gives a site's host another login shell, and a user who is not root."""
    site.ssh(HOST, "cat >/opt/shell; chmod 755 /opt/shell", stdin=SHELL.encode())
    site.ssh(HOST, "usermod -s /opt/shell root && mkdir -p /root/.ssh")
    site.ssh(HOST, "useradd -m mallory && chmod 755 /home/mallory && mkdir -m 755 /victim")
    (site.home / "person").mkdir()
    return Hostile(site)
