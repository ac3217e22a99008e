"""Three masters that run as root are taken over by users of their own, however often it is cut."""

from __future__ import annotations

import json
import signal

import pytest
from cluster_work import asked_all_along
from site_under_test import UNITS, Site, assert_nothing_to_do, assert_verified

MASTERS = ["master01", "master02", "master03"]
DATA = "/var/lib/etcd"
CHOWN = f"""#!/bin/sh
# Found before the real chown by owners.sh: data is handed over only where a test allows it.
case "$*" in
*" {DATA}/")
	echo $$ >/root/asking
	until [ -e /root/allowed ]; do sleep 0.05; done
	rm /root/asking ;;
esac
exec /bin/chown "$@"
"""
VALUES = [f"value-{n}" for n in range(20)]


@pytest.fixture(scope="module")
def site(new_site):
    made: Site = new_site(*MASTERS)
    made.answers["security"] = {"services": "root"}
    assert_verified(made.install(), MASTERS)
    for value in VALUES:
        made.kubectl("create", "configmap", value, f"--from-literal=a={value}")
    del made.answers["security"]
    for host in MASTERS:
        place = "/usr/sbin/chown"
        made.ssh(host, f"cat >{place}; chmod 755 {place}", stdin=CHOWN.encode())
    return made


def taken_over(site):
    """The masters whose data belongs to etcd's user."""
    return [host for host in MASTERS if site.ssh(host, f"stat -c %U {DATA}") == "etcd\n"]


def asking(site):
    """The master whose data is about to be handed over: one after the other, so one at most."""
    found = [host for host in MASTERS if site.ssh(host, "ls /root/asking || true")]
    assert len(found) <= 1
    return found[0] if found else None


def killed_in_etcd(site, masters):
    """A run that is killed in the etcd step when so many masters' data is handed over.

    The next one's is about to be.
    """
    with site.started() as process:
        for line in process.stdout:
            event = json.loads(line)
            if (event["event"], event.get("step")) == ("StepStarted", "etcd"):
                break
        while not (host := asking(site)) or len(taken_over(site)) < masters:
            assert process.poll() is None, "it was not to come to its end"
            if host:
                site.ssh(host, "touch /root/allowed")
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    site.ssh(host, "kill $(cat /root/asking); rm /root/asking")


def test_a_takeover_that_is_cut_goes_on_and_no_moment_is_without_an_api(site):
    addresses = [site.lab.machine(host).address for host in MASTERS]
    with asked_all_along(site, addresses) as gaps:
        for masters in (0, 1, 2):
            killed_in_etcd(site, masters)
            assert len(taken_over(site)) == masters
        for host in MASTERS:
            site.ssh(host, "touch /root/allowed")
        assert_verified(site.install(), MASTERS)
    assert gaps == []
    assert taken_over(site) == MASTERS


def test_everything_is_its_users_then(site):
    for host in MASTERS:
        assert site.ssh(host, f"find {DATA} ! -user etcd") == ""
        show = (
            f"stat -c %U $(systemctl show -P MainPID {' '.join(UNITS)} | sed '/^$/d; s|^|/proc/|')"
        )
        assert site.ssh(host, show).split() == list(UNITS)
    assert_nothing_to_do(site)


def test_nothing_of_the_data_is_lost(site):
    told = site.kubectl("get", "configmaps", "-o", "jsonpath={.items[*].data.a}")
    assert sorted(told.split()) == sorted(VALUES)
