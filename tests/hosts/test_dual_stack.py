"""Clusters on both address families, and on IPv6 alone, installed and used."""

from __future__ import annotations

import json
import subprocess
from contextlib import contextmanager

import pytest
from site_under_test import Site, assert_nothing_to_do, assert_verified

from tui_installer.lab import lab
from tui_installer.lab.network import ipv6

NODE = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}}
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "both"},
    "spec": {"ipFamilyPolicy": "RequireDualStack", "ports": [{"port": 80}]},
}
V4_SERVICES, V6_SERVICES = "10.96.0.0/16", "fd00:10:96::/112"
V4_PODS, V6_PODS = "10.244.0.0/16", "fd00:10:244::/56"


def applied(site, thing):
    done = site.kubectl("apply", "-f", "-", "-o", "json", stdin=json.dumps(thing))
    return json.loads(done)["spec"]


def pod_networks(site):
    applied(site, NODE)
    words = ("--for=jsonpath={.spec.podCIDR}", "node/n1", "--timeout=20s")
    site.kubectl("wait", *words)
    return json.loads(site.kubectl("get", "node", "n1", "-o", "json"))["spec"]["podCIDRs"]


def endpoints(site):
    words = ("get", "endpointslices", "-l", "kubernetes.io/service-name=kubernetes", "-o", "json")
    (slices,) = json.loads(site.kubectl(*words))["items"]
    return {address for one in slices["endpoints"] for address in one["addresses"]}


@pytest.fixture(scope="module")
def dual(new_site):
    made: Site = new_site("cp-1")
    made.answers["cluster"] |= {
        "serviceCIDR": [V4_SERVICES, V6_SERVICES],
        "podCIDR": [V4_PODS, V6_PODS],
    }
    (host,) = made.answers["hosts"]
    host["addresses"] = [host["address"], ipv6(host["address"])]
    return made


def test_dual_stack_gives_services_and_nodes_an_address_of_each_family(dual):
    v4, v6 = dual.answers["hosts"][0]["addresses"]
    assert_verified(dual.run(), ["cp-1"])
    assert_nothing_to_do(dual)
    assert [":" in one for one in applied(dual, SERVICE)["clusterIPs"]] == [False, True]
    assert [one.partition("/")[2] for one in pod_networks(dual)] == ["24", "64"]
    for address in (v4, f"[{v6}]"):  # both by the certificate's own names
        page = dual.kubectl("get", "--raw", "/readyz", "--server", f"https://{address}:6443")
        assert page == "ok"
    assert endpoints(dual) == {v4}


def test_a_host_without_the_second_family_is_refused_before_anything_changes(new_site):
    site = new_site("cp-1")
    site.ssh("cp-1", "ip -6 addr flush dev host0 scope global")
    site.answers["cluster"] |= {
        "serviceCIDR": f"{V4_SERVICES},{V6_SERVICES}",
        "podCIDR": f"{V4_PODS},{V6_PODS}",
    }
    done = site.run("--plan")
    assert done.code == 1
    assert "it has no IPv6 address, which serviceCIDR" in done.everything()
    assert site.ssh("cp-1", "ls -A /opt") == ""


@pytest.fixture(scope="module")
def ipv6_alone(new_site):
    made: Site = new_site("m1", "m2", "m3")
    made.answers["cluster"] |= {"serviceCIDR": V6_SERVICES, "podCIDR": V6_PODS}
    for host in made.answers["hosts"]:
        host["address"] = ipv6(host["address"])
    return made


@contextmanager
def without_ipv4(site):
    """Takes the IPv4 addresses from the hosts, from outside, as SSH goes by them in the tests."""
    machines = [one for one in lab.status(site.lab.folder) if one.name in site.hosts]
    for verb in ("del", "add"):
        for one in machines:
            ip = ("ip", "addr", verb, f"{one.address}/24", "dev", "host0")
            subprocess.run(["nsenter", "-t", str(one.pid), "-n", *ip], check=True)
        if verb == "del":
            yield


def test_three_masters_without_any_ipv4_address(ipv6_alone):
    site = ipv6_alone
    addresses = [host["address"] for host in site.answers["hosts"]]
    with without_ipv4(site):
        assert_verified(site.run(), ["m1", "m2", "m3"])
        assert site.run().changed() == (0, 0)
    assert_nothing_to_do(site)
    assert endpoints(site) == set(addresses)
    assert [one.partition("/")[2] for one in pod_networks(site)] == ["64"]
