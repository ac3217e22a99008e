"""`tui-installer doctor`: examines this machine, without touching the network."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode
from tui_installer.front.command import Command
from tui_installer.front.commands import options

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from tui_installer.actions.doctor.finding import Finding
    from tui_installer.front.text.style import Style

EPILOG = """\
Shows what would be used and why: Python, terminal, locale, SSH agent, known_hosts, proxies, CAs,
folders, programs. Logins in URLs are hidden. No host and no site is contacted.
exit codes: 0 nothing is bad, 1 something is bad, 2 usage
"""
MARKS = {"ok": ("✓ ok  ", "green"), "warn": ("! warn", "yellow"), "bad": ("✗ BAD ", "red")}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_output(parser, "json")


def _run(args: argparse.Namespace) -> ExitCode:
    import asyncio  # noqa: PLC0415 - --help needs none of it

    from tui_installer.actions.doctor import examine  # noqa: PLC0415
    from tui_installer.actions.doctor.finding import Level  # noqa: PLC0415
    from tui_installer.front import terminal  # noqa: PLC0415
    from tui_installer.front.text.style import Style  # noqa: PLC0415

    found = (*terminal.findings(), *asyncio.run(examine.machine_findings()))
    if args.output == "json":
        print(json.dumps({"schema": 1, "findings": [_data(one) for one in found]}, indent=2))
    else:
        sys.stdout.write("\n".join(_lines(found, Style.of(sys.stdout))) + "\n")
    return ExitCode.STEP_FAILED if any(f.level is Level.BAD for f in found) else ExitCode.OK


def _data(one: Finding) -> dict[str, str]:
    return {"topic": one.topic, "level": one.level, "text": one.text, "hint": one.hint}


def _lines(found: tuple[Finding, ...], style: Style) -> Iterator[str]:
    width = max(len(one.topic) for one in found)
    for one in found:
        mark, colour = MARKS[one.level]
        yield f"{style.paint(mark, colour)}  {one.topic:<{width}}  {one.text}"
        if one.hint:
            yield f"{'':<{width + 10}}{style.paint('Next:', 'cyan')} {one.hint}"


COMMAND = Command(
    name="doctor",
    help="examine this machine: what would be used, why, and what is wrong",
    add_arguments=_add_arguments,
    run=_run,
    epilog=EPILOG,
)
