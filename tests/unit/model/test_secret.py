"""Secrets: shown nowhere unless asked for."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.model.secret import MASK, Secret

SECRET = Secret("hunter2")


@pytest.mark.parametrize(
    "shown",
    [
        str(SECRET),
        repr(SECRET),
        f"{SECRET}",
        f"{SECRET!r}",
        f"{SECRET!s}",
        "%s" % SECRET,  # noqa: UP031 - one of the ways
        "%r" % SECRET,  # noqa: UP031 - one of the ways
        "{}".format(SECRET),  # noqa: UP032 - one of the ways
        format(SECRET),
    ],
)
def test_every_way_to_text_gives_the_mask(shown: str) -> None:
    assert shown == MASK


def test_a_width_applies_to_the_mask() -> None:
    assert f"{SECRET:>5}" == f"  {MASK}"


def test_containers_and_dataclasses_show_the_mask() -> None:
    @dataclasses.dataclass
    class Holder:
        token: Secret

    for shown in (repr([SECRET]), repr({"a": SECRET}), repr(Holder(SECRET)), str((SECRET,))):
        assert "hunter2" not in shown
        assert MASK in shown


def test_json_refuses_it() -> None:
    with pytest.raises(TypeError):
        json.dumps({"password": SECRET})


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_refuses_it(protocol: int) -> None:
    with pytest.raises(TypeError, match="a Secret cannot be pickled"):
        pickle.dumps(SECRET, protocol)


def test_copies_that_would_go_through_pickling_are_refused() -> None:
    with pytest.raises(TypeError):
        copy.deepcopy(SECRET)


def test_an_error_that_holds_it_does_not_tell_it() -> None:
    assert "hunter2" not in repr(ValueError(SECRET))
    assert "hunter2" not in str(ValueError(SECRET))


def test_nothing_can_be_hung_on_it() -> None:
    with pytest.raises(AttributeError):
        SECRET.more = 1  # type: ignore[attr-defined]


@given(st.binary(), st.binary())
def test_secrets_are_equal_as_their_values_are(one: bytes, other: bytes) -> None:
    assert (Secret(one) == Secret(other)) is (one == other)
    assert Secret(one) == Secret(one)
    assert hash(Secret(one)) == hash(Secret(one))
    assert Secret(one).reveal() == one


def test_a_secret_equals_no_plain_value() -> None:
    assert SECRET != "hunter2"
    assert SECRET != b"hunter2"
    assert Secret("é") == Secret("é".encode())


def test_its_fingerprint_is_the_sha256_of_its_value() -> None:
    assert Secret("").fingerprint().startswith("e3b0c44298fc1c14")
