"""Real systemd: values reach a program through options file and unit exactly as they were."""

from __future__ import annotations

import os
import random
import subprocess
import time

import hostile_texts
import pytest

from tui_installer.kubernetes.components import SCHEDULER
from tui_installer.kubernetes.quoting import options_file, unfit
from tui_installer.kubernetes.units import unit
from tui_installer.lab import lab, takedown
from tui_installer.model.security import SecuritySpec, Services
from tui_installer.model.spec import EtcdMode, ExtraArgs, Layout

pytestmark = pytest.mark.hosts

NASTY = """ \\ '"$%#;`=,{}()[]<>|&*?!~^@:-_/+.aZ09éß漢\u00a0\u2028\u200d🙂"""
BY_HAND = (
    "", " ", "  ", "\\", "\\\\", "'", '"', "''", '""', "$", "$$", "${HOME}", "$HOME", "%", "%%",
    "%h %n", "#", "# x", ";", "a;b", "`id`", "$(id)", "\\n", "\\x41", "\\ ", " \\", "'\"'\"'",
    "\\'", '\\"', "--", "=", "a=b", "*", "~", "!", "|", "&", "é", "漢字", "🙂", "\u00a0", "\u2028",
    "x " * 200, "\\" * 50, "'" * 51, '"' * 51, "^$%\\'\"", "a,b", "{a,b}", "[0-9]",
)  # fmt: skip
PROGRAM = b"""#!/bin/sh
cd "${0%/*}/.." && { printf '%s\\0' "$@" > got.part && mv got.part got; }
exec sleep 60
"""


class Sample:
    """As much of a spec as a unit needs."""

    def __init__(self, layout):
        self.layout = layout
        self.etcd = type("Etcd", (), {"mode": EtcdMode.STACKED})()
        # The program lies below /root and writes what it was given: as root, without a sandbox.
        self.security = SecuritySpec(services=Services.ROOT)
        self.extra_args = ExtraArgs()


def values():
    chance = random.Random(20)
    made = ["".join(chance.choices(NASTY, k=chance.randint(1, 30))) for _ in range(300)]
    found = [*BY_HAND, *made, *hostile_texts.fit_for_flags()]
    assert not any(map(unfit, found))
    return found


NAME = "quoting-test"
"""Not the name of any program's unit: what runs on a host is left alone."""
UNITS = "/run/systemd/system"


@pytest.fixture(scope="module")
def on_host(tmp_path_factory):
    """Runs (command, stdin) on a host of this module's own lab and gives what it printed."""
    folder = tmp_path_factory.mktemp("lab") / "quoting"

    def run(command, given=b""):
        argv = lab.ssh_argv(folder, "master01", command)
        done = subprocess.run(argv, input=given, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    try:
        lab.up(folder, say=print, count=1, name=f"q{os.getpid() % 10000}")
        yield run
    finally:
        takedown.down(folder, print)


@pytest.fixture
def base(on_host):
    folder = "/root/quoting test %h $x; #"
    on_host(f"rm -rf '{folder}'; mkdir -p '{folder}/bin' '{folder}/cfg'")
    yield folder
    on_host(
        f"systemctl stop {NAME}; rm -rf '{folder}' {UNITS}/{NAME}.service; systemctl daemon-reload"
    )


def test_nasty_values_and_paths_arrive_unchanged(on_host, base):
    options = [(f"flag-{i}", value) for i, value in enumerate(values())]
    layout = Layout(base, base, UNITS)
    component = SCHEDULER
    put(on_host, component.binary(layout), PROGRAM)
    on_host(f"chmod 755 '{component.binary(layout)}'")
    put(on_host, component.options_path(layout), options_file(component.variable, options))
    put(on_host, layout.unit(NAME), unit(component, Sample(layout), None))
    on_host(f"systemctl daemon-reload && systemctl start {NAME}")
    assert arguments(on_host, base) == [f"--{name}={value}" for name, value in options]
    assert on_host(f"ls {hostile_texts.CANARY} 2>/dev/null || :") == b""


def put(on_host, path, content):
    on_host(f"cat > '{path}'", content)


def arguments(on_host, base):
    for _ in range(100):
        if got := on_host(f"cat '{base}/got' 2>/dev/null || :"):
            return got.decode().split("\0")[:-1]
        time.sleep(0.1)
    raise AssertionError(on_host(f"journalctl -u {NAME} -n 20 --no-pager").decode())


def test_a_missing_options_file_stops_the_start(on_host, base):
    layout = Layout(base, base, UNITS)
    put(on_host, SCHEDULER.binary(layout), PROGRAM)
    on_host(f"chmod 755 '{SCHEDULER.binary(layout)}'")
    put(on_host, layout.unit(NAME), unit(SCHEDULER, Sample(layout), None))
    on_host(f"systemctl daemon-reload; systemctl start {NAME} || :")
    told = on_host(f"systemctl show {NAME} -p Result; ls '{base}'").decode()
    assert "Result=resources" in told
    assert "got" not in told.split()


@pytest.mark.parametrize("char", ["\ufffe", "\ufdd0"])
def test_a_noncharacter_really_does_not_get_through_systemd(on_host, base, char):
    unit_file = (
        f"[Service]\nType=oneshot\nEnvironmentFile={base.replace('%', '%%')}/cfg/x\n"
        "ExecStart=/bin/sh -c 'printf %%s \"$X\" > /run/quoting.got'\n"
    )
    put(on_host, f"{base}/cfg/x", f'X="a{char}b"\n'.encode())
    put(on_host, f"{UNITS}/{NAME}.service", unit_file.encode())
    on_host(f"rm -f /run/quoting.got; systemctl daemon-reload; systemctl start {NAME} || :")
    assert on_host("cat /run/quoting.got 2>/dev/null || :").decode() != f"a{char}b"
