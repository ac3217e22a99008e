"""A value that is nearly right is refused with the right one."""

from __future__ import annotations

import pytest
from answers_samples import masters, problems, refusal
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.model.answers.shape import read_data
from tui_installer.model.check import parse
from tui_installer.model.check.check import check

NAMES = [
    ("endpoint", "https://k8s.example.com:6443", "without https://: k8s.example.com:6443"),
    ("endpoint", "https://k8s.example.com:6443/healthz", "the path: k8s.example.com:6443"),
    ("endpoint", "k8s.example.com.:6443", "the dot at its end: k8s.example.com:6443"),
    ("endpoint", "https://[2001:db8::1]:8443", "[2001:db8::1]:8443"),
    ("endpoint", "me@192.0.2.1:6443", "without the user: 192.0.2.1:6443"),
    ("san", "https://k8s.example.com", "without https://: k8s.example.com"),
    ("san", "K8S.Example.COM.", "the dot at its end: k8s.example.com"),
    ("san", "k8s.example.com:6443", "the port :6443: k8s.example.com"),
    ("san", "192.0.2.1:6443", "the port :6443: 192.0.2.1"),
    ("san", "[2001:db8::1]:6443", "the port :6443: 2001:db8::1"),
    ("san", "https://user:hunter2@k8s.example.com:6443/x?y", ": k8s.example.com"),
    ("san", "fe80::1%eth0", "scope id (the part from % on): fe80::1"),
    ("san", "192.0.2.5/24", "the prefix length /24: 192.0.2.5"),
    ("san", "10.0.0.0/24", "a certificate holds no networks, so list each address"),
    ("san", "my_lb.example.com", "my-lb.example.com would be right"),
    ("san", "*.*.example.com", "*.example.com would be right"),
    ("san", "api*.example.com", "*.example.com would be right"),
    ("san", "*.my_lb.example.com", "*.my-lb.example.com would be right"),
    ("host_address", "https://192.0.2.11:6443", "an IP address without https:// and the port"),
    ("host_address", "192.0.2.11:22", "the port :22: 192.0.2.11"),
    ("host_address", "root@192.0.2.11", "the user: 192.0.2.11"),
    ("host_address", "192.0.2.11/24", "the prefix length /24: 192.0.2.11"),
    ("host_address", "2001:db8::1%eth0", "from % on): 2001:db8::1"),
    ("host_address", "[2001:db8::1]", "want an IP address"),
    ("host_address", "m1.example.com", "a name or alias that ssh knows is `sshAddress`"),
    ("host_address", "192.0.2.0/24", "want an IP address"),
    ("ssh_host", "ops@192.0.2.11:2222", "the user and the port :2222: 192.0.2.11"),
    ("ssh_host", "ssh://ops@m1.example.com:22", "m1.example.com"),
    ("ssh_host", "m1.example.com:22", "the port :22: m1.example.com"),
    ("host_or_ip", "jump.example.com.", "the dot at its end: jump.example.com"),
    ("host_name", "node_1", "node-1 would be right"),
    ("host_name", "Node1.example.com.", "the dot at its end: node1.example.com"),
    ("cidr", "10.0.0.0/24:8080", "10.0.0.0/24 would be right"),
    ("cidr", "10.0.0.0:6443/24", "10.0.0.0/24 would be right"),
    ("cidr", "10.96.0.0/255.255.0.0", "10.96.0.0/16 would be right"),
    ("cidr", "10.96.0.0", "10.96.0.0/16 would be right"),
    ("cidr", "10.96.0.0 / 16", "10.96.0.0/16 would be right"),
    ("version", "1.36", "has no patch number: v1.36.0 would be right"),
    ("version", "v1.37", "has no patch number: v1.37.2 would be right"),
    ("version", "1.36.x", "v1.36.0 would be right"),
    ("version", "latest", "names no version: v1.37.2 would be right"),
    ("version", "stable", "names no version: v1.37.2 would be right"),
    ("version", "stable-1.36", "v1.37.2 would be right"),
    ("version", "v1.36.2+rke2r1", "suffix of a distribution: v1.36.2 would be right"),
    ("version", "v1.36.2+k3s1", "suffix of a distribution: v1.36.2 would be right"),
    ("version", "v1.36.2-eks-113cf36", "suffix of a distribution: v1.36.2 would be right"),
    ("version", "v1.36.2-gke.1586000", "suffix of a distribution: v1.36.2 would be right"),
    ("version", "3.6.16-0", "suffix of a distribution: v3.6.16 would be right"),
    ("version", "V1.37.2", "is written otherwise: v1.37.2 would be right"),
    ("version", "1.37.02", "v1.37.2 would be right"),
    ("version", "v1.37.2.1", "has more after it: v1.37.2 would be right"),
]


@pytest.mark.parametrize(("parser", "text", "says"), NAMES)
def test_a_value_that_is_nearly_right_is_refused_with_the_right_one(parser, text, says):
    why = refusal(getattr(parse, parser), text)
    assert says in why
    assert "hunter2" not in why


@pytest.mark.parametrize("text", ["1.37.2", "v1.37.2", "v1.38.0-rc.1", "v1.37.0-alpha.3"])
def test_a_version_is_taken_with_and_without_its_v(text):
    assert str(parse.version(text)) == f"v{text.removeprefix('v')}"


@pytest.mark.parametrize("parser", ["san", "endpoint", "host_address", "ssh_host", "cidr"])
@given(text=st.text(alphabet="ab1.:/[]@%-_* \"',\n", max_size=40))
def test_what_would_be_right_is_right(parser, text):
    function = getattr(parse, parser)
    try:
        function(text)
    except ValueError as error:
        why = str(error)
        assert why.isprintable()
        if " without " in why and ", got " not in why:
            function(why.rpartition(": ")[2])


def test_every_entry_of_a_list_of_sans_has_its_line_and_right_value():
    answers = masters("192.0.2.11")
    answers.sans = ["https://k8s.example.com", "K8S.Example.COM.", "*.example.com", "10.0.0.0/24"]
    found = problems(answers)
    assert sorted(found) == ["sans.0", "sans.1", "sans.3"]


def test_ipv6_throughout_is_taken():
    answers = masters("fd78::11")
    answers.cluster.service_cidr, answers.cluster.pod_cidr = "fd00:96::/112", "fd00:244::/56"
    assert check(answers) == []


@pytest.mark.parametrize("block", ["kubernetes", "etcd"])
def test_a_version_that_yaml_reads_as_a_number_is_said_to_be_one(block):
    [(_, problem)] = read_data({block: {"version": 1.37}})[1]
    assert str(problem) == (
        f"{block}.version: want a version with all three numbers, got a number with a fraction "
        "(write it as text, such as v1.37.2)"
    )
