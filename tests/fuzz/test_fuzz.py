"""Whatever is read is taken, or refused with a sentence: no traceback, no hang, no flood."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest

from fuzz import facts, fuzzing
from fuzz.targets import TARGETS, Target
from tui_installer.engine.hosts.facts import script

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MOST_GROWN = 512 << 10
"""kB. The documents of a test have a few MB at most."""


def test_fuzz(
    target: str,
    numbers: range,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, Any], None],
) -> None:
    seed = request.config.getoption("fuzz_seed")
    tally = fuzzing.run(target, numbers, seed, tmp_path)
    told = {name: getattr(tally, name) for name in ("cases", "slowest", "seconds", "grown")}
    row = {"target": target, "taken": dict(tally.taken), "found": len(tally.found), **told}
    record_property("fuzz", row)
    assert not tally.found, "\n\n".join(itertools.chain(*tally.found.items()))
    assert tally.cases == len(numbers)
    assert tally.grown < MOST_GROWN


@pytest.mark.parametrize("target", TARGETS)
def test_documents_are_the_same_again_and_differ_from_each_other(target: str) -> None:
    made = [fuzzing.document(target, number, 1) for number in range(40)]
    assert made == [fuzzing.document(target, number, 1) for number in range(40)]
    assert len(set(made)) > 20


def test_what_the_facts_are_mutated_from_is_taken_and_tells_of_all_that_a_host_tells(
    tmp_path: Path,
) -> None:
    read = facts.reader(tmp_path)
    assert read(facts.SEEDS[1]) == "taken"
    assert read(facts.SEEDS[0]) == "obstacles"
    told = {line.split(b"\t")[0].decode() for seed in facts.SEEDS for line in seed.splitlines()}
    assert told == {*re.findall(r"\bout ([a-z]+)", script("facts.sh"))} - {"s"}


def broken(data: bytes) -> str:
    while data.startswith(b"hang"):
        pass
    return data.decode("ascii")


@pytest.mark.parametrize(("data", "told"), [(b"\xff", "UnicodeDecodeError"), (b"hang", "Hang")])
def test_a_failure_and_a_hang_are_found(
    data: bytes, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzzing, "LONGEST", 0.1)
    TARGETS["broken"] = Target(lambda _: data, lambda _: broken)
    try:
        tally = fuzzing.run("broken", range(2), 1, tmp_path)
    finally:
        del TARGETS["broken"]
    assert tally.cases == 2
    assert [place.split()[0] for place in tally.found] == [told]
