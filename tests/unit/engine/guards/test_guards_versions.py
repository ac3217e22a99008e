"""Which versions may follow which on a cluster that runs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import unit_fact
from guard_samples import change, installed, silent
from kube_samples import version as v

from tui_installer.engine import guards
from tui_installer.engine.guards import versions
from tui_installer.kubernetes.components import APISERVER, CONTROLLER_MANAGER, ETCD, SCHEDULER
from tui_installer.model.run.facts import EtcdView

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.core.context import Context


@pytest.fixture
def three(tmp_path: Path) -> Context:
    return installed(tmp_path / "c")


def servers(ctx: Context, *found: str) -> None:
    """The API servers run these, by host."""
    names = [host.name for host in ctx.spec.masters]
    ctx.cluster = dataclasses.replace(ctx.cluster, versions=dict(zip(names, found, strict=False)))


def etcds(ctx: Context, *found: str) -> None:
    names = [host.name for host in ctx.spec.masters]
    views = {
        name: EtcdView("c0", name, (), version) for name, version in zip(names, found, strict=False)
    }
    ctx.cluster = dataclasses.replace(ctx.cluster, etcd=views)


def asked(ctx: Context, kubernetes: str = "v1.37.2", etcd: str = "v3.7.3") -> Context:
    spec = dataclasses.replace(
        ctx.spec, version=v(kubernetes), etcd=kube_samples.etcd(version=v(etcd))
    )
    return dataclasses.replace(ctx, spec=spec)


def lines(ctx: Context) -> list[str]:
    return [line for problem in versions.problems(ctx) for line in problem.lines]


@pytest.mark.parametrize(
    ("found", "target"),
    [
        (("v1.37.2",) * 3, "v1.37.2"),
        (("v1.36.3",) * 3, "v1.37.2"),
        (("v1.37.1",) * 3, "v1.37.2"),
        (("v1.37.3",) * 3, "v1.37.2"),
        (("v1.37.2", "v1.36.3", "v1.36.3"), "v1.37.2"),  # a rolling upgrade that was cut
        (("v1.36.3",), "v1.37.2"),  # the others do not answer
        (("v1.36.3+vendor.1",) * 3, "v1.37.2"),
        (("nonsense",), "v1.37.2"),
    ],
)
def test_kubernetes_versions_that_may_follow(
    three: Context, found: tuple[str, ...], target: str
) -> None:
    servers(three, *found)
    assert lines(asked(three, target)) == []


@pytest.mark.parametrize(
    ("found", "target", "told", "way"),
    [
        (
            ("v1.37.2",) * 3,
            "v1.36.3",
            (
                "kube-apiserver v1.37.2 runs on master01, master02, master03; "
                "the answers ask for v1.36.3"
            ),
            "set kubernetes.version to v1.37.2 or later",
        ),
        (
            ("v1.36.3", "v1.37.2", "v1.36.3"),
            "v1.36.3",
            "kube-apiserver v1.37.2 runs on master02; the answers ask for v1.36.3",
            "set kubernetes.version to v1.37.2 or later",
        ),
        (
            ("v1.34.9",) * 3,
            "v1.37.2",
            "minors cannot be skipped: upgrade v1.34.9 → v1.35 → v1.36 → v1.37",
            "set kubernetes.version to the newest patch of v1.35 and run; then the next",
        ),
        (
            ("v1.37.2", "v1.35.1", "v1.37.2"),
            "v1.37.2",
            "minors cannot be skipped: upgrade v1.35.1 → v1.36 → v1.37",
            "set kubernetes.version to the newest patch of v1.36 and run; then the next",
        ),
    ],
)
def test_kubernetes_versions_that_may_not(
    three: Context, found: tuple[str, ...], target: str, told: str, way: str
) -> None:
    servers(three, *found)
    ctx = asked(three, target)
    assert told in lines(ctx)
    assert way in [problem.hint for problem in versions.problems(ctx)]
    with pytest.raises(guards.Refused):
        guards.check(ctx)


def test_the_process_counts_and_not_a_program_that_was_only_uploaded(three: Context) -> None:
    path = APISERVER.binary(three.spec.layout)
    for host in three.spec.masters:
        change(three, host.name, versions={path: "v1.37.2"})
    servers(three, *("v1.36.3",) * 3)
    assert lines(asked(three, "v1.36.3", "v3.7.3")) == []


def test_the_program_counts_where_no_process_answers(three: Context) -> None:
    silent(three)
    path = APISERVER.binary(three.spec.layout)
    change(three, "master02", versions={path: "v1.37.2"})
    assert lines(asked(three, "v1.36.3"))[0] == (
        "kube-apiserver v1.37.2 runs on master02; the answers ask for v1.36.3"
    )


def test_a_program_that_never_started_may_be_of_any_version(three: Context) -> None:
    silent(three)
    never = unit_fact(load="not-found", active="inactive", enabled="", started=0)
    for host in three.spec.masters:
        found = three.facts[host.name]
        change(
            three,
            host.name,
            versions={c.binary(three.spec.layout): "v1.37.2" for c in (APISERVER, SCHEDULER)},
            units=dict.fromkeys(found.units, never),
        )
    assert lines(asked(three, "v1.33.0")) == []


@pytest.mark.parametrize("component", [CONTROLLER_MANAGER, SCHEDULER])
def test_a_controller_newer_than_every_api_server(three: Context, component: object) -> None:
    assert component in (CONTROLLER_MANAGER, SCHEDULER)
    path = component.binary(three.spec.layout)  # type: ignore[attr-defined]
    change(three, "master03", versions={path: "v1.38.0"})
    assert lines(three) == [
        f"{component} v1.38.0 runs on master03; the answers ask for v1.37.2",
        f"{component} may not be newer than an API server",
    ]


@pytest.mark.parametrize(
    ("found", "target"),
    [
        (("3.7.3",) * 3, "v3.7.3"),
        (("3.7.3",) * 3, "v3.7.1"),
        (("3.6.11",) * 3, "v3.7.3"),
        (("3.5.32",) * 3, "v3.6.16"),
        (("3.5.4",) * 3, "v3.5.33"),
        (("3.7.3", "3.6.16", "3.6.16"), "v3.7.3"),
        (("3.7.3", "3.6.10", "3.6.10"), "v3.7.3"),  # begun already: going on is the way out
        (("",), "v3.7.3"),
    ],
)
def test_etcd_versions_that_may_follow(three: Context, found: tuple[str, ...], target: str) -> None:
    etcds(three, *found)
    assert lines(asked(three, etcd=target)) == []


@pytest.mark.parametrize(
    ("found", "target", "told", "way"),
    [
        (
            ("3.7.3",) * 3, "v3.6.16",
            "a minor is never downgraded: an older etcd refuses the data folder of a newer one",
            "set etcd.version to v3.7.3 or later",
        ),
        (
            ("3.5.32",) * 3, "v3.7.3",
            "minors cannot be skipped: upgrade v3.5.32 → v3.6 → v3.7",
            "set etcd.version to the newest patch of v3.6 and run; then the next",
        ),
        (
            ("3.6.10", "3.6.11", "3.6.11"), "v3.7.3",
            "before v3.7, every member must run v3.6.11 or later",
            "set etcd.version to v3.6.11 or a later patch of that minor and run; then the next",
        ),
        (
            ("3.5.31",) * 3, "v3.6.16",
            "before v3.6, every member must run v3.5.32 or later",
            "set etcd.version to v3.5.32 or a later patch of that minor and run; then the next",
        ),
    ],
)  # fmt: skip
def test_etcd_versions_that_may_not(
    three: Context, found: tuple[str, ...], target: str, told: str, way: str
) -> None:
    etcds(three, *found)
    ctx = asked(three, etcd=target)
    assert told in lines(ctx)
    assert way in [problem.hint for problem in versions.problems(ctx)]


def test_the_version_of_an_external_etcd_is_not_ours_to_judge(tmp_path: Path) -> None:
    spec = kube_samples.spec(etcd=kube_samples.external(on_hosts=True))
    ctx = installed(tmp_path / "c", spec)
    etcds(ctx, "3.4.1", "3.4.1", "3.4.1")
    assert lines(ctx) == []


def test_a_patch_back_is_allowed_with_a_word(three: Context) -> None:
    servers(three, "v1.37.3", "v1.37.2", "v1.37.3")
    etcds(three, "3.7.4", "3.7.3")
    assert list(versions.notices(three)) == [
        (
            "kube-apiserver is downgraded from v1.37.3 to v1.37.2 on master01, master03, "
            "within the same minor"
        ),
        "etcd is downgraded from v3.7.4 to v3.7.3 on master01, within the same minor",
    ]
    assert ETCD.runs(three.spec)
