from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.remote.clean import clean
from tui_installer.remote.output import LINE_BYTES, Collected, Lines, Tail

NASTY = st.sampled_from(
    ["\x1b[", "\x1b]52;c;", "\x07", "\x1b\\", "\x9b", "\x9d", "\x90", "\x1b", "\x7f", "\0", "\r",
     "\n", "\r\n", "\t", "m", "31", "\u202e", "\u2066", "\u200f", "\u061c", "\u2028", "\ufeff",
     "\U000e0041", "é", "漢", "text ", "\ud800"]
)  # fmt: skip
TEXT = st.one_of(st.text(), st.lists(NASTY).map("".join))
BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def assert_harmless(text: str) -> None:
    for char in text:
        assert char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(char) not in BIDI
    assert not set(text) & set("\u061c\u200e\u200f\u200b\ufeff")


@given(TEXT)
def test_cleaned_text_holds_nothing_a_terminal_acts_upon(text):
    assert_harmless(clean(text))


@given(st.one_of(st.binary(), TEXT.map(lambda text: text.encode("utf-8", "replace"))))
def test_cleaned_bytes_hold_nothing_a_terminal_acts_upon(data):
    assert_harmless(clean(data))
    clean(data).encode()


@given(TEXT, st.integers(1, 50))
def test_no_line_is_longer_than_the_limit_and_cleaning_twice_changes_nothing(text, limit):
    once = clean(text, limit)
    assert all(len(line) <= limit for line in once.split("\n"))
    assert clean(once, limit) == once


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain\ttext\nnext", "plain\ttext\nnext"),
        ("\x1b[31;1mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]52;c;cm0gLXJm\x1b\\after", "after"),
        ("a\x1b]52;c;never ended\nnext", "a\nnext"),
        ("\x1bP1$rpayload\x1b\\x", "x"),
        ("\x9b31mred\x9d0;t\x9cx", "redx"),
        ("10 %\r50 %\r100 %\r\ndone", "100 %\ndone"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        (b"caf\xc3\xa9 \xff", "café \ufffd"),
        ("\x1b(Bx\x1bcy\x1b", "xy"),
    ],
)
def test_escape_sequences_go_with_their_payload(raw, shown):
    assert clean(raw) == shown


def test_a_long_line_ends_in_an_ellipsis():
    assert clean("a" * 10 + "\nb", limit=5) == "aaaa…\nb"


@given(st.lists(st.binary(max_size=20)))
def test_lines_do_not_depend_on_how_the_stream_was_cut(chunks):
    cut, whole = Lines(), Lines()
    by_chunk = [line for chunk in chunks for line in cut.feed(chunk)] + cut.rest()
    assert by_chunk == whole.feed(b"".join(chunks)) + whole.rest()


def test_a_line_that_never_ends_is_held_within_bounds():
    lines = Lines()
    for _ in range(100):
        assert lines.feed(b"x" * 10_000) == []
    assert len(lines._partial) == LINE_BYTES
    assert lines.feed(b"\nnext\n")[1:] == ["next"]


def test_collecting_stops_at_the_limit():
    collected = Collected(10)
    assert collected.add(b"12345")
    assert collected.add(b"67890")
    assert not collected.add(b"!")
    assert collected.value() == b"1234567890"


def test_collecting_stops_at_so_many_lines():
    collected = Collected(1000, lines=3)
    assert collected.add(b"1\n2\n")
    assert collected.add(b"3\n4")
    assert not collected.add(b"\n")


def test_of_too_much_stderr_the_end_is_kept():
    tail = Tail(limit=100)
    for number in range(1000):
        tail.add(b"line %d\n" % number)
    text = tail.text()
    assert text.endswith("line 999\n")
    assert len(text) < 150
    assert "bytes left out" in text.splitlines()[0]
