"""Simple YAML is read as PyYAML reads it; everything else is left to PyYAML."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from repo_root import ROOT

from tui_installer.model import plain_yaml

LINES = (
    "", "# a comment", "  # indented", "#\x00", "name: dusk", "when: go on", "dark: true", "a: no",
    "on: dusk", "null:", "variables:", 'primary: "#6cB2f7"', '  state-run: "#6cb2f7"',
    "  state: words-too", "  deep:", "- item", "a: 1", "a: b: c", "a:  two", "a: b ", "a: [b]",
    "a: é", "a: b # comment", "\ta: b", "a: b\r", "---", "...", "a", "a: y", "? a", "<<: a",
)  # fmt: skip


@pytest.mark.parametrize("file", sorted((ROOT / "themes").glob("*.yaml")), ids=lambda f: f.stem)
def test_every_theme_of_ours_needs_no_library(file):
    text = file.read_bytes()
    assert plain_yaml.read(text) == yaml.safe_load(text)


@pytest.mark.parametrize("text", [b"theme: dusk\nwhenTerminalEnds: go on\n", b"theme: paper\n"])
def test_settings_need_no_library(text: bytes):
    assert plain_yaml.read(text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    "text",
    [b"", b"# only a comment", b"a:", b"a:\nb: c", b"a: yes", b"on: a", b"a: null", b"a: 5",
     b"  a: b", b"a: b\n  c: d", b"a:\n    b: c", b"a: b\r\n", b"a: \xc3\xa9", b"\xff", b"# \x00"],
)  # fmt: skip
def test_other_text_needs_the_library(text: bytes):
    assert plain_yaml.read(text) is None


@given(st.lists(st.sampled_from(LINES), max_size=6))
def test_what_is_read_is_what_the_library_reads(lines: list[str]):
    text = "\n".join(lines).encode()
    found = plain_yaml.read(text)
    assert found is None or found == yaml.safe_load(text)
