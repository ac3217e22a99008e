"""What a run refuses to do to a cluster that exists: nothing changes, and the way out is told."""

from __future__ import annotations

import pytest
from site_under_test import Site, assert_nothing_to_do

from tui_installer.lab import lab

pytestmark = pytest.mark.usefixtures("installed")  # every test stands on it
ONE, TWO, THREE = "master01", "master02", "master03"
OTHER_DATA = "/var/lib/etcd/member"
LEAVE_OLD_DATA = (
    f"mkdir -p {OTHER_DATA}/wal {OTHER_DATA}/snap && echo x >{OTHER_DATA}/snap/db &&"
    f" touch -d '3 days ago' {OTHER_DATA}/snap/db"
)


@pytest.fixture(scope="module")
def site(new_site):
    """One master; two more hosts that nothing is installed onto."""
    return new_site(ONE, others=(TWO, THREE))


def masters(site: Site, *names: str) -> Site:
    """The same session with these masters in the answers."""
    return site.variant(hosts=lab.answers(site.lab.folder, list(names))["hosts"])


def left_alone(site: Site, *, steady: bool) -> dict[str, str]:
    """All that a run could change on any of the hosts. steady: units' processes too."""
    show = "systemctl show -p ActiveState -p MainPID 'kube*' 'etcd*'" if steady else "true"
    files = "find /opt /srv /etc /var/lib -path /var/lib/systemd -prune -o"
    written = r"-path '/var/lib/etcd/*' -printf '%p %m %u\n' -o"  # all the time
    told = rf"{files} {written} -printf '%p %s %m %u %T@ %C@ %l\n'"
    return {host: site.ssh(host, f"{told} | sort; {show}") for host in (ONE, TWO, THREE)}


def refused(site: Site, *options: str, steady: bool = True) -> str:
    """What is told by a plan and by a run: both refuse, fetch nothing and change nothing."""
    before = left_alone(site, steady=steady)
    plan = site.run("--plan", *options)
    assert plan.code == 1, plan.explain()
    assert plan.of("Plan") == []
    done = site.run(*options)
    assert done.code == 1, done.explain()
    assert done.of("StepStarted") == done.of("Planned") == done.of("Progress") == []
    assert done.changed() == (0, 0)
    assert left_alone(site, steady=steady) == before
    card = done.card
    assert "nothing was changed" in card["message"]
    assert card["message"] in plan.stderr
    return "\n".join((card["message"], *card["details"], card["hint"]))


def test_two_more_masters_would_be_a_second_cluster(site):
    told = refused(masters(site, ONE, TWO, THREE))
    assert f"answers: 3 masters ({ONE}, {TWO}, {THREE}); etcd: 1 member ({ONE})" in told
    assert f"{TWO}, {THREE} are not members and have no data: they would form a second" in told
    assert "adding a master to a cluster that exists is not supported yet" in told


def test_so_they_would_while_etcd_is_stopped(site):
    site.ssh(ONE, "systemctl stop etcd")
    try:
        # Without it the API server starts again and again.
        told = refused(masters(site, ONE, TWO, THREE), steady=False)
    finally:
        site.ssh(ONE, "systemctl start etcd")
    assert f"the options files of etcd: 1 member ({ONE})" in told
    assert "they would form a second cluster" in told


def test_data_of_another_cluster_on_a_fresh_host(site, tmp_path):
    site.ssh(TWO, LEAVE_OLD_DATA)
    other = masters(site, TWO).elsewhere(tmp_path)
    try:
        told = refused(other)
        assert site.ssh(TWO, f"cat {OTHER_DATA}/snap/db") == "x\n"
    finally:
        site.ssh(TWO, "rm -r /var/lib/etcd")
    assert f"{TWO}: etcd data in {OTHER_DATA} (2 B, last written 3 days ago)" in told
    assert "move it away yourself" in told


def test_the_original_answers_have_nothing_to_do(site):
    assert_nothing_to_do(site)
