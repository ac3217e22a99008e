"""Who runs each program, what is theirs, and what the unit keeps them from."""

from __future__ import annotations

import dataclasses

import pytest
from kube_samples import etcd, external, spec

from tui_installer.kubernetes.accounts import accounts, owner
from tui_installer.kubernetes.components import APISERVER, COMPONENTS, ETCD, SCHEDULER
from tui_installer.kubernetes.directives import DIRECTIVES
from tui_installer.kubernetes.folders import written
from tui_installer.kubernetes.sandbox import directives
from tui_installer.model.security import SecuritySpec, Services
from tui_installer.model.spec import ExtraArgs, Layout

EVERYONE = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")


def said(component, chosen):
    return dict(directives(component, chosen, chosen.hosts[0]))


def test_each_program_has_a_user_of_its_own():
    assert accounts(spec()) == EVERYONE
    assert [owner(c, spec()) for c in COMPONENTS] == [f"{name}:{name}" for name in EVERYONE]
    assert owner(None, spec()) == "root:root"


def test_an_external_etcd_gets_no_user_of_ours():
    assert accounts(spec(etcd=external(on_hosts=True))) == EVERYONE[1:]


def test_as_root_there_are_no_users_and_there_is_no_sandbox():
    chosen = spec(security=SecuritySpec(services=Services.ROOT))
    assert accounts(chosen) == ()
    assert {owner(c, chosen) for c in COMPONENTS} == {"root:root"}
    assert [said(c, chosen) for c in COMPONENTS] == [{}] * 4


@pytest.mark.parametrize("component", COMPONENTS, ids=str)
def test_every_line_of_a_sandbox_is_explained(component):
    found = said(component, spec())
    assert found.keys() <= DIRECTIVES.keys()
    assert found["User"] == found["Group"] == component.name
    assert found["ProtectSystem"] == "strict"
    assert found["CapabilityBoundingSet"] == ""


def test_only_what_a_program_fills_can_be_written():
    chosen = spec(
        etcd=etcd(data_dir="/srv/a b", extra_args=(("wal-dir", "/wal/"),)),
        extra_args=ExtraArgs(apiserver=(("audit-log-path", "/var/log/kubernetes/audit.log"),)),
    )
    assert said(ETCD, chosen)["ReadWritePaths"] == '"/srv/a b" /wal'
    assert said(APISERVER, chosen)["ReadWritePaths"] == "/var/log/kubernetes"
    assert "ReadWritePaths" not in said(SCHEDULER, chosen)


def test_an_audit_log_on_standard_output_needs_no_folder():
    chosen = spec(extra_args=ExtraArgs(apiserver=(("audit-log-path", "-"),)))
    assert written(APISERVER, chosen, chosen.hosts[0]) == ()


@pytest.mark.parametrize(
    ("folder", "hidden"), [("/opt/kubernetes", "yes"), ("/home/kubernetes", "read-only")]
)
def test_homes_are_hidden_unless_the_program_lies_there(folder, hidden):
    chosen = spec(layout=dataclasses.replace(LAYOUT, kubernetes=folder))
    assert said(SCHEDULER, chosen)["ProtectHome"] == hidden


LAYOUT = Layout("/opt/kubernetes", "/opt/etcd", "/etc/systemd/system")
