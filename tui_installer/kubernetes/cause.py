"""A known failure of a program: a pattern of its log lines, the cause, and what to do next."""

from __future__ import annotations

import re
from typing import NamedTuple


class Rule(NamedTuple):
    """pattern: searched in the log lines. {0}, {1} … in cause and command: its groups.

    {unit}: the unit. {owner}: which program listens on which port.
    """

    pattern: re.Pattern[str]
    cause: str
    command: str


def rule(pattern: str, cause: str, command: str) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE), cause, command)
