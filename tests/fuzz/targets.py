"""What is fuzzed: for each kind of document how one is made, and everything that reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fuzz import answers, facts, files, journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random


@dataclass(frozen=True)
class Target:
    """make: a mutated document. open: given a folder, what reads one.

    A reader returns how the document was taken, in a word or two, and raises what must not be.
    share: of a whole run's cases.
    """

    make: Callable[[Random], bytes]
    open: Callable[[Path], Callable[[bytes], str]]
    share: float = 0.1


TARGETS: dict[str, Target] = {
    "answers": Target(answers.make, answers.reader, 1.0),
    "facts": Target(facts.make, facts.reader, 1.0),
    "journal": Target(journal.make, journal.reader, 1.0),
    **{name: Target(*pair) for name, pair in files.KINDS.items()},
}
