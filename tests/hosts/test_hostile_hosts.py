"""Hosts in other hands, by a real sshd whose login shell answers what the test says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from site_under_test import Site, assert_verified

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "master01"
MEMORY = 400 << 10
"""kB. The program with its libraries has about 100 MB; a host that sends 1 GB adds 16 MiB."""
SECONDS = 120
"""The longest that a script which must answer soon is waited for is 60 s, facts'."""
SHELL = """#!/bin/bash
# Root's login shell: as ever, unless it is told what to be to the program under test.
if [ "$1" != -c ] || [ ! -f /run/hostile ] || [[ "$2" != *tui-installer* ]]; then
    exec /bin/bash "$@"
fi
nonce=$(grep -oE '[0-9a-f]{24}' <<<"$2" | head -n 1)
honest() { /bin/bash -c "$1"; }
became() { echo "$nonce:root" >&2; }
. /run/hostile
"""
CLIPBOARD = r"\x1b]52;c;cm0gLXJm\x07"
ESC = rf"{CLIPBOARD}\x1b]0;owned\x07\x1b[2J\x1b[31m[bold red]x[/][@click=app.quit]y\xe2\x80\xae"
"""As bash's printf and sed write it."""
ANSWERS = {
    "escape sequences, OSC 52 and markup": rf"became; printf '{ESC}\n{ESC}\nend\n'",
    "1 GB": "became; head -c 1G /dev/zero",
    "1 GB on stderr": "became; head -c 1G /dev/zero >&2",
    "1 GB before root is reached": "head -c 1G /dev/zero >&2",
    "a line without an end": "became; head -c 1G /dev/zero | tr '\\0' x",
    "lines without an end on stderr": rf"became; yes $'{CLIPBOARD}' | head -c 256M >&2; echo end",
    "bad UTF-8": r"became; head -c 1M /dev/urandom; printf '\xff\xfe\nend\n'",
    "NULs": r"became; printf 'time\t1\0\nuname\t\0\0\t..\nend\n'",
    "nothing": "became",
    "an end before root is reached": "exit 0",
    "prompts for a password without end": 'while :; do printf "$nonce?" >&2 || exit; done',
    "root reached by another word": r'printf "$nonce:\033[31mroot\n" >&2; echo end',
}
"""What it is → what the login shell does to every script of ours."""
LIES = {
    "huge numbers": rf"s/^(memtotal|systemd)\t.*/\1\t{10**20}/",
    "negative sizes": r"s/^(memtotal|memavailable)\t/\1\t-/;s/^(space\t[^\t]*\t[^\t]*\t)/\1-/",
    "wrong types": r"s/^systemd\t.*/systemd\t[]/;s/^memtotal.*/memtotal\tmany/",
    "a clock that is no number": r"s/^time\t.*/time\tnan/",
    "other hosts' names and paths upwards": r"s/^uname\t[^\t]*/uname\t..\/..\/..\/etc\/cron.d\/x/",
    "a field too many and too few": r"s/^unit\t.*/unit/;s/^address\t.*/address/",
    "escapes in every field": rf"s|\t([^\t]+)|\t\1{ESC}|g",
}
"""What it is → sed's words for what honest facts become."""


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

    def be(self, does: str) -> None:
        self.site.ssh(HOST, "cat >/run/hostile", stdin=f"{does}\n".encode())

    def honest(self) -> None:
        self.site.ssh(HOST, "rm -f /run/hostile")

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


@pytest.fixture(scope="module")
def hostile(new_site: Callable[..., Site]) -> Hostile:
    site = new_site(HOST)
    site.ssh(HOST, "cat >/opt/shell; chmod 755 /opt/shell", stdin=SHELL.encode())
    site.ssh(HOST, "usermod -s /opt/shell root && mkdir -p /root/.ssh")
    (site.home / "person").mkdir()
    return Hostile(site)


@pytest.fixture(autouse=True)
def honest_again(hostile: Hostile):
    yield
    hostile.honest()


@pytest.mark.parametrize("what", ANSWERS)
def test_an_answer_of_any_kind_is_an_error_told_in_plain_text(what, hostile):
    hostile.be(ANSWERS[what])
    ran = hostile.run("--plan")
    assert ran.code in {1, 3}
    assert HOST in ran.said


@pytest.mark.parametrize("what", LIES)
def test_lies_about_itself_are_told_or_refused(what, hostile):
    hostile.be(f"honest \"$2\" | sed -E '{LIES[what]}'")
    hostile.run("--plan")


def test_a_script_that_never_answers_is_given_up(hostile):
    hostile.be("became; printf 'time\\t1\\n'; sleep 600")
    ran = hostile.run("--plan")
    assert ran.code == 3
    assert "did not end within 60 s" in ran.said


def test_a_host_that_cannot_be_locked_is_given_up(hostile):
    """The plan is made by honest facts; the lock's script says nothing."""
    hostile.site.ssh(HOST, "rm -f /run/tui-installer.lock; mkfifo /run/tui-installer.lock")
    try:
        ran = hostile.run()
    finally:
        hostile.site.ssh(HOST, "rm -f /run/tui-installer.lock")
    assert ran.code == 3
    assert "does not say within 30 s whether it can be locked" in ran.said


@pytest.mark.parametrize("does", ["head -c 64M /dev/zero", f"printf '{ESC}'", "exit 0"])
def test_recovering_from_a_host_that_lies_makes_no_session(does, hostile):
    hostile.be(f"became; {does}")
    site = hostile.site
    site.command()
    argv = [sys.executable, "-m", "tui_installer", "sessions", "recover", "--as", "lost"]
    ran = measured([*argv, "--answers", str(site.file)], site)
    assert ran.code in {1, 2, 3}, ran.stderr
    assert ran.kilobytes < MEMORY
    assert acting(ran.stdout + ran.stderr) == set()
    assert not (site.home / "state" / "lost").exists()


PLANTED = {
    "/opt/kubernetes/bin/kube-apiserver": "ln -s /victim/link",
    "/opt/kubernetes/cfg/kube-apiserver": "ln -s /victim/shadow",
    "/opt/kubernetes/ssl/server.pem": "ln /victim/hard",
    "/opt/kubernetes/ssl/server-key.pem": "mkfifo",
    "/opt/etcd/ssl/.ca.pem.tui-installer": "ln -s /victim/temp",
    "/etc/systemd/system/kube-scheduler.service": "ln -s /victim/unit",
    "/opt/kubernetes/cfg/tui-installer.manifest.new": "ln -s /victim/new",
}
"""Target → what stands there already, as another user could have left it."""
VICTIMS = ("link", "shadow", "hard", "temp", "unit", "new")


def plant(site: Site) -> None:
    site.ssh(HOST, "mkdir -m 755 /victim; useradd -m mallory")
    for name in VICTIMS:
        site.ssh(HOST, f"echo theirs-{name} >/victim/{name}; chmod 600 /victim/{name}")
    for path, how in PLANTED.items():
        site.ssh(HOST, f"mkdir -p {path.rpartition('/')[0]}; {how} {path}")
    in_tmp = "for n in tui-installer kube etcd x; do ln -s /victim/link /tmp/$n; done"
    site.ssh(HOST, f"su mallory -c '{in_tmp}; mkfifo /tmp/fifo'")


def test_what_others_planted_is_replaced_never_followed(hostile):
    site = hostile.site
    plant(site)
    shown = hostile.run("--plan").stdout
    assert "theirs-shadow" not in shown  # what the link leads to is not ours to read out
    ran = hostile.run()
    assert ran.code == 0, ran.stdout[-3000:] + ran.stderr[-2000:]
    for name in VICTIMS:
        seen = site.ssh(HOST, f"cat /victim/{name}; stat -c '%U %a' /victim/{name}")
        assert seen == f"theirs-{name}\nroot 600\n"
    assert site.ssh(HOST, "find /victim -mindepth 1 | wc -l") == f"{len(VICTIMS)}\n"
    links = "find /opt /etc/systemd/system -type l -lname '/victim*' -o -type p"
    assert site.ssh(HOST, links) == ""
    assert site.ssh(HOST, "find /tmp -newer /opt/shell -type f -user root") == ""


def test_a_folder_of_another_user_is_refused_before_a_file_is_put_there(hostile):
    site = hostile.site
    site.ssh(HOST, "install -d -o mallory /home/mallory/kubernetes")
    other = Hostile(site.elsewhere(site.home / "elsewhere"))
    other.site.answers["layout"] = {"kubernetes": "/home/mallory/kubernetes"}
    other.site.answers["cluster"]["name"] = "other"
    ran = other.run()
    assert ran.code == 1
    assert site.ssh(HOST, "find /home/mallory/kubernetes -type f") == ""


def test_the_control_plane_still_works(hostile):
    site = hostile.site
    assert_verified(site.run("--verify"), [HOST])


def test_nothing_a_host_said_is_in_a_log_of_ours_as_more_than_text(hostile):
    for path in (hostile.site.home / "state").rglob("*"):
        if path.suffix in {".log", ".jsonl", ".json", ".yaml"}:
            assert acting(path.read_text()) == set(), path
            assert not re.search(r"\\u001b|\\u202e", path.read_text()), path
