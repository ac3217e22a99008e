"""What a run refuses to do to a cluster that exists: nothing changes, and the way out is told."""

from __future__ import annotations

import pytest
from site_under_test import V136, V137, Site, assert_nothing_to_do

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


@pytest.mark.parametrize(
    ("kubernetes", "etcd", "told"),
    [
        (V136, "", f"kube-apiserver {V137} runs on {ONE}; the answers ask for {V136}"),
        ("v1.30.2", "", f"kube-apiserver {V137} runs on {ONE}; the answers ask for v1.30.2"),
        (V137, "v3.6.16", "an older etcd refuses the data folder of a newer one"),
        (V137, "v3.9.0", "minors cannot be skipped: upgrade v3.7.3 → v3.8 → v3.9"),
    ],
)
def test_versions_that_may_not_follow(site, kubernetes, etcd, told):
    source = dict(site.answers["kubernetes"], version=kubernetes)
    assert told in refused(site.variant(kubernetes=source, etcd={"version": etcd}))


def test_what_a_cluster_keeps_for_life(site):
    cluster = {"serviceCIDR": "10.96.0.0/12", "podCIDR": "10.128.0.0/14", "domain": "corp.internal"}
    told = refused(
        site.variant(cluster=site.answers["cluster"] | cluster, etcd={"dataDir": "/srv/etcd"})
    )
    for name, value in (
        ("cluster.serviceCIDR", "10.96.0.0/12"),
        ("cluster.podCIDR", "10.128.0.0/14"),
        ("cluster.domain", "corp.internal"),
        ("etcd.dataDir", "/srv/etcd"),
    ):
        (line,) = [one for one in told.splitlines() if one.startswith(f"{name} cannot change: ")]
        assert f" on {ONE}; {value} in the answers. " in line
    assert "put the value that the cluster runs with back" in told


def test_other_folders(site):
    told = refused(site.variant(layout={"kubernetes": "/srv/k8s", "etcd": "/srv/etcd"}))
    assert f"layout.kubernetes cannot change: /opt/kubernetes on {ONE}; /srv/k8s in" in told
    assert f"layout.etcd cannot change: /opt/etcd on {ONE}; /srv/etcd in" in told


def test_the_original_answers_have_nothing_to_do(site):
    assert_nothing_to_do(site)
