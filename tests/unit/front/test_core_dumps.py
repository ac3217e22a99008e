"""No core dumps while keys are in memory: every process of ours forbids them for itself."""

from __future__ import annotations

import subprocess
import sys

LOOK = """\
import ctypes, resource, sys
from tui_installer import cli
from tui_installer.errors import ExitCode
from tui_installer.front import command_line
parse = command_line.parse
def look(args):
    print(*resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
    return ExitCode.OK
def looking(argv):
    args = parse(argv)
    args.run = look
    return args
command_line.parse = looking
cli.main(sys.argv[1:])
"""
"""A command line that tells of its process: the two limits, and PR_GET_DUMPABLE (prctl(2))."""


def told(*argv: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", LOOK, *argv], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_command_leaves_no_core_and_is_closed_to_tracers() -> None:
    assert told() == "0 0 0"


def test_so_does_the_process_of_a_background_run() -> None:
    assert told("background", "name", "--lock", "3") == "0 0 0"
