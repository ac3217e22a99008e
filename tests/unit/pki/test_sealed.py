"""Streams encrypted with a passphrase: only whole, only ours, only with the passphrase."""

from __future__ import annotations

import io
import json

import pytest

from tui_installer.model.secret import Secret
from tui_installer.pki import sealed

RIGHT = Secret("correct horse")
CHEAP = 1 << 4


def made(*parts: bytes) -> bytes:
    return b"".join(sealed.seal(parts, RIGHT, n=CHEAP))


def opened(data: bytes, passphrase: Secret = RIGHT) -> bytes:
    file = io.BytesIO(data)
    return b"".join(sealed.unseal(file, sealed.unlock(file, passphrase)))


@pytest.mark.parametrize("size", [0, 1, sealed.CHUNK - 1, sealed.CHUNK, 2 * sealed.CHUNK + 5])
def test_what_goes_in_comes_out_and_is_not_seen_in_between(size):
    text = b"SECRETS!" * (size // 8) + b"x" * (size % 8)
    data = made(text[: size // 2], text[size // 2 :])
    assert opened(data) == text
    assert b"SECRETS!" not in data


def test_the_same_twice_is_not_the_same_file():
    assert made(b"x") != made(b"x")


def test_another_passphrase_is_told_from_damage():
    data = made(b"x" * 100)
    with pytest.raises(sealed.BadPassphrase):
        opened(data, Secret("correct horsf"))
    with pytest.raises(sealed.Damaged, match="byte"):
        opened(data[:-1] + bytes([data[-1] ^ 1]))


def test_a_file_cut_anywhere_is_refused():
    data = made(b"x" * (sealed.CHUNK + 10))
    whole_chunk = len(data) - 10 - 16
    for cut in (len(data) - 1, whole_chunk + 1, whole_chunk, 400):
        with pytest.raises((sealed.Damaged, sealed.BadPassphrase)):
            opened(data[:cut])


def test_chunks_keep_their_places():
    data = made(b"a" * sealed.CHUNK + b"b" * sealed.CHUNK + b"c")
    chunk = sealed.CHUNK + 16
    start = len(data) - 2 * chunk - 17
    first, second = data[start : start + chunk], data[start + chunk : start + 2 * chunk]
    with pytest.raises(sealed.Damaged):
        opened(data[:start] + second + first + data[start + 2 * chunk :])


def changed(**fields: object) -> bytes:
    line, _, rest = made(b"x").partition(b"\n")
    return json.dumps({**json.loads(line), **fields}).encode() + b"\n" + rest


@pytest.mark.parametrize(
    "fields",
    [
        {"magic": "other"},
        {"n": 1 << 30},
        {"n": 3},
        {"r": 0},
        {"p": 1000},
        {"salt": "!"},
        {"cipher": "none"},
        {"n": "x"},
        {"n": float("inf")},
        {"r": [8]},
    ],
)
def test_headers_that_no_version_writes_are_refused_before_any_work(fields):
    with pytest.raises(sealed.NotSealed):
        opened(changed(**fields))


@pytest.mark.parametrize("data", [b"", b"\n", b"apiVersion: x\n", b"[]\n", b"\xff" * 5000])
def test_other_files_are_none_of_ours(data):
    with pytest.raises(sealed.NotSealed):
        sealed.check(io.BytesIO(data))


def test_a_newer_form_is_told_as_such():
    with pytest.raises(sealed.Newer):
        opened(changed(version=2))


def test_the_parameters_are_protected_too():
    with pytest.raises(sealed.BadPassphrase):
        opened(changed(n=CHEAP * 2))
