"""A step whose connection breaks: reconnected, retried with new facts, or reported as lost."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from engine_samples import context, finish, run_of

from tui_installer.engine.cluster import survey
from tui_installer.engine.hosts import reconnect
from tui_installer.errors import AuthenticationFailed, ConnectionFailed, ConnectionLost
from tui_installer.model.run.events import Level, LogLine
from tui_installer.model.run.plan import PlanItem
from tui_installer.model.spec import Role

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.core.run import Run

HOST = "master01"
LOST = ConnectionLost(f"{HOST}: the connection was lost; how it ended is not known", host=HOST)


class Breaking:
    """FAKE: a step that loses its host so often."""

    name = "etcd-files"

    def __init__(self, breaks: int) -> None:
        self.breaks, self.tries = breaks, 0

    async def run(self, run: Run, host: str) -> PlanItem:
        self.tries += 1
        if self.tries <= self.breaks:
            run.hosts[host].connected = False  # type: ignore[misc]
            raise ConnectionLost(LOST.message, host=host)
        return PlanItem(self.name, host, "done", ())


@pytest.fixture
def at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, Any, list[str]]:
    """(run, its events, what was done to get the host back)."""
    ctx = context(tmp_path / "c")
    finish(ctx)
    run, log = run_of(ctx, tmp_path)
    told: list[str] = []

    async def reconnected(host: str) -> None:
        told.append("reconnect")
        run.hosts[host].connected = True  # type: ignore[misc]

    async def facts(_: Run, host: Any) -> Any:
        told.append("facts")
        return dataclasses.replace(ctx.facts[host.name], skew=float(len(told)))

    run.reconnect = reconnected
    monkeypatch.setattr(survey, "_facts", facts)
    monkeypatch.setattr(reconnect, "PAUSE", 0.0)
    return run, log, told


async def test_it_is_run_again_with_new_facts_once_the_host_is_back(at_work) -> None:
    run, log, told = at_work
    run.touched[HOST] = {"/opt/etcd/bin/etcd"}
    step = Breaking(2)
    item = await reconnect.carry_out(run, step, HOST)
    assert item.reason == "done"
    assert step.tries == 3
    assert told == ["reconnect", "facts"] * 2
    assert run.ctx.facts[HOST].skew == 4.0
    assert run.touched[HOST] == set()
    assert not run.lost
    lines = [e for e in log.of(LogLine) if e.level is Level.WARNING]
    assert "reconnecting" in lines[0].text
    assert "reconnected after" in lines[1].text


async def test_a_host_that_is_there_is_only_asked_again(at_work) -> None:
    run, _, told = at_work

    class Ended(Breaking):
        async def run(self, run: Run, host: str) -> PlanItem:
            self.tries += 1
            if self.tries == 1:
                raise ConnectionLost("the receiving script was killed", host=host)
            return PlanItem(self.name, host, "done", ())

    await reconnect.carry_out(run, Ended(1), HOST)
    assert told == ["facts"]


@pytest.mark.parametrize("why", [ConnectionFailed("no answer"), AuthenticationFailed("no key")])
async def test_a_host_that_does_not_come_back_is_reported_with_both_reasons(at_work, why) -> None:
    run, _, _ = at_work

    async def reconnected(_: str) -> None:
        raise why

    run.reconnect = reconnected
    with pytest.raises(ConnectionLost) as caught:
        await reconnect.carry_out(run, Breaking(1), HOST)
    assert caught.value.message == LOST.message
    assert any(why.message in detail for detail in caught.value.details)
    assert run.turns[Role.CONTROL_PLANE].halted == HOST
    assert not run.lost


async def test_without_a_way_back_the_loss_is_reported_at_once(at_work) -> None:
    run, _, told = at_work
    run.reconnect = None
    with pytest.raises(ConnectionLost):
        await reconnect.carry_out(run, Breaking(1), HOST)
    assert told == []


async def test_it_is_given_up_where_the_connection_always_breaks(at_work) -> None:
    run, _, _ = at_work
    step = Breaking(1000)
    with pytest.raises(ConnectionLost):
        await reconnect.carry_out(run, step, HOST)
    assert step.tries == reconnect.MOST + 1
