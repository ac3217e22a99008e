"""The documents name files that exist."""

from __future__ import annotations

import re

import pytest
from repo_root import ROOT

PLACES = (
    "", "tui_installer/", "tui_installer/model/", "tui_installer/model/answers/",
    "tui_installer/kubernetes/", "tui_installer/store/", "tui_installer/engine/",
    "tui_installer/engine/checks/", "tui_installer/engine/operations/rotation/",
    "tui_installer/front/", "tui_installer/front/commands/", "tui_installer/front/tui/",
    "tui_installer/actions/", "tests/", "tests/hosts/",
)  # fmt: skip


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_file_that_a_document_names_exists(name: str) -> None:
    text = (ROOT / name).read_text()
    named = re.findall(r"`([\w./-]+/|[\w./-]+\.(?:py|sh|toml|tcss))`", text)
    assert len(named) > 10
    missing = [one for one in named if not any((ROOT / place / one).exists() for place in PLACES)]
    own = {"screen.tcss", "declaration.py", "work.py", "at_upload.py", "__init__.py"}
    assert [one for one in missing if "PAGE" not in one and one not in own] == []
