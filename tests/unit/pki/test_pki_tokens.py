from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.model.secret import MASK, Secret
from tui_installer.pki.tokens import (
    bootstrap_token,
    csv_token,
    encryption_key,
    parse_bootstrap_token,
    parse_csv_token,
    parse_encryption_key,
)

BOOTSTRAP = re.compile(rb"[a-z0-9]{6}\.[a-z0-9]{16}")


def test_bootstrap_tokens_have_the_required_form_and_differ():
    tokens = [bootstrap_token() for _ in range(200)]
    assert all(BOOTSTRAP.fullmatch(token.full.reveal()) for token in tokens)
    assert len({token.full for token in tokens}) == 200
    used = set(b"".join(token.secret.reveal() for token in tokens))
    assert used == set(b"abcdefghijklmnopqrstuvwxyz0123456789")


def test_a_bootstrap_token_prints_its_id_only():
    token = bootstrap_token()
    assert repr(token) == f"BootstrapToken(id='{token.id}', secret={MASK})"


def test_a_bootstrap_token_survives_its_text():
    token = bootstrap_token()
    assert parse_bootstrap_token(token.full) == token


def test_csv_tokens_are_32_hex_digits():
    token = csv_token()
    assert re.fullmatch(rb"[0-9a-f]{32}", token.reveal())
    assert parse_csv_token(token) == token
    assert csv_token() != token


def test_encryption_keys_are_32_bytes_in_base64():
    key = encryption_key()
    assert len(base64.b64decode(key.reveal(), validate=True)) == 32
    assert parse_encryption_key(key) == key
    assert encryption_key() != key


BAD = [
    b"", b".", b"abcdef", b"abcdef.0123456789abcde", b"abcdef.0123456789abcdef0",
    b"ABCDEF.0123456789abcdef", b"abcdef.0123456789abcdef\n", b" abcdef.0123456789abcdef",
    b"abcdef:0123456789abcdef", b"abcde.f.0123456789abcde", "abcdéf.0123456789abcdef".encode(),
    b"\xff\xfe", b"0" * 32,
]  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_other_texts_are_no_bootstrap_tokens(text):
    with pytest.raises(ValueError, match="6 and 16 characters of a-z and 0-9"):
        parse_bootstrap_token(Secret(text))


@pytest.mark.parametrize(
    "text", [b"", b"0" * 31, b"0" * 33, b"G" * 32, b"A" * 32, b"0" * 32 + b"\n"]
)
def test_other_texts_are_no_csv_tokens(text):
    with pytest.raises(ValueError, match="32 characters of 0-9 and a-f"):
        parse_csv_token(Secret(text))


@pytest.mark.parametrize(
    "text", [b"", b"AAAA", base64.b64encode(b"x" * 31), base64.b64encode(b"x" * 33), b"\xff" * 44,
             base64.b64encode(b"x" * 32) + b"\n", base64.b64encode(b"x" * 32)[:-1]],
)  # fmt: skip
def test_other_texts_are_no_encryption_keys(text):
    with pytest.raises(ValueError, match="32 bytes as base64"):
        parse_encryption_key(Secret(text))


@given(st.binary(max_size=60))
def test_a_refusal_is_the_same_sentence_whatever_was_given(text):
    for parse in (parse_bootstrap_token, parse_csv_token, parse_encryption_key):
        assert refusal(parse, text) in {"", refusal(parse, b"")}


def refusal(parse, text):
    try:
        parse(Secret(text))
    except ValueError as error:
        return str(error)
    return ""
