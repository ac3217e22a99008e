"""Answers that a cluster keeps for life: refused with the old value, the new one and why."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import kube_samples
import pytest
from engine_samples import unit_fact
from guard_samples import change, etcd_only, installed, unit_files

from tui_installer.engine import guards
from tui_installer.engine.guards import immutable
from tui_installer.model.check.parse import networks
from tui_installer.model.spec import ExtraArgs, Layout

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.core.context import Context

OLD = kube_samples.spec(hosts=kube_samples.hosts(2))
EVERYWHERE = "on master01, master02"
ISSUER = "https://kubernetes.default.svc.cluster.local"


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    return installed(tmp_path / "c", OLD)


def asked(ctx: Context, **changes: Any) -> Context:
    return dataclasses.replace(ctx, spec=dataclasses.replace(ctx.spec, **changes))


def lines(ctx: Context) -> list[str]:
    return [line for problem in immutable.problems(ctx) for line in problem.lines]


def layout(**changes: str) -> Layout:
    return dataclasses.replace(OLD.layout, **changes)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "other"}, f"cluster.name cannot change: kubernetes {EVERYWHERE}; other in"),
        (
            {"service_cidr": networks("10.96.0.0/12")},
            f"cluster.serviceCIDR cannot change: 10.0.0.0/24 {EVERYWHERE}; 10.96.0.0/12 in",
        ),
        (
            {"pod_cidr": networks("10.128.0.0/14")},
            f"cluster.podCIDR cannot change: 10.244.0.0/16 {EVERYWHERE}; 10.128.0.0/14 in",
        ),
        (
            {"extra_args": ExtraArgs(apiserver=(("service-account-issuer", "https://i"),))},
            (f"service-account-issuer cannot change: {ISSUER} {EVERYWHERE}; https://i in"),
        ),
        (
            {"extra_args": ExtraArgs(apiserver=(("etcd-prefix", "/other"),))},
            f"etcd-prefix cannot change: not set {EVERYWHERE}; /other in",
        ),
        (
            {"etcd": kube_samples.external(on_hosts=True)},
            f"etcd.mode cannot change: stacked {EVERYWHERE}; external in",
        ),
        (
            {"etcd": kube_samples.etcd(data_dir="/data/etcd")},
            f"etcd.dataDir cannot change: /var/lib/etcd {EVERYWHERE}; /data/etcd in",
        ),
        (
            {"etcd": kube_samples.etcd(extra_args=(("wal-dir", "/wal"),))},
            f"etcd.extraArgs wal-dir cannot change: not set {EVERYWHERE}; /wal in",
        ),
        (
            {"layout": layout(kubernetes="/srv/k8s")},
            f"layout.kubernetes cannot change: /opt/kubernetes {EVERYWHERE}; /srv/k8s in",
        ),
        (
            {"layout": layout(etcd="/srv/etcd")},
            f"layout.etcd cannot change: /opt/etcd {EVERYWHERE}; /srv/etcd in",
        ),
        (
            {"layout": layout(units="/usr/local/lib/systemd/system")},
            (
                f"layout.units cannot change: /etc/systemd/system {EVERYWHERE}; "
                "/usr/local/lib/systemd/system in"
            ),
        ),
    ],
)
def test_each_is_reported_with_both_values(
    ctx: Context, changes: dict[str, Any], told: str
) -> None:
    (line,) = lines(asked(ctx, **changes))
    assert line.startswith(f"{told} the answers. ")
    assert line.endswith(".")


def test_the_domain_is_known_by_the_certificate_and_the_issuer(ctx: Context) -> None:
    domain, issuer = lines(asked(ctx, domain="corp.internal"))
    assert domain.startswith(
        f"cluster.domain cannot change: cluster.local {EVERYWHERE}; corp.internal in the answers."
    )
    assert "https://kubernetes.default.svc.corp.internal in the answers" in issuer


def test_all_of_them_are_reported_at_once(ctx: Context) -> None:
    changed = asked(ctx, service_cidr=networks("10.96.0.0/12"), pod_cidr=networks("10.1.0.0/16"))
    with pytest.raises(guards.Refused) as error:
        guards.check(changed)
    assert len(error.value.details) == 2
    assert error.value.hint == immutable.HINT


def test_nothing_is_said_of_the_same_answers(ctx: Context) -> None:
    assert lines(ctx) == []


@pytest.mark.parametrize("what", ["data", "no data"])
def test_before_an_api_server_was_started_the_networks_may_change(ctx: Context, what: str) -> None:
    for host in OLD.masters:
        etcd_only(ctx, host.name, data=what == "data")
    changed = asked(ctx, service_cidr=networks("10.96.0.0/12"), domain="corp.internal")
    assert lines(changed) == []
    moved = asked(ctx, etcd=kube_samples.etcd(data_dir="/data/etcd"))
    assert len(lines(moved)) == 1  # etcd was started


def test_a_host_that_only_has_the_files_may_change_all(ctx: Context) -> None:
    never = unit_fact(active="inactive", enabled="disabled", started=0)
    for host in OLD.masters:
        units = dict.fromkeys(ctx.facts[host.name].units, never)
        change(ctx, host.name, units=units, etcd_data=None)
    changed = asked(ctx, service_cidr=networks("10.96.0.0/12"), layout=layout(etcd="/srv/e"))
    assert lines(changed) == []


def test_a_change_that_is_on_a_host_already_may_be_completed(ctx: Context) -> None:
    new = dataclasses.replace(OLD, service_cidr=networks("10.96.0.0/12"))
    first = OLD.masters[0]
    change(ctx, first.name, unit_files=unit_files(new, first))
    assert lines(dataclasses.replace(ctx, spec=new)) == []
    assert lines(ctx) == []
    third = lines(asked(ctx, service_cidr=networks("10.50.0.0/16")))
    assert "10.96.0.0/12 on master01, 10.0.0.0/24 on master02; 10.50.0.0/16 in" in third[0]


def test_units_of_another_program_are_not_taken_for_ours(ctx: Context) -> None:
    for host in OLD.masters:
        files = {
            unit: dataclasses.replace(one, options="/etc/kubernetes/apiserver.env")
            for unit, one in unit_files(OLD, host).items()
        }
        change(ctx, host.name, unit_files=files)
    assert lines(asked(ctx, service_cidr=networks("10.96.0.0/12"))) == []


def test_what_a_host_says_is_made_safe_to_show(ctx: Context) -> None:
    for host in OLD.masters:
        files = dict(ctx.facts[host.name].unit_files)
        old = files["kube-apiserver.service"]
        assert old.content is not None
        bad = old.content.replace(b"10.0.0.0/24", b"10.0.\x1b[31m0.0/24\xe2\x80\xae")
        files["kube-apiserver.service"] = dataclasses.replace(old, content=bad)
        change(ctx, host.name, unit_files=files)
    (line,) = lines(asked(ctx, service_cidr=networks("10.96.0.0/12")))
    assert "cannot change: 10.0.0.0/24 on master01" in line


@pytest.mark.parametrize("issuer", ["a  b c ", " x\u202ey "])
def test_a_value_that_is_cleaned_before_it_is_shown_is_the_same_value(
    tmp_path: Path, issuer: str
) -> None:
    flags = ExtraArgs(apiserver=(("service-account-issuer", issuer),))
    assert lines(installed(tmp_path / "h", dataclasses.replace(OLD, extra_args=flags))) == []
