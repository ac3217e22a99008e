"""Which line of ssh_config(5) an option comes from, by what ``ssh -vvv`` reports of its reading.

OpenSSH reports which Host and Match lines apply. The options are below those lines; what they mean
is OpenSSH's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    Line = tuple[str, int]

MOST_BYTES = 1 << 20
_APPLIES = re.compile(r"debug1: (.+) line (\d+): Applying options for (.+)")
_CRITERION = re.compile(r"debug3: (.+) line (\d+): (not )?matched ")
_INCLUDES = re.compile(r"debug3: .+ line \d+: Including file (.+) depth \d+( \(parse only\))?")
_READS = re.compile(r"(?m)^debug1: Reading configuration data (.+)$")
_KEYWORD = re.compile(r"\s*([A-Za-z][A-Za-z0-9]*)[\s=]")
_VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")
_MATCHES_ALL = re.compile(r"\s*match[\s=]+(all|canonical|final|final\s+all|canonical\s+all)\s*$")


@dataclass(frozen=True, slots=True)
class Trace:
    """files: those of the command itself, without included ones. patterns: of Host, that match.

    lines: keyword in lower case → (file, line) of each place where it is set and counts.
    """

    files: tuple[str, ...]
    patterns: tuple[str, ...]
    lines: dict[str, list[Line]]


def read(stderr: str) -> Trace:
    """The trace that ``ssh -vvv -G`` wrote. Reads the files that it names."""
    applied: dict[Line, str] = {}
    criteria: dict[Line, bool] = {}
    included: dict[str, bool] = {}
    order: list[str] = []
    for line in stderr.splitlines():
        if found := _APPLIES.match(line):
            applied[found[1], int(found[2])] = found[3].strip()
        elif found := _CRITERION.match(line):
            at = found[1], int(found[2])
            criteria[at] = criteria.get(at, True) and not found[3]
        elif found := _INCLUDES.match(line):
            included[found[1]] = included.get(found[1], False) or not found[2]
        elif (found := _READS.match(line)) and found[1] not in order:
            order.append(found[1])
        elif "re-parsing configuration" in line:  # criteria such as `final` are judged again
            criteria = {at: True for at, holds in criteria.items() if holds}
    active = {at for at, holds in criteria.items() if holds} | set(applied)
    lines: dict[str, list[Line]] = {}
    for file in order:
        if included.get(file, True):
            for keyword, number in _options(file, active):
                lines.setdefault(keyword, []).append((file, number))
    top = tuple(file for file in order if file not in included)
    return Trace(top, tuple(applied.values()), lines)


def variables(stderr: str) -> frozenset[str]:
    """The environment variables that the files name."""
    files = dict.fromkeys(_READS.findall(stderr))
    return frozenset(name for file in files for name in _VARIABLE.findall(_text(file)))


def _options(file: str, active: set[Line]) -> Iterator[tuple[str, int]]:
    """(keyword, line number) of the options of a file that count."""
    counts = True
    for number, line in enumerate(_text(file).splitlines(), 1):
        found = _KEYWORD.match(line)
        keyword = found[1].lower() if found else ""
        if keyword in {"host", "match"}:
            counts = (file, number) in active or bool(_MATCHES_ALL.match(line.lower()))
        elif keyword and counts:
            yield keyword, number


def _text(file: str) -> str:
    try:
        with Path(file).open("rb") as stream:
            return stream.read(MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
