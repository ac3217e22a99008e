"""The masters of the answers against etcd's members and the hosts that have data."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import kube_samples
import pytest
from guard_samples import (
    answer,
    change,
    etcd_only,
    fresh,
    installed,
    member,
    silent,
    unit_files,
    with_hosts,
)

from tui_installer.engine import guards
from tui_installer.engine.guards import members
from tui_installer.model.run.facts import EtcdView

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.core.context import Context
    from tui_installer.model.run.facts import EtcdMember

ONE, TWO, THREE = kube_samples.hosts(3)


@pytest.fixture
def three(tmp_path: Path) -> Context:
    """Three masters, installed."""
    return installed(tmp_path / "c")


@pytest.fixture
def grown(three: Context) -> Context:
    """One master installed; the answers name two more, which are fresh."""
    fresh(three, TWO.name)
    fresh(three, THREE.name)
    answer(three, ONE)
    one = dataclasses.replace(three.spec, hosts=(ONE,))
    change(three, ONE.name, unit_files=unit_files(one, ONE))
    return three


def refused(ctx: Context) -> tuple[list[str], str]:
    """(every line, every hint) of the members guard."""
    found = list(members.problems(ctx))
    return [line for one in found for line in one.lines], "; ".join(one.hint for one in found)


def view(ctx: Context, *found: EtcdMember) -> None:
    """The member of the first master answers with this list."""
    ctx.cluster = dataclasses.replace(ctx.cluster, etcd={ONE.name: EtcdView("c0", "a1", found)})


def test_a_finished_cluster_passes_every_guard(three: Context) -> None:
    guards.check(three)


def test_fresh_hosts_pass(three: Context) -> None:
    for host in three.spec.hosts:
        fresh(three, host.name)
    silent(three)
    guards.check(three)


def test_two_masters_added_to_one_would_form_a_second_cluster(grown: Context) -> None:
    lines, hint = refused(grown)
    assert lines == [
        (
            "answers: 3 masters (master01, master02, master03); etcd: 1 member (master01); "
            "data: on 1 host (master01)"
        ),
        "master02, master03 are not members and have no data: they would form a second cluster",
    ]
    assert hint == members.ADD
    with pytest.raises(guards.Refused) as error:
        guards.check(grown)
    assert error.value.message == (
        "refused, to protect an existing cluster (1 reason); nothing was changed"
    )


def test_so_they_do_while_no_member_answers(grown: Context) -> None:
    silent(grown)
    lines, _ = refused(grown)
    assert lines[0] == (
        "answers: 3 masters (master01, master02, master03); "
        "the options files of etcd: 1 member (master01); data: on 1 host (master01)"
    )
    assert "would form a second cluster" in lines[1]


def test_even_without_an_options_file_to_tell_the_members(grown: Context) -> None:
    silent(grown)
    change(grown, ONE.name, unit_files={})
    assert "master02, master03 are not members" in refused(grown)[0][1]


@pytest.mark.parametrize("live", [True, False])
def test_three_masters_cut_to_one(three: Context, live: bool) -> None:
    ctx = with_hosts(three, ONE)
    if not live:
        silent(ctx)
    lines, hint = refused(ctx)
    assert lines[0].startswith("answers: 1 master (master01);")
    assert lines[1] == (
        "master02 (https://192.0.2.12:2380), master03 (https://192.0.2.13:2380) are members "
        "and not in the answers"
    )
    assert lines[2] == (
        "of 3 members (quorum 2) 1 would be managed; the others would keep running unmanaged"
    )
    assert hint == members.REMOVE


def test_a_member_at_another_address(three: Context) -> None:
    moved = dataclasses.replace(TWO, address="192.0.2.99")
    lines, hint = refused(with_hosts(three, ONE, moved, THREE))
    assert lines[0] == (
        "master02: its address is 192.0.2.99 in the answers, https://192.0.2.12:2380 in etcd"
    )
    assert len(lines) == 3
    assert hint == members.REMOVE


def test_a_host_replaced_by_another_is_reported_from_both_sides(three: Context) -> None:
    new = kube_samples.host("master04", "192.0.2.14")
    three.facts = {**three.facts, new.name: three.facts[THREE.name]}
    fresh(three, new.name)
    lines, hint = refused(with_hosts(three, ONE, TWO, new))
    told = "\n".join(lines)
    assert "master04 is not a member and has no data: it would form a second cluster" in told
    assert "master03 (https://192.0.2.13:2380) is a member and not in the answers" in told
    assert members.ADD in hint
    assert members.REMOVE in hint


def test_a_master_with_another_name_at_the_same_address_is_the_same_member(three: Context) -> None:
    renamed = dataclasses.replace(TWO, name="beta")
    three.facts = {**three.facts, "beta": three.facts[TWO.name]}
    assert refused(with_hosts(three, ONE, renamed, THREE)) == ([], "")


def test_a_member_that_lost_its_data(three: Context) -> None:
    fresh(three, THREE.name)
    lines, hint = refused(three)
    assert lines[1].startswith("master03 is a member and has no data: members that start empty")
    assert hint == members.WIPED


def test_one_that_lost_it_while_no_member_answers(three: Context) -> None:
    fresh(three, TWO.name)
    fresh(three, THREE.name)
    silent(three)
    lines, hint = refused(three)
    assert lines[1] == "no etcd member answers"
    assert lines[2].startswith("master02, master03 are members and have no data")
    assert hint == members.SILENT


def test_a_first_install_that_was_cut_before_etcd_had_a_quorum_goes_on(three: Context) -> None:
    etcd_only(three, ONE.name, data=True)
    etcd_only(three, TWO.name, data=False)
    fresh(three, THREE.name)
    silent(three)
    guards.check(three)


def test_a_first_install_goes_on_with_a_member_that_never_started(three: Context) -> None:
    for host in three.spec.hosts:
        etcd_only(three, host.name, data=host is not THREE)
    never = member(THREE.name, THREE.address, started=False)
    view(three, member(ONE.name, ONE.address), member(TWO.name, TWO.address), never)
    guards.check(three)


def test_a_member_that_somebody_added_by_hand(three: Context) -> None:
    known = [member(host.name, host.address) for host in three.spec.hosts]
    view(three, *known, member("", "192.0.2.77", started=False, learner=True))
    lines, hint = refused(three)
    assert lines == [
        "etcd lists the member a1 (https://192.0.2.77:2380), which was added and has never started"
    ]
    assert hint == members.ADDED_BY_HAND


def test_members_of_two_clusters_are_reported_with_both(three: Context) -> None:
    views = {
        ONE.name: EtcdView("aa", "1", (member(ONE.name, ONE.address),)),
        TWO.name: EtcdView(
            "bb", "2", (member(TWO.name, TWO.address), member(THREE.name, THREE.address))
        ),
    }
    three.cluster = dataclasses.replace(three.cluster, etcd=views)
    with pytest.raises(guards.Refused) as error:
        guards.check(three)
    assert error.value.details[:3] == (
        "the etcd members on the masters belong to different clusters:",
        "master01: etcd cluster aa with 1 member (master01)",
        "master02: etcd cluster bb with 2 members (master02, master03)",
    )


def test_masters_may_come_and_go_with_an_external_etcd(tmp_path: Path) -> None:
    spec = kube_samples.spec(etcd=kube_samples.external(on_hosts=True))
    three = installed(tmp_path / "c", spec)
    silent(three)
    assert refused(with_hosts(three, ONE)) == ([], "")
