"""SECURITY.md names a test for each promise; each is there."""

from __future__ import annotations

import re

from repo_root import ROOT


def test_every_promise_names_tests_that_are_there() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    rows = text.partition("## What we promise")[2].partition("\n## ")[0].splitlines()
    promises = [row for row in rows if row.startswith("| ")][1:]
    assert len(promises) > 10
    for row in promises:
        named = re.findall(r"`((?:unit|hosts|tui|chaos|fuzz)/[\w/]+\.py)`", row)
        assert named or "`make " in row, row
        assert [name for name in named if not (ROOT / "tests" / name).is_file()] == []
