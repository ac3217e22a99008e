"""One way that a program is known to fail: its last words, the cause, what to do next."""

from __future__ import annotations

import re
from typing import NamedTuple


class Rule(NamedTuple):
    """pattern: searched in the evidence. {0}, {1} … in cause and command: its groups.

    {unit} and {owner} stand for the unit and who holds which port.
    """

    pattern: re.Pattern[str]
    cause: str
    command: str


def rule(pattern: str, cause: str, command: str) -> Rule:
    return Rule(re.compile(pattern, re.IGNORECASE), cause, command)
