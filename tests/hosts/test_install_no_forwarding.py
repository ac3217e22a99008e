"""Whole installs where sshd forwards no ports, by users who become root in unusual ways."""

from __future__ import annotations

import copy

import pytest
from site_under_test import Site, assert_verified

HOST = "master01"
PASSWORD = "pass of root, $with `signs`"
USERS = """
set -eu
useradd -m -s /bin/bash admin
install -d -m 700 -o admin /home/admin/.ssh
install -m 600 -o admin /root/.ssh/authorized_keys /home/admin/.ssh/
"""


@pytest.fixture(scope="module")
def site(new_site) -> Site:
    site = new_site(HOST)
    site.ssh(HOST, "sh -s", stdin=USERS.encode())
    return site


def sshd(site: Site, text: str) -> None:
    site.ssh(HOST, "tee /etc/ssh/sshd_config.d/test.conf", stdin=f"{text}\n".encode())
    site.ssh(HOST, "sshd -t && systemctl restart ssh")


def logging_in(site: Site, **ssh: object) -> Site:
    return site.variant(ssh={**copy.deepcopy(site.answers["ssh"]), **ssh})


def test_a_host_that_has_no_way_is_refused_before_anything_changes(site):
    sshd(site, "DisableForwarding yes")
    hide = "for p in perl python3; do [ ! -e /usr/bin/$p ] || mv /usr/bin/$p /usr/bin/$p.away; done"
    site.ssh(HOST, hide)
    try:
        refused = site.run()
    finally:
        site.ssh(HOST, "for f in /usr/bin/*.away; do mv $f ${f%.away}; done")
    assert refused.code == 1
    assert "its sshd allows no TCP forwarding" in refused.everything()
    assert "nothing was changed" in refused.everything()
    assert site.ssh(HOST, "ls /opt") == ""


def test_an_install_through_a_relay_by_su_is_verified_and_complete(site, tmp_path):
    """AllowTcpForwarding no, with su: a root shell on a terminal, and scripts by its pipes."""
    sshd(site, "AllowTcpForwarding no")
    site.ssh(HOST, "chpasswd", stdin=f"root:{PASSWORD}\n".encode())
    file = tmp_path / "password"
    file.touch(mode=0o600)
    file.write_text(f"{PASSWORD}\n")
    by_su = {"mode": "su", "password": {"file": str(file)}}
    admin = logging_in(site, user="admin", sudo=by_su)
    done = admin.install("--verify")
    assert_verified(done, [HOST])
    assert done.of("HostFound")[0]["login"].endswith(", su")
    assert PASSWORD not in done.everything()
    assert admin.install().changed() == (0, 0)


def test_with_all_forwarding_disabled_root_finds_it_complete(site):
    sshd(site, "DisableForwarding yes")
    again = site.install("--verify")
    assert again.changed() == (0, 0)
    assert_verified(again, [HOST])


def test_sudo_with_requiretty_finds_it_complete(site):
    rule = b"admin ALL=(ALL) NOPASSWD: ALL\nDefaults:admin requiretty\n"
    site.ssh(HOST, "tee /etc/sudoers.d/admin", stdin=rule)
    assert logging_in(site, user="admin").install().changed() == (0, 0)
