"""Members of a running cluster and the answers: a host left out, moved, replaced or emptied."""

from __future__ import annotations

import pytest
from site_under_test import Site, assert_nothing_to_do

from tui_installer.lab import lab

pytestmark = pytest.mark.usefixtures("installed")  # every test stands on it
MASTERS = ["master01", "master02", "master03"]
ONE, TWO, THREE = MASTERS
FRESH = "node01"


@pytest.fixture(scope="module")
def site(new_site):
    """Three masters, and a host that nothing is installed onto."""
    return new_site(*MASTERS, others=(FRESH,))


def masters(site: Site, *names: str) -> Site:
    """The same session with these masters in the answers."""
    return site.variant(hosts=lab.answers(site.lab.folder, list(names))["hosts"])


def refused(site: Site, every: tuple[str, ...] = (*MASTERS, FRESH)) -> str:
    """What a plan and a run tell; both refuse, and neither changes a host."""
    before = {host: site.snapshot(host) for host in every}
    assert site.run("--plan").code == 1
    done = site.run()
    assert done.code == 1, done.explain()
    assert done.of("StepStarted") == done.of("Planned") == []
    assert done.changed() == (0, 0)
    assert {host: site.snapshot(host) for host in every} == before
    return "\n".join((done.card["message"], *done.card["details"], done.card["hint"]))


def test_three_masters_cut_to_one(site):
    told = refused(masters(site, ONE))
    assert f"answers: 1 master ({ONE}); etcd: 3 members ({ONE}, {TWO}, {THREE})" in told
    assert "are members and not in the answers" in told
    assert "of 3 members (quorum 2) 1 would be managed; the others would keep" in told
    assert "put the missing hosts back into the answers" in told


def test_a_master_replaced_by_a_fresh_host(site):
    told = refused(masters(site, ONE, TWO, FRESH))
    assert f"{FRESH} is not a member and has no data: it would form a second cluster" in told
    assert f"{THREE} (https://{site.lab.machine(THREE).address}:2380) is a member" in told


def test_a_master_of_the_same_name_at_another_address(site):
    moved = masters(site, ONE, TWO, FRESH)
    moved.answers["hosts"][2]["name"] = THREE
    old, new = (site.lab.machine(name).address for name in (THREE, FRESH))
    told = refused(moved)
    assert f"{THREE}: its address is {new} in the answers, https://{old}:2380 in etcd" in told


def test_a_member_that_lost_its_data(site):
    site.ssh(THREE, "systemctl stop etcd && mv /var/lib/etcd /var/lib/etcd.away")
    try:
        told = refused(site, (ONE, TWO, FRESH))
        assert site.ssh(THREE, "ls -d /var/lib/etcd", check=False) == ""
    finally:
        site.ssh(THREE, "mv /var/lib/etcd.away /var/lib/etcd && systemctl start etcd")
    assert f"{THREE} is a member and has no data" in told
    assert "is the disk of etcd's data folder mounted?" in told


def test_the_original_answers_have_nothing_to_do(site):
    assert_nothing_to_do(site)
