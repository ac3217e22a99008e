from __future__ import annotations

import math
import time

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from tui_installer.model.check.problems import AnswersInvalid
from tui_installer.store import strict_yaml
from tui_installer.store.yaml_dump import dumped

PARSERS = {"pure": yaml.SafeLoader}
if hasattr(yaml, "CSafeLoader"):
    PARSERS["libyaml"] = yaml.CSafeLoader


@pytest.fixture(autouse=True, params=PARSERS)
def parser(request, monkeypatch):
    """Every test runs with both of PyYAML's parsers."""
    monkeypatch.setattr(strict_yaml, "LOADER", PARSERS[request.param])


def load(text):
    return strict_yaml.load(text if isinstance(text, bytes) else text.encode(), "f.yaml")


def refused(text):
    with pytest.raises(AnswersInvalid) as caught:
        load(text)
    return caught.value.problems


def tried(text):
    """The problems of text, none if it is read; other exceptions pass through."""
    try:
        assert isinstance(load(text).data, dict)
    except AnswersInvalid as error:
        return error.problems
    return ()


def place(text):
    (problem,) = refused(text)
    assert problem.file == "f.yaml"
    return problem.line, problem.column


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".inf", math.inf),
        ("no", "no"),
        ("Off", "Off"),
        ("yes", "yes"),
        ("on", "on"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("017", "017"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("2024-01-01", "2024-01-01"),
        ("=", "="),
        ("v1.37.2", "v1.37.2"),
        ("10.0.0.1", "10.0.0.1"),
        ("1" * 64, "1" * 64),
        ('"true"', "true"),
        ("'12'", "12"),
        ('"a\\nb"', "a\nb"),
        ("|-\n  a\n  b", "a\nb"),
    ],
)
def test_scalars_mean_what_yaml_1_2_says(scalar, value):
    assert load(f"a: {scalar}\n").data == {"a": value}


def test_not_a_number_is_a_number():
    assert math.isnan(load("a: .nan").data["a"])


def test_every_key_and_value_has_its_place():
    document = load("a: 1\nhosts:\n  - address: x\n    sans: [p,  q]\n")
    assert document.position(("a",)) == (1, 4)
    assert document.position(("a",), key=True) == (1, 1)
    assert document.position(("hosts",)) == (3, 3)
    assert document.position(("hosts", 0)) == (3, 5)
    assert document.position(("hosts", 0, "address"), key=True) == (3, 5)
    assert document.position(("hosts", 0, "address")) == (3, 14)
    assert document.position(("hosts", 0, "sans", 1)) == (4, 16)


def test_what_is_not_there_has_the_place_of_what_is_around_it():
    document = load("a: 1\nhosts:\n  - address: x\n")
    assert document.position(("hosts", 0, "name", "x")) == (3, 5)
    assert document.position(("hosts", 7)) == (3, 3)
    assert document.position(("cluster", "name")) == (1, 1)


def test_columns_count_characters_and_a_byte_order_mark_is_none():
    assert load("\ufeffa: 1").position(("a",)) == (1, 4)
    assert load("{é: 1, b: 2}").position(("b",)) == (1, 11)
    assert load("a: 1\r\nb: 2\r\n").position(("b",)) == (2, 4)


def test_a_duplicate_key_is_told_with_both_places():
    (problem,) = refused("a:\n  b: 1\n  c: 2\n  b: 3\n")
    assert (problem.path, problem.line, problem.column) == ("a.b", 4, 3)
    assert "first at 2:3" in problem.hint


def test_the_first_of_two_keys_is_kept():
    document = strict_yaml.read(b"a: {b: 1}\na: [2]\nc: 3", "f")
    assert document.data == {"a": {"b": 1}, "c": 3}


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("a: &x 1", 1, 4, "an anchor is"),
        ("a: &x [1]", 1, 4, "an anchor is"),
        ("&x a: 1", 1, 1, "an anchor is"),
        ("b:\n  <<: {a: 1}", 2, 3, "merge key"),
        ("a: !!str 1", 1, 4, "a tag"),
        ("a: !x {b: 1}", 1, 4, "a tag"),
        ("a: ! 1", 1, 4, "a tag"),
        ("a: !!python/object/apply:os.system [id]", 1, 4, "a tag"),
        ("1: a", 1, 1, "a key is a number"),
        ("b: 1\ntrue: a", 2, 1, "a key is true"),
        ("~: a", 1, 1, "a key is nothing"),
        ("? [a]\n: b", 1, 3, "a key is a list"),
        ("{a: 1}: b", 1, 1, "a key is a list, a mapping"),
        ("a: 1\n---\nb: 2", 2, 1, "a second document"),
        ("- a", 1, 1, "want keys and values at the top, got a list"),
        ("text", 1, 1, "got a text of 4 characters"),
        ("a:\n\tb: 1", 2, 1, "spaces"),
        ("a: b: c", 1, 5, "quotes"),
        ("a: [1, 2\n", 2, 1, "not YAML"),
        ("a: 'b", 1, 6, "still open"),
        ("a: @b", 1, 4, "not YAML"),
        ("a: 1\n b: 2", 2, 3, "indentation"),
        ("a: \x00", 1, 4, "U+0000"),
        ("ab\ncd\x1b[31m", 2, 3, "U+001B"),
        ("é: \x85", 1, 4, "U+0085"),
        ("a: \u202eb", 1, 4, "U+202E"),
        ("a: \u2028b", 1, 4, "U+2028"),
        (b"a: 1\nb: \xc3\xa9\xff", 2, 5, "0xFF is not UTF-8"),
        (b"a: \xc3", 1, 4, "not UTF-8"),
        (b"\xef\xbb\xbf\xff", 1, 1, "not UTF-8"),
        (b"\xff\xfea\0:\0", 1, 1, "UTF-16"),
        (b"\xed\xa0\x80: 1", 1, 1, "not UTF-8"),
    ],
)
def test_a_trap_is_refused_at_its_place(text, line, column, says):
    assert place(text) == (line, column)
    assert says in str(refused(text)[0])


@pytest.mark.parametrize("escape", ["\\ud800", "\\UFFFFFFFF", "\\U00110000", "\\xZZ", "\\q"])
def test_an_escape_of_no_character_is_refused(escape):
    assert refused(f'a: "{escape}"')


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment\n", "\ufeff"])
def test_an_empty_file_says_so(text):
    (problem,) = refused(text)
    assert problem.message == "is empty"
    assert "answers example" in problem.hint


@pytest.mark.parametrize("text", ["---", "--- ~", "null"])
def test_a_document_of_nothing_says_so(text):
    assert "got nothing" in refused(text)[0].message


def test_an_alias_is_refused_beside_its_anchor():
    anchor, alias = refused("a: &x 1\nb: *x\n")
    assert (anchor.line, anchor.column, alias.line, alias.column) == (1, 4, 2, 4)
    assert "alias is not accepted" in alias.message


def test_everything_that_can_be_read_past_is_told_at_once():
    text = "a: &x 1\na: 2\n1: 3\nb: !t 4\n<<: 5\nc: *x\n"
    assert [problem.line for problem in refused(text)] == [1, 2, 3, 4, 5, 6]


def test_what_was_found_before_a_syntax_error_is_told_too():
    assert [problem.line for problem in refused("a: 1\na: 2\nb: 'c\n")] == [2, 4]


BOMBS = {
    "10 MB": "a: " + "x" * 10_000_000,
    "10,000 lists in each other": "[" * 10_000,
    "10,000 mappings in each other": "{a: " * 10_000,
    "10,000 blocks in each other": "- " * 10_000,
    "10,000 complex keys": "? " * 10_000,
    "100,000 values": "a: [" + "1," * 100_000 + "]",
    "10,000 duplicate keys": "a: 1\n" * 4_900,
    "many anchors": "".join(f"k{n}: &a{n} 1\n" for n in range(4_900)),
    "billions of laughs": "a: &a [x]\n"
    + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
    ),
    "a long number": "a: " + "9" * 200_000,
    "a long key": "x" * 200_000 + ": 1",
    "a long quoted key": '"' + "\\n" * 100_000 + '": 1',
    "spaces": " " * 250_000 + "a",
    "line breaks": "a:" + "\n" * 250_000 + " b: c",
    "comments": "#\n" * 120_000,
    "dashes": "-" * 250_000,
    "open quotes": "'" * 250_001,
    "colons": "a:" * 100_000,
    "a long tag": "!" + "a" * 200_000 + " b",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_done_with_in_a_second(bomb):
    started = time.process_time()
    problems = tried(bomb)
    assert len(problems) <= strict_yaml.MAX_PROBLEMS + 1
    assert all(len(str(problem)) < 1000 for problem in problems)
    assert time.process_time() - started < 1


def test_depth_and_size_are_bounded_by_documented_limits():
    deep = strict_yaml.MAX_DEPTH
    assert load("a: " + "[" * (deep - 1) + "]" * (deep - 1)).data
    assert place("a: " + "[" * deep) == (1, 3 + deep)
    (problem,) = refused("a: " + "x" * (256 * 1024 - 2))
    assert "256 KiB" in problem.hint
    assert load("a: " + "x" * (256 * 1024 - 3)).data


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    | st.from_regex(r"[-+0-9.:_eExob~nofyestrul]{1,8}", fullmatch=True)
)
KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
TREES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
)


@given(data=st.dictionaries(KEYS, TREES, max_size=5))
@example(data={"\u2066": "\u202eé"})
def test_what_is_dumped_is_read_as_it_was(data):
    text = dumped(data)
    assert load(text).data == data


@given(
    text=st.sampled_from(
        [
            "no",
            "on",
            "1:30",
            "017",
            "2024-01-01",
            "0o17",
            "1e5",
            "~",
            "0x1",
            "=",
            "<<",
            ".inf",
            "12e03",
            "1_0",
        ]
    )
)
def test_dumped_text_is_text_to_every_reader(text):
    written = dumped({"a": text})
    assert load(written).data == {"a": text}
    assert yaml.safe_load(written) == {"a": text}


@given(
    data=st.binary(max_size=200)
    | st.text(alphabet="ab:- \n\t[]{}\"'&*!|>?%@,#~0\\x", max_size=120).map(str.encode)
)
def test_any_bytes_are_read_or_refused(data):
    assert all(str(problem).isprintable() for problem in tried(data))
