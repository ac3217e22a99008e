"""What to write where an answers file has an alias of ssh_config in place of an address."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError
from tui_installer.model.check import parse
from tui_installer.model.check.findings import readable
from tui_installer.remote.ssh_config import lookup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui_installer.model.answers.document import Answers
    from tui_installer.model.check.problems import Problem

_ADDRESS = re.compile(r"hosts\.(\d+)\.address")


def with_hints(answers: Answers, problems: Iterable[Problem]) -> list[Problem]:
    """The problems; those of aliases with what would be right. Blocking."""
    return [_with_hint(answers, problem) for problem in problems]


def _with_hint(answers: Answers, problem: Problem) -> Problem:
    found = _ADDRESS.fullmatch(problem.path)
    hint = _hint(answers.hosts[int(found[1])].address) if found else ""
    return replace(problem, hint=hint) if hint else problem


def _hint(name: str) -> str:
    if readable(parse.ssh_host, name) is None or readable(parse.ip, name) is not None:
        return ""
    try:
        found = asyncio.run(lookup(name))
    except UsageError as error:
        return error.message
    if not found.named:
        return ""
    address = readable(parse.ip, found.hostname) or "the IP address that the other hosts reach"
    right = f"{{address: {address}, sshAddress: {name}}}"
    return f"`ssh {name}` goes to {found.hostname}; write {right}"
