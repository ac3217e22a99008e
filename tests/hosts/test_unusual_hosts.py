"""Hosts as people really have them: each is changed in one way, installed, verified, run again."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import pytest
from remote_support import Person
from site_under_test import assert_nothing_to_do, assert_verified

from tui_installer.actions.host_checks import host_target, probe
from tui_installer.actions.host_checks.host_check import State
from tui_installer.actions.host_checks.host_pool import HostPool
from tui_installer.actions.sessions import drafts
from tui_installer.lab import faults
from tui_installer.lab.state import Paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from site_under_test import Site

HOST = "master01"


@pytest.fixture
def site(new_site) -> Iterator[Site]:
    """A host that is off again when its test has ended."""
    made = new_site(HOST)
    yield made
    faults.power_off(made.lab.folder, HOST)


def root_of(site: Site) -> Path:
    return Paths(site.lab.folder).root(HOST)


def at_login(line: str) -> str:
    """Makes every shell of root's that sshd starts run a line first."""
    return f"sed -i '1i {line}' /root/.bashrc"


DIFFERENCES = {
    "root's umask is 077": (at_login("umask 077"), "umask", "0077"),
    "/opt is another file system": (
        "mount -t tmpfs -o size=2g,mode=755 tmpfs /opt",
        "findmnt -no FSTYPE /opt",
        "tmpfs",
    ),
    "/tmp is noexec": (
        "mount -t tmpfs -o noexec,nosuid,nodev tmpfs /tmp",
        "findmnt -no OPTIONS /tmp | grep -o noexec",
        "noexec",
    ),
    "the hostname has capitals and a domain": (
        (
            "hostnamectl set-hostname Master-A.Example.COM;"
            " echo 127.0.1.1 Master-A.Example.COM >>/etc/hosts"
        ),
        "uname -n",
        "Master-A.Example.COM",
    ),
    "no sudo, no openssl, no zstd": (
        "rm /usr/bin/sudo /usr/bin/openssl; rm -f /usr/bin/zstd",
        "command -v sudo openssl zstd || echo none",
        "none",
    ),
    "sh is bash": ("ln -sfn bash /bin/sh", 'sh -c "echo ${BASH_VERSION:+bash}"', "bash"),
    "the locale is C": ("echo LC_ALL=C >>/etc/environment", "locale | grep LC_ALL", "LC_ALL=C"),
    "the locale is German": (
        "localedef -i de_DE -f UTF-8 de_DE.UTF-8; echo LC_ALL=de_DE.UTF-8 >>/etc/environment",
        "printf %.1f 0,5",
        "0,5",
    ),
    "a proxy in /etc/environment": (
        (
            "for name in http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy;"
            " do echo $name=http://192.0.2.1:3128; done >>/etc/environment"
        ),
        "echo $https_proxy",
        "http://192.0.2.1:3128",
    ),
    "busybox is first on PATH": (
        "busybox --install -s /usr/local/bin",
        "readlink -f $(command -v stat)",
        "/usr/bin/busybox",
    ),
}


@pytest.mark.parametrize("difference", DIFFERENCES.values(), ids=DIFFERENCES)
def test_a_host_with_a_difference_is_installed_and_verified(site, difference):
    change, proof, seen = difference
    for folder in ("i18n/locales", "i18n/charmaps"):  # a bare host has none, this machine may
        shutil.copytree(f"/usr/share/{folder}", root_of(site) / f"usr/share/{folder}")
    site.ssh(HOST, change)
    assert site.ssh(HOST, proof).strip() == seen
    assert_verified(site.install("--verify"), [HOST])
    assert_nothing_to_do(site)


def test_tools_without_the_options_that_are_needed_are_named_and_nothing_is_changed(site):
    site.ssh(HOST, "for tool in stat dd date; do ln -sf busybox /usr/bin/$tool; done")
    done = site.run()
    assert done.code == 1, done.explain()
    assert done.of("StepStarted") == []
    assert done.card["host"] == HOST
    assert "busybox" in done.card["message"]
    assert done.card["message"].endswith(": date, stat")
    assert "install GNU coreutils" in done.card["hint"]


FAKE_RESTORECON = b"""#!/bin/sh
for path; do
	[ -e "$path" ] && echo "$path $(systemctl is-active etcd kube-apiserver | tr '\\n' ' ')"
done >>/root/labelled
"""


def test_what_is_installed_gets_its_selinux_label_before_a_unit_starts(site):
    """A fake restorecon, as no kernel of a lab has SELinux: which paths it is called with, when."""
    site.ssh(
        HOST, "cat >/usr/sbin/restorecon; chmod +x /usr/sbin/restorecon", stdin=FAKE_RESTORECON
    )
    assert_verified(site.install("--verify"), [HOST])
    lines = site.ssh(HOST, "cat /root/labelled").splitlines()
    labelled = dict(line.split(" ", 1) for line in lines)
    folders = ("/opt/kubernetes/bin", "/opt/etcd", "/opt/etcd/bin", "/var/lib/etcd")
    manifest = "/opt/kubernetes/cfg/tui-installer.manifest"
    assert {*site.listed(HOST), *folders, manifest} - set(labelled) == set()
    assert labelled["/opt/etcd/bin/etcd"].split() == ["inactive", "inactive"]
    assert labelled["/opt/kubernetes/bin/kube-apiserver"].split()[1] == "inactive"
    before = len(lines)
    assert_nothing_to_do(site)
    assert len(site.ssh(HOST, "cat /root/labelled").splitlines()) == before


CLONED = ("clone01", "clone02", "other03")


@pytest.fixture(scope="module")
def cloned(new_site) -> Site:
    """The second host is a clone of the first: its name and machine ID are the same."""
    made: Site = new_site(*CLONED)
    number = made.ssh(CLONED[0], "cat /etc/machine-id").strip()
    made.ssh(CLONED[1], f"hostnamectl set-hostname {CLONED[0]}; echo {number} >/etc/machine-id")
    return made


def test_cloned_machines_are_named_by_the_plan_with_the_fix(cloned):
    done = cloned.run("--plan")
    assert done.code == 0, done.explain()
    told = [line["text"] for line in done.of("LogLine", level="warning")]
    assert [line.partition(":")[0] for line in told] == [
        "clone01 and clone02 have the same hostname",
        "clone01 and clone02 have the same machine ID",
    ]
    assert "hostnamectl set-hostname" in told[0]
    assert "systemd-machine-id-setup" in told[1]


async def test_the_live_check_warns_of_clones_until_one_of_them_is_gone(cloned):
    answers, _ = drafts.judge(cloned.answers)
    first, second, third = (host_target.target(answers, number) for number in range(3))
    credentials = probe.credentials(Person())
    pool = HostPool(asyncio.create_task, lambda: credentials)
    pool.want((first, second, third))
    async with asyncio.timeout(60):
        while pool.busy or not all(check.ended for check in pool.checks.values()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    system = [pool.checks[one].cells["system"] for one in (first, second, third)]
    assert [cell.state for cell in system] == [State.WARN, State.WARN, State.OK]
    assert system[0].word == "cloned"
    assert system[0].evidence[0].startswith(f"{first.host.name} and {second.host.name} have the")
    assert "hostnamectl set-hostname" in system[0].hint
    assert all(check.passed for check in pool.checks.values())
    pool.want((first, third))
    assert pool.checks[first].cells["system"].state is State.OK
