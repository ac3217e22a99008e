"""Dual stack and IPv6: two networks of both kinds, the hosts' family first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tui_installer.kubernetes.components import APISERVER, CONTROLLER_MANAGER
from tui_installer.kubernetes.options import options
from tui_installer.kubernetes.sans import server_sans
from tui_installer.model.check.check import check
from tui_installer.model.check.problems import AnswersInvalid
from tui_installer.model.check.resolve import resolve
from tui_installer.store import answers_file

if TYPE_CHECKING:
    from tui_installer.model.answers.document import Answers
    from tui_installer.store.answers_file import Loaded

HOSTS = "hosts: [{address: 192.0.2.11}]\n"
DUAL = """\
cluster:
  serviceCIDR: [10.96.0.0/16, "fd00:10:96::/112"]
  podCIDR: ["10.244.0.0/16", fd00:10:244::/56]
hosts:
  - addresses: [192.0.2.11, "2001:db8::11"]
    name: one
"""


def loaded(text: str) -> Loaded:
    return answers_file.loads(text.encode(), "a.yaml", Path("/work"))


def read(text: str) -> Answers:
    return loaded(text).answers


def flags(answers: Answers, component=APISERVER):
    spec = resolve(answers)
    return dict(options(component, spec, spec.first_master))


def problem(service: str, pods: str, hosts: str = HOSTS) -> tuple[str, str]:
    text = f"cluster: {{serviceCIDR: {service}, podCIDR: {pods}}}\n{hosts}"
    (found,) = check(read(text))
    return found.path, f"{found.message}; {found.hint}"


def test_a_list_and_a_text_with_a_comma_are_the_same():
    by_list = read(DUAL)
    by_text = read(
        DUAL.replace('[10.96.0.0/16, "fd00:10:96::/112"]', "'10.96.0.0/16, fd00:10:96::/112'")
    )
    assert resolve(by_list) == resolve(by_text)
    assert read(answers_file.dump(by_list)) == by_list


def test_every_program_gets_both_networks_and_the_api_server_listens_on_both():
    apiserver = flags(read(DUAL))
    assert apiserver["service-cluster-ip-range"] == "10.96.0.0/16,fd00:10:96::/112"
    assert (apiserver["bind-address"], apiserver["advertise-address"]) == ("::", "192.0.2.11")
    controllers = flags(read(DUAL), CONTROLLER_MANAGER)
    assert controllers["service-cluster-ip-range"] == "10.96.0.0/16,fd00:10:96::/112"
    assert controllers["cluster-cidr"] == "10.244.0.0/16,fd00:10:244::/56"
    assert not any(name.startswith("node-cidr-mask-size") for name in controllers)


def test_nodes_ranges_have_a_size_for_each_family():
    small = read(
        DUAL.replace("10.244.0.0/16", "16.0.0.0/7").replace("fd00:10:244::/56", "fd10::/40")
    )
    controllers = flags(small, CONTROLLER_MANAGER)
    assert controllers["node-cidr-mask-size-ipv4"] == "23"
    assert controllers["node-cidr-mask-size-ipv6"] == "56"
    assert "node-cidr-mask-size" not in controllers


def test_every_address_of_a_master_is_a_san_and_the_first_is_the_one_its_peers_use():
    spec = resolve(read(DUAL))
    assert (spec.first_master.address, spec.first_master.addresses) == (
        "192.0.2.11",
        ("2001:db8::11",),
    )
    sans = {san.value: san.reason for san in server_sans(spec)}
    assert list(sans)[:3] == ["10.96.0.1", "127.0.0.1", "::1"]
    assert sans["2001:db8::11"] == "further address of one"


def test_ipv6_alone_needs_nothing_of_ipv4():
    text = "cluster: {serviceCIDR: 'fd00:1::/112', podCIDR: 'fd00:2::/56'}\n"
    answers = read(f"{text}hosts: [{{address: '2001:db8::11'}}]\n")
    assert flags(answers)["bind-address"] == "::"
    assert flags(answers)["service-cluster-ip-range"] == "fd00:1::/112"


@pytest.mark.parametrize(
    ("service", "pods", "where", "says"),
    [
        ("[10.96.0.0/16, 'fd00::/112']", "10.244.0.0/16", "cluster.podCIDR",
         "dual stack needs two of both; add an IPv6 network, such as fd00:10:244::/56"),
        ("10.96.0.0/16", "[10.244.0.0/16, 'fd00::/56']", "cluster.serviceCIDR",
         "dual stack needs two of both; add an IPv6 network, such as fd00:10:96::/112"),
        ("['fd00::/112', 10.96.0.0/16]", "[10.244.0.0/16, 'fd01::/56']", "cluster.serviceCIDR",
         "fd00::/112 is IPv6, but the hosts are IPv4; want the hosts' address family first"),
        ("[10.96.0.0/16, 'fd00::/112']", "[10.244.0.0/16, 'fd00::/56']", "cluster.podCIDR",
         "fd00::/56 overlaps serviceCIDR fd00::/112"),
        ("[10.96.0.0/16, 10.97.0.0/16]", "10.244.0.0/16", "cluster.serviceCIDR",
         "one IPv4 and one IPv6 network for dual stack"),
        ("[10.96.0.0/16, 'fd00::/112', 10.97.0.0/16]", "10.244.0.0/16", "cluster.serviceCIDR",
         "one IPv4 and one IPv6 network for dual stack"),
        ("[10.96.0.0/16, 'fd00::/64']", "[10.244.0.0/16, 'fd01::/56']", "cluster.serviceCIDR",
         "fd00::/64 is too large"),
    ],
)  # fmt: skip
def test_networks_that_do_not_fit_together_are_one_problem(service, pods, where, says):
    assert problem(service, pods)[0] == where
    assert says in problem(service, pods)[1]


def test_a_further_address_inside_a_network_of_the_cluster_is_refused():
    hosts = "hosts: [{address: 192.0.2.11, addresses: [192.0.2.11, 'fd00::5']}]\n"
    where, says = problem("[10.96.0.0/16, 'fd00::/112']", "[10.244.0.0/16, 'fd01::/56']", hosts)
    assert (where, "contains hosts.0.addresses.1 fd00::5" in says) == ("cluster.serviceCIDR", True)


def test_a_list_of_something_else_is_refused_at_its_place():
    with pytest.raises(AnswersInvalid) as caught:
        answers_file.resolve(loaded(f"cluster: {{serviceCIDR: [1, 2]}}\n{HOSTS}"))
    assert [problem.path for problem in caught.value.problems] == ["cluster.serviceCIDR"]
