"""The cluster's checks on an API server whose host is in other hands: any JSON is an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from engine_samples import context, run_of

from tui_installer.engine.checks import cluster
from tui_installer.engine.checks import service_account as account
from tui_installer.engine.checks.result import LONGEST, Check
from tui_installer.engine.cluster.shape import block, listed, text

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.core.run import Run

SHAPES: list[Any] = [
    *({}, {"spec": None}, {"spec": []}, {"spec": {"holderIdentity": {}, "renewTime": 1}}),
    {"spec": {"holderIdentity": "x", "renewTime": "never", "leaseDurationSeconds": "9"}},
    {"spec": {"holderIdentity": "x", "renewTime": "9999-12-31T23:59:59-23:59"}},
    *({"items": None}, {"items": {"a": 1}}, {"items": [None, 1, [], {}]}),
    {"items": [{"metadata": [], "conditions": [None, {"type": "Healthy", "status": {}}]}]},
    {"items": [{"metadata": {"name": ["x"]}, "conditions": {"type": 1}}] * 10_000},
    {"status": []},
    {"status": {"token": {}, "authenticated": True, "user": []}},
    {"status": {"token": "x", "authenticated": 1, "user": {"username": ["x"]}}},
]


class Anything:
    """An API server that gives the same answer to everything."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    async def json(self, path: str) -> Any:
        return self.answer

    async def create(self, path: str, body: Any) -> Any:
        return self.answer


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(cluster, "LEASE_SECONDS", -1)
    return run_of(context(tmp_path / "c", make=False), tmp_path)[0]


@pytest.mark.parametrize("answer", SHAPES)
async def test_an_answer_of_any_shape_is_no_success(run: Run, answer: Any) -> None:
    run.apis["master01"] = Anything(answer)  # type: ignore[assignment]
    checks = [*await cluster.leases(run), *await account.service_account(run)]
    statuses = await cluster.component_statuses(run)
    assert len(statuses) <= cluster.MOST
    assert not [check for check in (*checks[2:], *statuses) if check.ok]
    assert all(len(check.name) < 100 for check in statuses)


async def test_a_lease_is_held_by_who_renewed_it_in_its_time(run: Run) -> None:
    spec = {"holderIdentity": "m1_2", "renewTime": "2000-01-01T00:00:00.000000Z"}
    run.apis["master01"] = Anything({"spec": spec})  # type: ignore[assignment]
    assert not (await cluster.leases(run))[0].ok
    spec["renewTime"] = "2999-01-01T00:00:00.000000Z"
    assert (await cluster.leases(run))[0].evidence == "held by m1_2, renewed 0 s ago"


def test_evidence_has_an_end() -> None:
    assert Check("it", ok=True, evidence="x" * 100_000).evidence == "x" * (LONGEST - 1) + "…"
    assert Check("it", ok=True, evidence="x" * LONGEST).evidence == "x" * LONGEST


def test_a_part_is_had_by_its_path_and_shape() -> None:
    data = {"a": {"b": {"c": "d"}, "l": [1], "n": 1}}
    assert (block(data, "a", "b"), block(data), block(data, "a", "x", "y")) == (
        {"c": "d"},
        data,
        {},
    )
    assert (listed(data, "a", "l"), listed(data, "a", "b"), listed([], "l")) == ([1], [], [])
    assert (text(data, "a", "b", "c"), text(data, "a", "n"), text(None, "a")) == ("d", "", "")
