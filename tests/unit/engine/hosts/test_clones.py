"""Machines that were cloned: what they share, who they are, and the fix."""

from __future__ import annotations

import kube_samples
from engine_samples import facts

from tui_installer.engine.hosts import clones

ONE, TWO, THREE = kube_samples.hosts(3)
ID = "0123456789abcdef0123456789abcdef"


def test_hosts_with_names_and_ids_of_their_own_are_no_clones() -> None:
    found = (facts(ONE, machine_id=ID), facts(TWO, machine_id=""), facts(THREE, machine_id=""))
    assert list(clones.notices(found)) == []


def test_a_hostname_of_several_hosts_in_any_case_is_named_with_them_and_the_fix() -> None:
    found = (facts(ONE, hostname="Node"), facts(TWO), facts(THREE, hostname="node"))
    assert list(clones.notices(found)) == [
        (
            f"{ONE.name} and {THREE.name} have the same hostname: node; "
            "give each its own: hostnamectl set-hostname NAME"
        )
    ]


def test_a_machine_id_of_several_hosts_is_named_with_them_and_the_fix() -> None:
    (text,) = clones.notices(facts(host, machine_id=ID) for host in (ONE, TWO, THREE))
    assert text.startswith(
        f"{ONE.name}, {TWO.name} and {THREE.name} have the same machine ID: {ID}; "
    )
    assert "systemd-machine-id-setup" in text


def test_one_host_that_was_entered_twice_is_no_clone_of_itself() -> None:
    assert list(clones.shared((facts(ONE, machine_id=ID), facts(ONE, machine_id=ID)))) == []
