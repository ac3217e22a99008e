import json
from ipaddress import IPv4Network

import pytest

from tui_installer.errors import UsageError
from tui_installer.lab import network

ADDRESSES = json.dumps(
    [
        {"ifname": "lo", "addr_info": [{"family": "inet", "local": "127.0.0.1", "prefixlen": 8}]},
        {"ifname": "eth0", "addr_info": [{"local": "10.77.3.9", "prefixlen": 16}]},
        {"ifname": "dummy", "addr_info": []},
    ]
)
ROUTES = json.dumps([{"dst": "default"}, {"dst": "10.78.0.0/24"}, {"dst": "10.79.0.7"}])


def test_networks_are_those_of_addresses_and_routes_without_the_default_route():
    assert network.networks(ADDRESSES, ROUTES) == [
        IPv4Network("10.77.0.0/16"),
        IPv4Network("10.78.0.0/24"),
        IPv4Network("10.79.0.7/32"),
        IPv4Network("127.0.0.0/8"),
    ]


def test_networks_of_a_machine_without_any_are_none():
    assert network.networks("", "") == []


def test_chosen_subnet_is_the_first_that_overlaps_nothing():
    taken = network.networks(ADDRESSES, ROUTES)
    assert network.choose_subnet([]) == IPv4Network("10.77.0.0/24")
    assert network.choose_subnet(taken) == IPv4Network("10.80.0.0/24")


def test_no_free_subnet_is_said_with_what_is_in_use():
    with pytest.raises(UsageError) as caught:
        network.choose_subnet([IPv4Network("10.0.0.0/8")])
    assert caught.value.details == ("in use: 10.0.0.0/8",)


def test_no_candidate_overlaps_kubernetes_default_networks():
    for usual in ("10.0.0.0/24", "10.96.0.0/12", "10.244.0.0/16"):
        assert not any(IPv4Network(usual).overlaps(one) for one in network.CANDIDATES)


@pytest.mark.parametrize("wanted", ["10.77.0.0/16", "10.77.0.1/24", "8.8.8.0/24", "x", ""])
def test_a_subnet_that_cannot_be_a_labs_is_refused(wanted):
    with pytest.raises(UsageError):
        network.check_subnet(wanted, [])


def test_a_wanted_subnet_that_overlaps_is_refused_with_the_one_it_meets():
    assert str(network.check_subnet("10.90.0.0/24", [])) == "10.90.0.0/24"
    with pytest.raises(UsageError, match=r"10\.64\.0\.0/10"):
        network.check_subnet("10.90.0.0/24", [IPv4Network("10.64.0.0/10")])


def test_addresses_start_at_11_and_fill_gaps():
    assert network.next_address("10.77.0.0/24", []) == "10.77.0.11"
    assert network.next_address("10.77.0.0/24", ["10.77.0.11", "10.77.0.13"]) == "10.77.0.12"


def test_a_full_network_is_refused():
    with pytest.raises(UsageError, match="no free address"):
        network.next_address("10.77.0.0/24", [f"10.77.0.{last}" for last in range(1, 255)])


def test_the_owner_mark_differs_by_folder_even_when_cut(tmp_path):
    long = tmp_path / ("x" * 300)
    assert network.owner(long / "a") != network.owner(long / "b")
    assert len(network.owner(long)) < 256
