"""Mutations of bytes, of text and of plain data; the same random.Random makes the same ones."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import hostile_texts
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

TEXTS = hostile_texts.texts()
NUMBERS = (
    0, -1, 1, 255, 65536, 2**31, 2**63, 2**64, -(2**63), 10**30, 10**400, 1.5, -0.0, 1e308, 5e-324,
    float("inf"), float("-inf"), float("nan"), 253402300800, 1e18,
)  # fmt: skip
PLAIN = (None, True, False, "", [], {}, [[]], [{}], {"": ""}, {"a": {"b": {"c": []}}})
_DEEP = (5, 40, 60)
_MANY = 200
"""Lists and mappings of a document that is large already: no part of it is made 200 times more."""
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_BITS = (
    b"\0", b"\xff", b"\xfe\xff", b"\xc3", b"\xed\xa0\x80", b"\n", b"\r", b"\t", b" ", b"\x1b[",
    b"\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"9" * 500, b"9" * 5000,
    b"1e999", b"NaN", b"\\ud800", b"\\u0000", b'"', b"'", b"{", b"}", b"[", b"]", b":", b",",
    b"-", b"#", b"&a ", b"*a", b"<<: ", b"!!x ", b"---\n", b"|", b"%", b"=", b"\\",
)  # fmt: skip
_LAUGHS = b"a0: &a0 [x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 7)
)
_TRAPS = (
    b"x: &a [1]\ny: [*a, *a]\n", b"<<: {a: 1}\n", b"? [a]\n: b\n", b"---\n", b"...\n",
    b"!!map {a: 1}\n",
    _LAUGHS,
    b"hosts: [" + b"{address: 192.0.2.1}," * 400 + b"]\n", b"sans: [" + b"a," * 3000 + b"]\n",
    b"a: 1\n" * 300, b"  - - - - - -\n", b"[" * 2000, b"{a: " * 2000, b"\t\n",
    b"k" * 70_000 + b": 1\n",
)  # fmt: skip


def of_bytes(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A few cuts, repeats, swaps, flips and insertions. others: what may be spliced in."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        data = chance.choice(_ON_BYTES)(chance, data, others)
    return data


def _place(chance: Random, data: bytes) -> tuple[int, int]:
    start = chance.randint(0, len(data))
    return start, min(len(data), start + chance.choice((0, 1, 1, 2, 4, 16, 200)))


def _cut(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _place(chance, data)
    return data[:start] + data[end:]


def _repeat(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _place(chance, data)
    return data[:end] + data[start:end] * chance.choice((1, 1, 2, 50)) + data[end:]


def _flip(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    if not data:
        return b"\0"
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def _insert(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _place(chance, data)
    bit = chance.choice(_BITS) if chance.random() < 0.7 else text(chance).encode()
    return data[:start] + bit + data[end:]


def _splice(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others)
    return data[: _place(chance, data)[0]] + other[_place(chance, other)[0] :]


def _lines(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A line is dropped, doubled, moved, or another document's line comes in."""
    lines = data.splitlines(keepends=True) or [b""]
    at = chance.randrange(len(lines))
    foreign = chance.choice(chance.choice(others).splitlines(keepends=True) or [b""])
    new = chance.choice(
        ([], [lines[at]] * 2, [foreign], [chance.choice(_TRAPS)], [lines[at], foreign])
    )
    lines[at : at + 1] = new
    if chance.random() < 0.2:
        chance.shuffle(lines)
    return b"".join(lines)


def _truncate(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    return data[: _place(chance, data)[0]]


_ON_BYTES: tuple[Callable[[Random, bytes, Sequence[bytes]], bytes], ...] = (
    _cut, _repeat, _flip, _flip, _insert, _insert, _splice, _lines, _lines, _truncate,
)  # fmt: skip


def text(chance: Random) -> str:
    return chance.choice(TEXTS)


def value(chance: Random) -> Any:
    """Anything that plain data can hold."""
    kind = chance.random()
    if kind < 0.5:
        return text(chance)
    if kind < 0.75:
        return chance.choice(NUMBERS)
    if kind < 0.95:
        return copy.deepcopy(chance.choice(PLAIN))
    deep: Any = text(chance)
    for _ in range(chance.choice(_DEEP)):
        deep = [deep] if chance.random() < 0.5 else {"a": deep}
    return deep


def of_tree(chance: Random, tree: Any) -> Any:
    """The data with a few values, keys and lists otherwise."""
    tree = copy.deepcopy(tree)
    for _ in range(chance.choice((1, 1, 2, 3, 5))):
        boxes = list(_boxes(tree))
        if not boxes:
            return value(chance)
        _change(chance, chance.choice(boxes), boxes)
    return tree


def _boxes(tree: Any) -> list[Any]:
    """Every list and mapping that holds something."""
    found, left = [], [tree]
    while left:
        here = left.pop()
        if isinstance(here, (dict, list)) and here:
            found.append(here)
            left += here.values() if isinstance(here, dict) else here
    return found


def _change(chance: Random, box: Any, boxes: list[Any]) -> None:
    at = chance.choice(list(box)) if isinstance(box, dict) else chance.randrange(len(box))
    what = chance.random()
    if what < 0.3:
        box[at] = _alike(chance, box[at])
    elif what < 0.5:
        box[at] = value(chance)
    elif what < 0.6:
        del box[at]
    elif what < 0.7:
        box[at] = copy.deepcopy(chance.choice(boxes))
    elif isinstance(box, list):
        times = (1, 2, 200) if len(boxes) < _MANY else (1, 2)
        box[at:at] = [copy.deepcopy(box[at])] * chance.choice(times)
    elif what < 0.85:
        box[text(chance)] = value(chance)
    else:
        box[chance.choice((at.upper(), at + " ", "-" + at, at[:-1], text(chance)))] = box.pop(at)


def _alike(chance: Random, before: Any) -> Any:
    """Another value of its kind, which gets further than one of any kind."""
    if isinstance(before, bool):
        return not before
    if isinstance(before, (int, float)):
        return chance.choice(NUMBERS)
    return text(chance) if isinstance(before, str) else value(chance)


def as_yaml(chance: Random, tree: Any) -> bytes:
    """The data as YAML of one of several looks; sometimes with what data cannot hold."""
    look = chance.random()
    if look < 0.4:
        data = json.dumps(tree, ensure_ascii=look < 0.2).encode()
    elif look < 0.8:
        data = _blocks(tree).encode()
    else:
        data = yaml.dump(tree, Dumper=DUMPER, allow_unicode=True, sort_keys=False).encode()
    return of_bytes(chance, data, [data]) if chance.random() < 0.1 else _deepened(chance, data)


def _deepened(chance: Random, data: bytes) -> bytes:
    """Now and then a value is nested deeper than any recursion goes."""
    parts = data.split(b": ")
    if len(parts) < 2 or chance.random() > 0.02:
        return data
    at, deep = chance.randrange(1, len(parts)), chance.choice((100, 2000, 50_000))
    parts[at] = b"[" * deep + parts[at]
    return b": ".join(parts)


def _blocks(tree: Any) -> str:
    """Top-level keys as blocks of their own, so that traps among lines can be put between."""
    if not isinstance(tree, dict):
        return json.dumps(tree)
    return "".join(f"{json.dumps(key)}: {json.dumps(value)}\n" for key, value in tree.items())


def as_json(chance: Random, tree: Any) -> bytes:
    return _deepened(chance, json.dumps(tree).encode())
