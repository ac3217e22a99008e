"""A text that the user typed is shown in a message only where its field is declared public."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.actions.runs.check import check as check_file
from tui_installer.errors import AuthenticationFailed, InstallerError
from tui_installer.model.answers.document import Answers
from tui_installer.model.answers.known_keys import (
    block_at,
    field_at,
    inner_block,
    is_public,
    keys_of,
)
from tui_installer.model.check import parse
from tui_installer.model.check.check import check
from tui_installer.model.check.parse_text import public_url, shown, without_login
from tui_installer.model.secret import variable_shown
from tui_installer.model.spec import SecretRef
from tui_installer.release.client import parse_url
from tui_installer.remote.credentials import Credentials
from tui_installer.store import answers_file
from tui_installer.store.yaml_dump import dumped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CANARY = "kanari7Z"
NUMBER = 7391842655
At = tuple[str | int, ...]


def fields(at: At = ()) -> Iterator[At]:
    """The place of every answer; the first host and the first SAN stand for all."""
    block = block_at(at)
    for key in keys_of(block):
        yield (*at, key)
        field = field_at((*at, key))
        inner = inner_block(field.annotation) if field else None
        if field and inner and inner is not block:  # a chain of jump hosts has no end
            listed = str(field.annotation).startswith("list")
            yield from fields((*at, key, 0) if listed else (*at, key))


FIELDS = list(fields())
BLOCKS: list[At] = [(), *(at for at in FIELDS if block_at(at) and at[-1] != "hosts"), ("hosts", 0)]


def document(at: At, value: object) -> dict[str, Any]:
    """The smallest document with value at that place."""
    for part in reversed(at):
        value = [value] if part == 0 else {part: value}
    assert isinstance(value, dict)
    return {"hosts": [{"address": "192.0.2.11"}]} | value


def said(text: str) -> str:
    """Everything that --check would print about the text of an answers file."""
    try:
        answers_file.resolve(answers_file.loads(text.encode(), "a.yaml", answers_file.Path("/")))
    except InstallerError as error:
        return "\n".join((error.message, *error.details, error.hint))
    return ""


def test_every_answer_is_known_to_this_test() -> None:
    assert ("hosts", 0, "ssh", "sudo", "password", "env") in FIELDS
    assert not is_public(("ssh", "passphrase", "file"))
    assert is_public(("cluster", "name"))
    assert len(FIELDS) > 80


TYPES: dict[str, object] = {
    "a text": CANARY,
    "a long text": f"{CANARY} with blanks: {'x' * 300}",
    "two lines": f"{CANARY}\n{CANARY}",
    "a number": NUMBER,
    "a list": [CANARY],
    "a list of lists": [[CANARY, NUMBER]],
    "keys": {"k": CANARY},
    "keys of keys": {"k": {"k": [CANARY]}},
    "known keys": {"file": {"file": CANARY}, "env": [CANARY], "mode": {"x": CANARY}},
}
SCALARS = {"a text", "a long text", "two lines", "a number"}


@pytest.mark.parametrize("kind", TYPES)
def test_a_value_of_a_wrong_type_is_described(kind: str) -> None:
    for at in FIELDS:
        # A text for a single value may be shown where that is public; for a block never.
        if kind in SCALARS and is_public(at) and not block_at(at):
            continue
        text = said(dumped(document(at, TYPES[kind])))
        flags = kind == "keys" and "xtraArgs" in str(at)  # a flag and its value, as declared
        items = kind == "a list" and at[-1] in PUBLIC_ITEMS
        assert flags or items or (CANARY not in text and str(NUMBER) not in text), (at, text)


PUBLIC_ITEMS = ("endpoints", "addresses", "serviceCIDR", "podCIDR")
"""Answers that may be lists, whose items are public texts as declared."""


def test_a_block_is_never_shown_as_the_text_that_stands_there_instead() -> None:
    for at in BLOCKS[1:]:
        text = said(dumped(document(at, CANARY)))
        assert f"a text of {len(CANARY)} characters" in text, at
        assert CANARY not in text


def test_an_unknown_key_is_named_and_its_value_is_not() -> None:
    for at in BLOCKS:
        text = said(dumped(document((*at, "unheard"), CANARY)))
        assert "unknown key" in text, at
        assert CANARY not in text, text
        assert ("unheard" in text) == is_public(at), text


def test_a_key_where_a_secret_is_described_is_not_named() -> None:
    for at in (at for at in BLOCKS if not is_public(at)):
        for value in ({CANARY: None}, {CANARY: {"file": 1}}, {"file": {CANARY: 1}}):
            text = said(dumped(document(at, value)))
            assert "unknown key" in text or "want text" in text
            assert CANARY not in text, text


LOGINS = (
    f"https://user:{CANARY}@example.com/path",
    f"https://{CANARY}@example.com",
    f"http://user:{CANARY}/half?of=#it@example.com:99999/",
    f"HTTPS://ü:{CANARY}@ex_ample.com",
    f"https://example.com/?token={CANARY} ",
    f"user:{CANARY}@192.0.2.11",
    f"ftp://a@b:{CANARY}@example.com",
)


@pytest.mark.parametrize("login", LOGINS)
def test_a_login_in_a_url_is_never_shown(login: str) -> None:
    for at in FIELDS:
        text = said(dumped(document(at, login)))
        assert CANARY not in text, (at, text)


@pytest.mark.parametrize("kind", ["mirror", "tarball", "folder"])
def test_a_login_in_a_source_is_refused_in_words(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "answers.yaml"
    source = {"kind": kind, "location": f"https://ada:{CANARY}@mirror.example.com/k8s"}
    path.write_text(dumped(document(("kubernetes", "source"), source)))
    with pytest.raises(InstallerError) as caught:
        check_file(path)
    text = "\n".join(caught.value.details)
    assert CANARY not in text
    assert ("without user and password" in text) == (kind != "folder")


INLINE = """\
ssh:
  passphrase: {0}
  password: {0}
  sudo:
    password: {0}
hosts:
  - address: 192.0.2.11
    password: {0}
    ssh: {{sudo: {{password: {{env: "{0} x", file: ""}}}}}}
"""


def test_a_password_written_inline_gets_the_hint_where_it_belongs() -> None:
    text = said(INLINE.format(CANARY))
    assert CANARY not in text
    assert text.count("never written into the answers") == 5
    assert text.count("{env: VARIABLE}") == 4


@pytest.mark.parametrize("sign", ["&", "*", "!", "!!", "%", "@", "`", "|", ">", "{", "[", '"', "'"])
@pytest.mark.parametrize("key", ["passphrase", "password", "sudo: {password"])
def test_a_password_that_begins_like_yaml_is_not_shown(sign: str, key: str) -> None:
    text = said(f"ssh:\n  {key}: {sign}{CANARY}{'}' if '{' in key else ''}\n")
    assert text
    assert CANARY not in text, text


def test_a_key_of_a_secret_that_is_there_twice_is_not_named() -> None:
    text = said(f"ssh: {{passphrase: {{{CANARY}: 1, {CANARY}: 2}}}}")
    assert "a key occurs twice" in text
    assert CANARY not in text
    assert str(NUMBER) not in said(f"ssh: {{passphrase: {{{NUMBER}: 1}}}}")


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(FIELDS))
def test_the_wizard_shows_no_login_and_no_secret(before: str, after: str, at: At) -> None:
    """Its pages judge texts as they are typed, whole document or not."""
    field = field_at(at)
    assert field is not None
    if field.annotation not in (str, str | None):
        return
    texts = [f"https://{before}:{CANARY}{after}@example.com"]
    if not is_public(at):
        texts.append(f"{before}{CANARY}{after}")
    for text in texts:
        answers = Answers.model_validate(document(at, text), by_alias=True, by_name=False)
        for problem in check(answers):
            assert CANARY not in str(problem)


@given(st.text(), st.text())
def test_what_is_shown_of_a_url_has_no_login(user: str, password: str) -> None:
    text = f"https://{user}:{password}{CANARY}@example.com/path"
    assert CANARY not in shown(text)
    assert without_login(text).startswith("https://…@")
    if "/" not in user:  # otherwise the user is a host, and the rest of the text a path
        with pytest.raises(ValueError, match="want") as caught:
            parse.url(text)
        assert CANARY not in str(caught.value)
    with pytest.raises(InstallerError) as refused:
        parse_url(f"no{text}")
    assert CANARY not in refused.value.message


def test_a_proper_url_is_shown_without_login_and_query_and_with_its_path() -> None:
    url = f"https://ada:{CANARY}@proxy.example.com/x/@v/v1.zip?sig={CANARY}"
    assert public_url(url) == "https://proxy.example.com/x/@v/v1.zip"
    assert public_url("/a/folder@2?x") == "/a/folder@2?x"


@pytest.mark.parametrize("text", ["ada", "ada@example.com", r"EX\ada", "10.0.0.0/24", "a:b", "a?b"])
def test_other_texts_are_shown_whole(text: str) -> None:
    assert shown(text) == repr(text)


def test_a_password_in_place_of_a_file_or_variable_is_not_shown(tmp_path: Path) -> None:
    for ref in (SecretRef(tmp_path / CANARY), SecretRef(tmp_path / "no" / CANARY),
                SecretRef(None, CANARY)):  # fmt: skip
        with pytest.raises(AuthenticationFailed) as caught:
            Credentials(environ={}).resolve(ref, "sudo's password")
        assert CANARY not in f"{caught.value.message} {caught.value.hint}"
    assert variable_shown("SSH_PASSWORD") == "the variable SSH_PASSWORD"
    assert re.fullmatch("a variable with a name of 8 characters", variable_shown(CANARY))
