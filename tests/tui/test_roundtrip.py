"""Answers go from a file to the pages and back: nothing is lost, nothing is invented."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from sample_answers import EVERYTHING, EXTERNAL, LAB, masters
from support import SIZE
from walking import ASKING, FORMS, app_of, fields, inputs, show

from tui_installer.actions.sessions import drafts
from tui_installer.store.example import example

if TYPE_CHECKING:
    from pathlib import Path

GOOD: dict[str, dict[str, Any]] = {
    "the generated example": yaml.safe_load(example()),
    "lab hosts": LAB,
    "one host": {"apiVersion": "tui-installer/v1", "hosts": masters(1)},
    "three hosts": {"apiVersion": "tui-installer/v1", "hosts": masters(3)},
    "five hosts": {"apiVersion": "tui-installer/v1", "hosts": masters(5)},
    "an external etcd": EXTERNAL,
    "every field": EVERYTHING,
}
WRONG: dict[str, dict[str, Any]] = {
    "nothing": {},
    "no hosts": {"apiVersion": "tui-installer/v1", "hosts": []},
    "numbers": {"cluster": {"name": 7, "serviceCIDR": 10, "endpoint": 1.5}, "hosts": masters(1)},
    "lists": {"cluster": {"name": ["a"]}, "token": {"mode": ["x"], "ttl": []}, "hosts": masters(1)},
    "maps": {"cluster": {"name": {"a": 1}}, "sans": {"a": 1}, "hosts": {"address": "192.0.2.1"}},
    "words": {"cluster": "demo", "ssh": "root", "hosts": "192.0.2.1", "etcd": 3, "token": True},
    "nulls": {"cluster": None, "hosts": None, "sans": [None], "certificates": {"keyType": None}},
    "unknown keys": {"hosts": [{"address": "192.0.2.11", "adress": "x"}], "klaster": {"a": 1}},
    "unknown words": {"etcd": {"mode": "outside"}, "token": {"mode": "paper"}, "hosts": masters(2)},
}


def parsed(data: dict[str, Any]) -> Any:
    return drafts.judge(data)[0]


@pytest.mark.parametrize("name", GOOD)
def test_the_samples_are_good(name: str):
    assert drafts.judge(GOOD[name])[1] == ()


def test_every_question_is_in_the_sample_with_every_field():
    def keys(block: Any, at: str = "") -> set[str]:
        if not isinstance(block, dict):
            return {at}
        return {one for key, value in block.items() for one in keys(value, f"{at}.{key}")}

    asked = keys(parsed({"hosts": []}).model_dump(by_alias=True))
    answered = keys(EVERYTHING) | keys(EXTERNAL)
    missing = {
        key for key in asked if not any(a == key or a.startswith(f"{key}.") for a in answered)
    }
    assert missing == set()


@pytest.mark.parametrize("name", [*GOOD, *WRONG])
async def test_seeing_every_page_changes_nothing(name: str):
    data = {**GOOD, **WRONG}[name]
    app = app_of(copy.deepcopy(data))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        before = copy.deepcopy(app.draft.data)
        for page in (*ASKING, "review"):
            for form in ("", *FORMS.get(page, ())):
                await show(app, pilot, page, form)
                assert app.draft.data == before, (page, form)


@pytest.mark.parametrize("name", ["the generated example", "every field", "an external etcd"])
async def test_a_focus_in_every_field_changes_nothing(name: str):
    app = app_of(copy.deepcopy(GOOD[name]))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        for page in ASKING:
            async for widget in fields(app, pilot, page):
                assert app.draft.data == GOOD[name], (page, widget)


@pytest.mark.parametrize("name", ["the generated example", "every field", "an external etcd"])
async def test_a_letter_typed_and_taken_back_changes_no_answer(name: str):
    app = app_of(copy.deepcopy(GOOD[name]))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        before = parsed(GOOD[name])
        for page in ASKING:
            async for widget in inputs(app, pilot, page):
                await pilot.press("end", "x", "backspace")
                await pilot.pause()
                assert parsed(app.draft.data) == before, (page, widget)
                assert app.draft.problems == ()


@pytest.mark.parametrize("name", GOOD)
async def test_what_is_saved_is_what_was_read(name: str, tmp_path: Path):
    app = app_of(copy.deepcopy(GOOD[name]))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.draft.save_as(tmp_path / "answers.yaml")
    assert drafts.read(tmp_path / "answers.yaml") == GOOD[name]
