"""What is declared of an answer is found wherever the answer stands."""

from __future__ import annotations

import pytest

from tui_installer.model.known_keys import field_at, is_public


@pytest.mark.parametrize(
    "path",
    [
        ("ssh", "passphrase"),
        ("ssh", "passphrase", "env"),
        ("ssh", "sudo", "password", "file"),
        ("ssh", "jump", "passphrase"),
        ("hosts", 0, "ssh", "passphrase"),
        ("hosts", 2, "ssh", "sudo", "password"),
        ("hosts", 2, "ssh", "sudo", "password", "a typed password"),
    ],
)
def test_what_may_hold_a_password_is_not_public(path: tuple[str | int, ...]) -> None:
    assert not is_public(path)


@pytest.mark.parametrize(
    "path", [(), ("cluster", "name"), ("hosts", 0, "address"), ("sans", 1), ("nothing", "known")]
)
def test_any_other_answer_is_public(path: tuple[str | int, ...]) -> None:
    assert is_public(path)


def test_a_path_names_its_field() -> None:
    named = field_at(("hosts", 0, "ssh", "user"))
    assert named is not None
    assert named.description == "As ssh.user, for this host."
    assert field_at(("hosts", 0)) is None
    assert field_at(("sans", 0)) is None
    assert field_at(()) is None
