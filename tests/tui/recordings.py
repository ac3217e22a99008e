"""What real hosts said, as `record.py` wrote it down, played to the wizard without any host."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_installer.actions.host_checks.host_check import Cell, HostCheck, NewKey, State
from tui_installer.front.tui.engine_room import EngineRoom
from tui_installer.front.tui.last_plan import LastPlan
from tui_installer.model.audit import Audit, Judged, NotJudged, Result, Verdict
from tui_installer.model.run.events import RunStarted, from_json
from tui_installer.model.run.plan import Change, ChangeKind, Plan, PlanItem
from tui_installer.model.run.state import RunState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tui_installer.actions.host_checks.host_target import Target
    from tui_installer.front.tui.draft import Draft
    from tui_installer.model.run.events import Event
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder

FOLDER = Path(__file__).parent / "recorded"


def answers() -> dict[str, Any]:
    """The answers that the recordings go with."""
    hosts = [
        {"name": name, "address": f"192.0.2.{11 + number}"}
        for number, name in enumerate(("master01", "master02", "master03"))
    ]
    ssh = {"user": "root", "identityFiles": ["~/.ssh/id_ed25519"]}
    return {
        "apiVersion": "tui-installer/v1",
        "cluster": {"name": "demo"},
        "hosts": hosts,
        "ssh": ssh,
        "sans": ["192.0.2.100", "k8s.example.org", "192.0.2.14", "*.masters.example.org"],
    }


def checks() -> list[HostCheck]:
    """One for each host; the third shows a host key that nobody knows."""
    return [_check(one) for one in json.loads((FOLDER / "checks.json").read_text())]


def _check(told: dict[str, Any]) -> HostCheck:
    check = HostCheck(began=time.time() - 1, new_key=NewKey(*told["key"]) if told["key"] else None)
    for question, cell in told["cells"].items():
        state, evidence = State(cell["state"]), tuple(cell["evidence"])
        check.put(question, Cell(state, cell["word"], evidence, cell["hint"]))
    check.end()
    return check


def plan() -> Plan:
    """Of three hosts that have nothing yet."""
    data = json.loads((FOLDER / "plan.json").read_text())
    return Plan(
        tuple(
            PlanItem(
                **{
                    **item,
                    "changes": tuple(map(_change, item["changes"])),
                    "left": tuple(map(_change, item.get("left", ()))),
                }
            )
            for item in data["items"]
        )
    )


def last_plan(touched: float = 0.0) -> LastPlan:
    """The recorded plan, as the Review page leaves it. touched: of the draft."""
    return LastPlan(touched, plan())


def _change(told: dict[str, Any]) -> Change:
    return Change(**{**told, "kind": ChangeKind(told["kind"])})


def audit() -> Audit:
    """As ``tui-installer audit --output json`` told it."""
    data = json.loads((FOLDER / "audit.json").read_text())
    return Audit(
        {host: tuple(programs) for host, programs in data["hosts"].items()},
        tuple(_judged(one) for one in data["controls"]),
        tuple(NotJudged(**one) for one in data["notJudged"]),
    )


def _judged(told: dict[str, Any]) -> Judged:
    verdicts = {
        host: Verdict(Result(one["result"]), one["evidence"]) for host, one in told["hosts"].items()
    }
    return Judged(told["number"], told["title"], told["fix"], verdicts)


def events(name: str) -> Iterator[tuple[float, Event]]:
    """(seconds since the run began, event) of ``run`` or ``failed``."""
    for line in (FOLDER / f"{name}.jsonl").read_text().splitlines():
        told = json.loads(line)
        yield told.pop("at"), from_json(told)


def state(name: str, until: float = 1e9) -> RunState:
    """The fold of a recorded run, with its own clock standing at `until` or at the end."""
    now = 0.0
    folded = RunState(clock=lambda: now)
    for at, event in events(name):
        if at > until:
            now = until
            break
        now = at
        folded.apply(event)
    return folded


def hosts_of(folded: RunState) -> tuple[str, ...]:
    return folded.start.hosts if isinstance(folded.start, RunStarted) else ()


class RecordedPool:
    """Stands for the HostPool: every host's check has ended already, as it was recorded."""

    busy = 0

    def __init__(self) -> None:
        self.checks: dict[Target, HostCheck] = {}
        self.live: list[HostCheck] = []

    def want(self, targets: Iterable[Target], *, after: float = 0.0) -> None:
        del after
        for target, check in zip(targets, checks(), strict=False):
            self.checks.setdefault(target, check)
        self.live = list(self.checks.values())

    def again(self, targets: Iterable[Target]) -> None:
        self.want(targets)

    async def accept(self, keys: Iterable[NewKey]) -> str:
        del keys
        return ""


class RecordedEngineRoom(EngineRoom):
    """FAKE: no host is ever asked. name: the run that is shown, '' for none yet."""

    def __init__(self, name: str = "", until: float = 1e9) -> None:
        super().__init__()
        self.recorded = RecordedPool()
        self._pool: Any = self.recorded
        self.started: list[Spec] = []
        if name:
            self.state = state(name, until)

    @property
    def running(self) -> bool:
        return self.state.start is not None and self.state.finish is None

    def start(self, spec: Spec, draft: Draft) -> None:
        del draft
        self.spec = spec
        self.started.append(spec)

    async def plan(self, spec: Spec, session: SessionFolder, emit: Callable[[Event], None]) -> Plan:
        del spec, session, emit
        await asyncio.sleep(0)
        return plan()

    async def audit(self, spec: Spec) -> Audit:
        del spec
        await asyncio.sleep(0)
        return audit()

    async def close(self) -> int:
        return 0
