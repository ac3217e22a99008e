"""etcd's answers through a host in other hands: a check that fails, never a fault of ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from engine_samples import context, run_of

from tui_installer.engine.checks import etcd

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS: tuple[Any, ...] = (
    [], "text", 1, None, {"members": 1, "kvs": 1}, {"members": ["x", None], "kvs": ["x", None]},
    {"members": [{"name": {}, "clientURLs": {"0": 1}}], "kvs": [{"value": "no base64"}]},
    {"members": [{"clientURLs": [[]]}], "kvs": [{"value": {}}]},
    {"members": {"a": 1}, "kvs": {"a": 1}},
)  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS, ids=repr)
async def test_an_answer_of_any_form_is_a_check(
    answer: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def told(*_: object) -> tuple[int, str]:
        return 200, json.dumps(answer)

    monkeypatch.setattr(etcd, "ask", told)
    run, _ = run_of(context(tmp_path / "state"), tmp_path)
    (members,) = await etcd.members(run)
    assert not members.ok
    assert all(not check.ok for check in await etcd.secrets(run))
