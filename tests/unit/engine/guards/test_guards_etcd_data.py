"""etcd data that is not this cluster's: seen, named, refused, never touched."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import NOW, ShellHost, context, facts
from guard_samples import DATA, change, fresh, installed, silent

from tui_installer.actions.host_checks import host_verdict
from tui_installer.actions.host_checks.host_check import State
from tui_installer.actions.host_checks.host_target import Target
from tui_installer.engine import guards
from tui_installer.engine.cluster.etcd_view import view_of
from tui_installer.engine.guards import etcd_data
from tui_installer.engine.hosts import facts as gathered
from tui_installer.engine.hosts import preflight
from tui_installer.engine.hosts.facts import Query
from tui_installer.engine.operations.install.work import WORK
from tui_installer.model.run.facts import EtcdData, EtcdMember

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.core.context import Context

SPEC = kube_samples.spec(hosts=kube_samples.hosts(1))
HOST = SPEC.hosts[0]
TARGET = Target(HOST, SPEC.layout, SPEC.etcd.data_dir)


async def seen(folder: Path) -> EtcdData | None:
    host = ShellHost(HOST)
    return (await gathered.gather(host, Query("/m", etcd_data=str(folder)))).etcd_data


@pytest.mark.parametrize("content", [None, "folders"])
async def test_no_folder_and_empty_folders_are_no_data(tmp_path: Path, content: str | None) -> None:
    if content:
        (tmp_path / "member/wal").mkdir(parents=True)
    assert await seen(tmp_path) is None


async def test_data_is_reported_with_size_and_the_time_of_its_newest_file(tmp_path: Path) -> None:
    for name, size, when in (("snap/db", 1000, 1_700_000_000), ("wal/0.wal", 234, 1_600_000_000)):
        file = tmp_path / "member" / name
        file.parent.mkdir(parents=True)
        file.write_bytes(b"x" * size)
        os.utime(file, (when, when))
    assert await seen(tmp_path) == EtcdData(str(tmp_path / "member"), 1234, 1_700_000_000)


def left_over(ctx: Context) -> Context:
    """Nothing but the data of another cluster is on the first master."""
    fresh(ctx, HOST.name)
    silent(ctx)
    change(ctx, HOST.name, etcd_data=DATA)
    return ctx


@pytest.mark.parametrize("session_is_new", [True, False])
def test_data_without_an_etcd_of_ours_is_refused(tmp_path: Path, session_is_new: bool) -> None:
    ctx = context(tmp_path / "c", SPEC, make=False)
    change(ctx, HOST.name, etcd_data=DATA)
    if not session_is_new:
        ctx = left_over(installed(tmp_path / "d", SPEC))
    with pytest.raises(guards.Refused) as error:
        guards.check(ctx)
    assert error.value.details == (
        (
            "master01: etcd data in /var/lib/etcd/member (20.5 MB, last written 3 days ago), "
            "not written by this cluster"
        ),
        "master01: etcd would start on it and serve the data of that other cluster",
    )
    assert error.value.hint == etcd_data.HINT


def test_another_sessions_data_is_refused_by_preflight_with_its_size(tmp_path: Path) -> None:
    theirs = installed(tmp_path / "theirs", SPEC)
    ctx = context(tmp_path / "ours", SPEC)
    ctx.facts = theirs.facts
    guards.check(ctx)
    with pytest.raises(preflight.ForeignHosts) as error:
        preflight.check(ctx, {HOST.name: WORK.wants_of(ctx, HOST)})
    told = "\n".join(error.value.details)
    assert "etcd data in /var/lib/etcd/member (20.5 MB, last written 3 days ago)" in told


def test_data_in_the_folder_that_etcd_was_started_with_is_ours(tmp_path: Path) -> None:
    ctx = installed(tmp_path / "c", SPEC)
    moved = dataclasses.replace(SPEC, etcd=kube_samples.etcd(data_dir="/data/etcd"))
    assert list(etcd_data.problems(dataclasses.replace(ctx, spec=moved))) == []


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (3 * 3600 + 5, "3 hours ago"),
        (86400, "1 day ago"),
        (400 * 86400, "400 days ago"),
    ],
)
def test_ages_in_words(seconds: float, told: str) -> None:
    assert etcd_data.age(seconds) == told


@pytest.mark.parametrize(
    ("size", "told"), [(999, "999 B"), (1000, "1.0 kB"), (64_000_000, "64.0 MB"), (3e9, "3.0 GB")]
)
def test_sizes_in_words(size: int, told: str) -> None:
    assert f"({told}, " in etcd_data.about(EtcdData("/d/member", size, NOW), NOW)


def test_the_live_check_of_a_host_shows_the_data_and_not_nothing() -> None:
    found = facts(HOST, etcd_data=DATA)
    cell = host_verdict.cells(TARGET, found)["runs"]
    assert (cell.state, cell.word) == (State.BAD, "data")
    assert "etcd data in /var/lib/etcd/member (20.5 MB" in cell.evidence[0]
    assert host_verdict.query(TARGET).etcd_data == "/var/lib/etcd"


def test_the_live_check_knows_data_beside_our_own_programs(tmp_path: Path) -> None:
    ctx = installed(tmp_path / "c", SPEC)
    assert host_verdict.cells(TARGET, ctx.facts[HOST.name])["runs"].state is State.OK


def test_a_member_list_as_etcd_answers_it() -> None:
    told = {
        "header": {"cluster_id": "17237436991929493444", "member_id": "9372538179322589801"},
        "members": [
            {"ID": "9372538179322589801", "name": "m1", "peerURLs": ["https://192.0.2.11:2380"],
             "clientURLs": ["https://192.0.2.11:2379"]},
            {"ID": "10501334649042878790", "peerURLs": ["https://192.0.2.12:2380"],
             "isLearner": True},
        ],
    }  # fmt: skip
    found = view_of(told, "3.7.3")
    assert found is not None
    assert (found.cluster_id, found.member_id, found.version) == (
        "ef37ad9dc622a7c4", "8211f1d0f64f3269", "3.7.3"
    )  # fmt: skip
    assert found.members == (
        EtcdMember("8211f1d0f64f3269", "m1", ("https://192.0.2.11:2380",), True, False),
        EtcdMember("91bc3c398fb3c146", "", ("https://192.0.2.12:2380",), False, True),
    )


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"header": 3},
        {"header": {"cluster_id": 7}},
        {"header": {"cluster_id": "x"}},
        {"header": {"cluster_id": "1" * 5000}},
    ],
)
def test_an_answer_without_a_cluster_is_none(told: dict[str, object]) -> None:
    assert view_of(told) is None
