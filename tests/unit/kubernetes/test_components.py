"""What is known of a program stands in its descriptor, and everything else reads it there."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from kube_samples import external, spec

import tui_installer
from tui_installer.engine.checks.tls import served
from tui_installer.engine.hosts import query
from tui_installer.kubernetes import options, options_bytes, unit
from tui_installer.kubernetes.accounts import account, owner
from tui_installer.kubernetes.certificates import profiles
from tui_installer.kubernetes.components import (
    COMPONENTS,
    CONTROL_PLANE,
    CONTROLLERS,
    ETCD,
    SCHEDULER,
    Port,
    by_name,
    control_plane,
)
from tui_installer.kubernetes.folders import written
from tui_installer.model.check import check_network

PACKAGE = Path(tui_installer.__file__).parent
NAMES = r"etcd\.service|kube-(?:apiserver|controller-manager|scheduler)(?:\.service)?"
OTHER = dataclasses.replace(
    SCHEDULER,
    name="kubelet",
    title="the kubelet",
    description="Kubernetes Node Agent",
    documentation="https://kubernetes.io/docs/",
    unprivileged=False,
    after=(),
    defaults=lambda _, host: iter((("hostname-override", host.name), ("root-dir", "/var/lib/k"))),
    added=lambda _: (("v", "4"),),
    service=lambda _: iter((("KillMode", "process"),)),
    folders=lambda _, flags: iter((flags["root-dir"],)),
    ports=(Port(10250, "the API server"),),
)


def test_a_program_more_is_a_descriptor_more():
    chosen = spec()
    host = chosen.hosts[0]
    assert options(OTHER, chosen, host) == (
        ("hostname-override", "master01"), ("root-dir", "/var/lib/k"), ("v", "4"),
    )  # fmt: skip
    assert options_bytes(OTHER, chosen, host).decode().startswith('KUBELET_OPTS="')
    lines = unit(OTHER, chosen, host).decode().splitlines()
    assert "Description=Kubernetes Node Agent" in lines
    assert "After=network-online.target" in lines
    assert "ExecStart=/opt/kubernetes/bin/kubelet $KUBELET_OPTS" in lines
    assert "KillMode=process" in lines
    assert written(OTHER, chosen, host) == ("/var/lib/k",)


def test_a_program_that_needs_root_keeps_it_and_has_no_sandbox():
    chosen = spec()
    assert account(OTHER, chosen) == "root"
    assert owner(OTHER, chosen) == "root:root"
    assert "User=" not in unit(OTHER, chosen, chosen.hosts[0]).decode()


def test_programs_are_found_by_name_and_by_unit():
    assert all(by_name(one.name) is one is by_name(one.unit) for one in COMPONENTS)
    assert by_name("haproxy") is None
    assert query.ports("haproxy.service") == ()
    assert query.ports("etcd.service") == (2379, 2380, 2381)


def test_a_master_has_every_program_but_an_etcd_that_is_elsewhere():
    assert control_plane(spec()) == CONTROL_PLANE
    assert control_plane(spec(etcd=external(on_hosts=True))) == CONTROL_PLANE[1:]


@pytest.mark.parametrize("component", COMPONENTS, ids=str)
def test_a_program_starts_after_those_that_it_needs(component):
    order = list(COMPONENTS)
    assert all(order.index(one) < order.index(component) for one in component.after)


@pytest.mark.parametrize("component", COMPONENTS, ids=str)
def test_every_certificate_that_a_port_serves_is_made_for_the_host(component):
    chosen = spec()
    made = {profile.name: profile for profile in profiles(chosen)}
    for port in component.ports:
        if port.certificate:
            assert made[f"master01/{port.certificate}"].signer == port.ca


def test_every_tls_port_is_called_where_it_listens():
    chosen = spec()
    found = {one.port.number: (one.address, one.profile) for one in served(chosen, chosen.hosts[0])}
    assert found == {
        2379: ("127.0.0.1", "master01/etcd-server"),
        2380: ("192.0.2.11", "master01/etcd-peer"),
        6443: ("127.0.0.1", "master01/server"),
        10257: ("127.0.0.1", "master01/controller-manager-serving"),
        10259: ("127.0.0.1", "master01/scheduler-serving"),
    }


def test_no_two_programs_share_a_port_and_node_ports_keep_off_them():
    numbers = [port.number for one in COMPONENTS for port in one.ports]
    assert len(numbers) == len(set(numbers))
    public = {port.number for one in COMPONENTS for port in one.ports if port.certificate}
    assert public <= set(check_network._TAKEN_PORTS)


def test_only_the_controllers_elect_a_leader_and_call_the_api_by_a_kubeconfig():
    assert tuple(one for one in COMPONENTS if one.lease) == CONTROLLERS
    assert tuple(one for one in COMPONENTS if one.kubeconfig) == CONTROLLERS


def test_etcds_folder_is_not_the_programs_of_kubernetes():
    layout = spec().layout
    assert ETCD.binary(layout) == "/opt/etcd/bin/etcd"
    assert ETCD.options_path(layout) == "/opt/etcd/cfg/etcd"


@pytest.mark.parametrize("folder", ["engine", "actions"])
def test_no_program_is_spelled_out_where_its_descriptor_is_read(folder):
    """A name, unit or port of a program in code is a place that the next program would miss."""
    spelled = re.compile(rf'"(?:{NAMES})"|\b(?:2379|2380|2381|10257|10259)\b')
    found = [
        f"{path.name}: {line.strip()}"
        for path in (PACKAGE / folder).rglob("*.py")
        for line in path.read_text().splitlines()
        if spelled.search(line)
    ]
    assert found == []
