"""What is to be absent: planned only where this program put it there; the scripts that remove."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import kube_samples
import pytest
from engine_samples import (
    account_fact,
    facts,
    file_fact,
    unit_fact,
)
from removal_samples import ALL, CONF, HOST, LISTED, OURS, THERE, UNIT, UNIT_FILE

from tui_installer.engine.core import planner
from tui_installer.engine.core.wants import (
    Absent,
    AbsentFile,
    UnitWant,
    Wants,
    merged,
)
from tui_installer.engine.hosts.query import query
from tui_installer.model.run.plan import ChangeKind, Plan

if TYPE_CHECKING:
    from tui_installer.model.run.plan import PlanItem


def item(absent: Absent, **found: Any) -> PlanItem:
    return planner.host_item("step", Wants(absent=absent), facts(HOST, **found), set())


def planned(absent: Absent, **found: Any) -> list[str]:
    return [f"{c.verb} {c.target}" for c in item(absent, **found).changes]


def left(absent: Absent, **found: Any) -> list[str]:
    return [f"{c.target}: {c.summary}" for c in item(absent, **found).left]


def test_units_stop_before_files_go_and_folders_and_users_go_last() -> None:
    assert planned(ALL, **THERE) == [
        "stop a.service",
        "disable a.service",
        "remove /etc/systemd/system/a.service",
        "remove /opt/k/a.conf",
        "unload a.service",
        "remove /opt/k",
        "remove app",
    ]
    assert left(ALL, **THERE) == []
    assert Plan((item(ALL, **THERE),)).stops == 1


def test_where_nothing_is_there_nothing_is_planned() -> None:
    gone = {"units": {UNIT.name: unit_fact(load="not-found", active="inactive", enabled="")}}
    found = item(ALL, **gone)
    assert (found.run, found.left, found.reason) == (False, (), "nothing to remove")


def test_a_removed_text_is_shown_as_removed_lines() -> None:
    (change,) = item(Absent(files=(AbsentFile(CONF.path, "its options"),)), **THERE).changes
    assert (change.kind, change.verb, change.summary) == (ChangeKind.FILE, "remove", "its options")
    assert change.diff.splitlines()[2:] == ["@@ -1,2 +0,0 @@", "-one", "-two"]


@pytest.mark.parametrize("hidden", ["secret", "opaque"])
def test_a_removed_secret_is_not_shown(hidden: str) -> None:
    want = AbsentFile(CONF.path, **{hidden: True})
    (change,) = item(Absent(files=(want,)), **THERE).changes
    assert change.diff == ""


@pytest.mark.parametrize(
    ("listed", "why"),
    [
        (LISTED, "it was changed since this program wrote it"),
        ((), "this program did not put it there"),
    ],
)
def test_a_file_of_somebody_else_is_left_and_reported(listed: Any, why: str) -> None:
    theirs = {CONF.path: file_fact(CONF, ours=False)}
    absent = Absent(files=(AbsentFile(CONF.path),), folders=("/opt/k",))
    found = {**THERE, "files": theirs, "listed": frozenset(listed) | {"/opt/k"}}
    assert planned(absent, **found) == []
    assert left(absent, **found) == [f"{CONF.path}: {why}", "/opt/k: not empty: a.conf"]
    assert item(absent, **found).reason == "nothing to remove; left in place: a.conf, k"


def test_what_a_cut_run_left_of_a_removal_is_finished() -> None:
    found: dict[str, Any] = {
        "listed": LISTED,
        "units": {UNIT.name: unit_fact(active="inactive", enabled="", stale=True)},
    }
    assert planned(ALL, **found) == [
        "remove /etc/systemd/system/a.service",
        "remove /opt/k/a.conf",
        "unload a.service",
        "remove /opt/k",
        "remove app",
    ]
    assert "gone already" in item(ALL, **found).changes[0].summary


@pytest.mark.parametrize(
    ("fact", "verbs"),
    [
        (unit_fact(), ["stop", "disable"]),
        (unit_fact(active="activating"), ["stop", "disable"]),
        (unit_fact(active="inactive"), ["disable"]),
        (unit_fact(enabled="disabled"), ["stop"]),
        (unit_fact(active="failed", enabled="disabled"), []),
        (unit_fact(active="inactive", enabled="static"), []),
    ],
)
def test_a_unit_is_stopped_and_disabled_as_its_state_asks(fact: Any, verbs: list[str]) -> None:
    absent = Absent(units=(UNIT,))
    found = {**THERE, "units": {UNIT.name: fact}}
    assert planned(absent, **found) == [f"{verb} {UNIT.name}" for verb in verbs]


def test_a_unit_that_is_only_stopped_starts_at_boot_as_before() -> None:
    absent = Absent(units=(dataclasses.replace(UNIT, boot=True),))
    assert planned(absent, **THERE) == ["stop a.service"]


def test_a_unit_that_one_step_stops_is_started_by_a_later_one() -> None:
    there, touched = facts(HOST, **THERE), set[str]()
    stop = Wants(absent=Absent(units=(dataclasses.replace(UNIT, boot=True),)))
    start = Wants(units=(UnitWant(UNIT.name, ()),))
    found = [planner.host_item(str(n), w, there, touched) for n, w in enumerate((stop, start))]
    assert [item.reason for item in found] == ["stop a.service", "start a.service"]


def test_a_removed_unit_that_had_failed_is_unloaded() -> None:
    fact = unit_fact(load="not-found", active="failed", enabled="")
    assert planned(Absent(units=(UNIT,)), units={UNIT.name: fact}) == ["unload a.service"]


def test_of_a_unit_that_is_somebody_elses_nothing_in_use_is_removed() -> None:
    theirs = file_fact(UNIT_FILE, ours=False)
    found = {**THERE, "files": {**OURS, UNIT.file: theirs}}
    assert planned(ALL, **found) == []
    assert left(ALL, **found) == [
        "a.service: its unit file: it was changed since this program wrote it",
        "/etc/systemd/system/a.service: it was changed since this program wrote it",
        "/opt/k/a.conf: a.service is left running",
        "/opt/k: not empty: a.conf",
        "app: a.service is left running",
    ]


@pytest.mark.parametrize(
    ("entries", "listed", "told"),
    [
        (("a.conf", "theirs"), LISTED, "/opt/k: not empty: theirs"),
        ((), frozenset[str](), "/opt/k: this program did not put it there"),
    ],
)
def test_a_folder_is_left_unless_it_is_ours_and_empty(
    entries: tuple[str, ...], listed: frozenset[str], told: str
) -> None:
    absent = Absent(files=(AbsentFile(CONF.path),), folders=("/opt/k",))
    found = {**THERE, "entries": {"/opt/k": entries}, "listed": listed}
    assert left(absent, **found) == [told]


def test_a_folder_inside_another_is_removed_first() -> None:
    absent = Absent(folders=("/opt/k", "/opt/k/in"))
    found = {"entries": {"/opt/k": ("in",), "/opt/k/in": ()}, "listed": {"/opt/k", "/opt/k/in"}}
    assert planned(absent, **found) == ["remove /opt/k/in", "remove /opt/k"]


def test_a_user_that_this_program_did_not_make_is_left() -> None:
    absent = Absent(accounts=("app",))
    told = left(absent, accounts={"app": account_fact("app")})
    assert told == ["app: this program did not put it there"]


def test_what_several_steps_want_absent_is_asked_for_at_once() -> None:
    parts = [Wants(absent=ALL), Wants(absent=Absent(files=(AbsentFile("/key", secret=True),)))]
    asked = query(kube_samples.spec(), merged(parts))
    assert asked.texts == (UNIT.file, CONF.path)
    assert asked.secrets == ("/key",)
    assert asked.units == (UNIT.name,)
    assert asked.accounts == ("app",)
    assert asked.entries == ("/opt/k",)
    assert set(asked.listed) == {*LISTED, "/key"}
    only = query(kube_samples.spec(), Wants(absent=Absent(units=(UNIT,))))
    assert (only.programs, only.listed) == ((UNIT.file,), (UNIT.file,))


def test_a_unit_may_be_wanted_by_one_step_and_stopped_by_another() -> None:
    both = merged([Wants(units=(UnitWant(UNIT.name, ()),)), Wants(absent=Absent(units=(UNIT,)))])
    assert both.units == (UnitWant(UNIT.name, ()),)
    assert both.absent.units == (UNIT,)
