"""One master whose programs run as users of their own: who they are and what they can read."""

from __future__ import annotations

import re

import pytest
from site_under_test import UNITS, V136, Site, assert_nothing_to_do, assert_verified

HOST = "master01"
DATA = "/var/lib/etcd"
KEYS = "find /opt -type f -perm 600 ! -user root -printf '%p %u\\n'"


@pytest.fixture(scope="module")
def site(new_site):
    made: Site = new_site(HOST, version=V136)
    return made


def status(site, unit):
    """The kernel's word on a unit's main process: field → value."""
    text = site.ssh(HOST, f"cat /proc/$(systemctl show -P MainPID {unit})/status")
    return {key: value.split() for key, _, value in (x.partition(":") for x in text.splitlines())}


def name_of(site, uid):
    return site.ssh(HOST, f"getent passwd {uid}").split(":")[0]


def readers(site, paths):
    """path → who of the programs' users and nobody can read a byte of it."""
    script = (
        "for f in $paths; do for u in $users; do"
        " setpriv --reuid $u --regid $(id -g $u) --clear-groups head -c 1 $f >/dev/null 2>&1"
        " && echo $f $u; done; done; true"
    )
    told = site.ssh(HOST, f"users='{' '.join(UNITS)} nobody' paths='{' '.join(paths)}'; {script}")
    found = {path: [] for path in paths}
    for line in told.splitlines():
        path, user = line.split(" ")
        found[path].append(user)
    return found


@pytest.mark.parametrize(
    ("put", "told"),
    [
        ("useradd -m -s /bin/bash etcd", "the user etcd exists and logs in with /bin/bash"),
        ("useradd -oMu 0 -s /usr/sbin/nologin etcd", "the user etcd is another name of root"),
        ("groupadd etcd && gpasswd -a daemon etcd", "the group etcd exists (members: daemon)"),
    ],
)
def test_a_user_of_that_name_that_is_somebodys_stops_it_before_anything_changes(site, put, told):
    site.ssh(HOST, put)
    before = site.snapshot(HOST)
    done = site.run()
    assert done.code == 1
    (line,) = done.card["details"]
    assert told in line
    assert site.snapshot(HOST) == before
    site.ssh(
        HOST, "sed -i /^etcd:/d /etc/passwd /etc/shadow /etc/group /etc/gshadow; rm -rf /home/etcd"
    )


def test_it_is_verified_and_a_second_run_has_nothing_to_do(site, installed):
    assert_verified(installed, [HOST])
    assert_nothing_to_do(site)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("unit", UNITS)
def test_a_program_runs_as_its_own_user_without_any_of_roots_powers(site, unit):
    found = status(site, unit)
    assert {name_of(site, uid) for uid in found["Uid"]} == {unit}
    assert len({*found["Uid"], *found["Gid"]}) <= 2
    assert found["Groups"] in ([], found["Gid"][:1])
    assert {found[f"Cap{kind}"][0] for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")} == {"0" * 16}
    assert (found["NoNewPrivs"], found["Seccomp"]) == (["1"], ["2"])
    assert "nologin" in site.ssh(HOST, f"getent passwd {unit}")


@pytest.mark.usefixtures("installed")
def test_a_key_is_read_by_its_program_and_by_no_other(site):
    owned = dict(line.split(" ") for line in site.ssh(HOST, KEYS).splitlines())
    assert len(owned) >= 14
    assert readers(site, owned) == {path: [user] for path, user in owned.items()}
    roots = ("/opt/kubernetes/cfg/tui-installer.manifest", "/opt/kubernetes/cfg/kube-apiserver")
    data = site.ssh(HOST, f"ls -d {DATA}/member/*/*").split()
    ours = readers(site, (*roots, *data, "/opt/kubernetes/ssl/ca.pem"))
    assert [ours[path] for path in roots] == [[], []]
    assert [ours[path] for path in data] == [["etcd"]] * len(data)
    assert ours["/opt/kubernetes/ssl/ca.pem"] == [*UNITS, "nobody"]


@pytest.mark.usefixtures("installed")
def test_what_is_not_secret_is_roots_and_nobody_elses_to_write(site):
    assert site.ssh(HOST, "find /opt -perm /044 ! -user root") == ""
    assert site.ssh(HOST, "find /opt -perm /022 ! -type l") == ""
    assert site.ssh(HOST, f"stat -c '%a %U:%G' {DATA}") == "700 etcd:etcd\n"


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("unit", UNITS)
def test_its_sandbox_leaves_little_open(site, unit):
    told = site.ssh(HOST, f"systemd-analyze security --no-pager {unit} | tail -n 1")
    found = re.search(r": ([0-9.]+) ", told)
    assert found is not None
    assert float(found[1]) <= 2.0
    warned = site.ssh(HOST, f"systemd-analyze verify /etc/systemd/system/{unit}.service 2>&1")
    assert warned == ""


@pytest.mark.usefixtures("installed")
def test_an_owner_that_was_changed_by_hand_is_mended(site):
    site.ssh(HOST, f"chown root:root /opt/kubernetes/ssl/sa.key {DATA}/member/snap/db")
    plan = site.install("--plan")
    assert plan.planned() == [
        (HOST, "mode", DATA),
        (HOST, "restart", "etcd.service"),
        (HOST, "mode", "/opt/kubernetes/ssl/sa.key"),
        (HOST, "restart", "kube-apiserver.service"),
    ]
    assert_verified(site.install(), [HOST])
    assert site.ssh(HOST, f"find {DATA} ! -user etcd") == ""
    assert_nothing_to_do(site)


@pytest.mark.usefixtures("installed")
def test_root_can_be_asked_for_and_taken_back(site):
    site.kubectl("create", "configmap", "kept", "--from-literal=a=b")
    site.answers["security"] = {"services": "root"}
    assert_verified(site.install(), [HOST])
    assert {name_of(site, status(site, unit)["Uid"][0]) for unit in UNITS} == {"root"}
    assert site.ssh(HOST, f"find /opt {DATA} ! -user root") == ""
    assert_nothing_to_do(site)
    del site.answers["security"]
    assert_verified(site.install(), [HOST])
    assert {name_of(site, status(site, unit)["Uid"][0]) for unit in UNITS} == {*UNITS}
    assert site.kubectl("get", "configmap", "kept", "-o", "jsonpath={.data.a}") == "b"
    assert_nothing_to_do(site)
