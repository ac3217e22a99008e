"""Preflight: what the facts forbid, all of it at once."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import kube_samples
import pytest
from engine_samples import authority, context, facts, file_fact, finish, with_facts

from tui_installer.engine.hosts import preflight
from tui_installer.engine.operations.install.work import WORK
from tui_installer.errors import InstallerError
from tui_installer.model.run.facts import FileFact, PortFact, Space
from tui_installer.model.spec import TokenMode, TokenSpec
from tui_installer.pki.describe import fingerprint
from tui_installer.remote.forwards import PROHIBITED, PROHIBITED_HINT

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.core.context import Context

MB = 1 << 20


def problems(ctx: Context, **found: Any) -> list[str]:
    with_facts(ctx, **found)
    (host,) = ctx.spec.hosts
    return list(preflight.problems(ctx, host, ctx.facts[host.name], WORK.wants_of(ctx, host)))


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    spec = kube_samples.spec(hosts=kube_samples.hosts(1), token=TokenSpec(TokenMode.BOTH, 86400))
    return context(tmp_path / "c", spec)


def test_a_bare_host_in_order_has_no_obstacle(ctx: Context) -> None:
    assert problems(ctx) == []


def test_a_finished_host_has_no_obstacle(ctx: Context) -> None:
    finish(ctx)
    assert problems(ctx) == []


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            {"forwarding": ""},
            f"{PROHIBITED}: {PROHIBITED_HINT}",
        ),
        ({"systemd": 0}, "systemd is not running; the components are systemd units"),
        ({"systemd": 231}, "systemd 231 is too old; 232 or later is needed"),
        ({"memory_total": 512 * MB}, "512 MB of memory; at least 900 MB is needed"),
        (
            {"tools": frozenset({"find", "systemd-sysusers"})},
            "sha256sum is missing (package coreutils)",
        ),
        (
            {"tools": frozenset({"sha256sum", "systemd-sysusers"})},
            "find is missing (package findutils)",
        ),
        (
            {"tools": frozenset({"sha256sum", "find"})},
            (
                "systemd-sysusers, which creates users, is missing: install it, "
                "or set security.services to root"
            ),
        ),
        (
            {"skew": 600.4},
            (
                "its clock is 600 s ahead of this machine's; at most 120 s is allowed, "
                "or certificates are not valid yet: start timesyncd or chrony"
            ),
        ),
        (
            {"skew": -121.0},
            (
                "its clock is 121 s behind this machine's; at most 120 s is allowed, "
                "or certificates are not valid yet: start timesyncd or chrony"
            ),
        ),
        (
            {"addresses": ("127.0.0.1", "198.51.100.7")},
            (
                "the address 192.0.2.11 is not on this host, which has 127.0.0.1, 198.51.100.7; "
                "put the address its peers use in hosts[].address"
            ),
        ),
    ],
)
def test_each_obstacle_is_one_sentence(ctx: Context, found: dict[str, Any], told: str) -> None:
    assert problems(ctx, **found) == [told]


@pytest.mark.parametrize(
    "found", [{"systemd": 232}, {"memory_total": 900 * MB}, {"skew": 120.0}, {"skew": -120.0}]
)
def test_the_limits_themselves_are_allowed(ctx: Context, found: dict[str, Any]) -> None:
    assert problems(ctx, **found) == []


def test_an_architecture_without_programs_is_named_with_those_that_have_them(
    tmp_path: Path,
) -> None:
    ctx = context(tmp_path / "c", make=False)
    assert problems(ctx, machine="riscv64") == [
        "no programs are released for riscv64; allowed: x86_64, aarch64"
    ]


def spaces(ctx: Context, folder: str, space: Space) -> dict[str, Space]:
    return {**ctx.facts[ctx.spec.hosts[0].name].spaces, folder: space}


def test_noexec_is_an_obstacle_only_where_programs_go(ctx: Context) -> None:
    noexec = Space("/opt", 9000 * MB, ("rw", "noexec"))
    assert problems(ctx, spaces=spaces(ctx, "/opt/kubernetes", noexec)) == [
        "/opt is mounted noexec; programs in /opt/kubernetes could not start"
    ]


def test_a_mount_of_the_programs_own_folder_is_seen(ctx: Context) -> None:
    noexec = Space("/opt/kubernetes/bin", 9000 * MB, ("rw", "noexec"))
    assert problems(ctx, spaces=spaces(ctx, "/opt/kubernetes/bin", noexec)) == [
        "/opt/kubernetes/bin is mounted noexec; programs in /opt/kubernetes/bin could not start"
    ]
    small = Space("/opt/kubernetes/bin", 150 * MB, ("rw",))
    assert problems(ctx, spaces=spaces(ctx, "/opt/kubernetes/bin", small)) == [
        "/opt/kubernetes/bin has 150 MB free; 200 MB is needed"
    ]


def test_a_folder_on_its_parents_mount_counts_once(ctx: Context) -> None:
    opt = Space("/opt", 150 * MB, ("ro", "noexec"))
    both = spaces(ctx, "/opt/kubernetes", opt) | {"/opt/kubernetes/bin": opt}
    assert problems(ctx, spaces=both) == [
        "/opt is mounted noexec; programs in /opt/kubernetes could not start",
        "/opt is mounted read-only; /opt/kubernetes cannot be written",
        "/opt has 150 MB free; 200 MB is needed",
    ]


def test_noexec_of_the_data_folder_does_no_harm(ctx: Context) -> None:
    noexec = Space("/var", 9000 * MB, ("rw", "noexec"))
    assert problems(ctx, spaces=spaces(ctx, "/var/lib/etcd", noexec)) == []


def test_a_read_only_mount_is_an_obstacle(ctx: Context) -> None:
    frozen = Space("/etc", 9000 * MB, ("ro", "relatime"))
    assert problems(ctx, spaces=spaces(ctx, "/etc/systemd/system", frozen)) == [
        "/etc is mounted read-only; /etc/systemd/system cannot be written"
    ]


def test_a_full_disk_is_reported_with_what_is_free_and_what_is_needed(ctx: Context) -> None:
    small = Space("/opt", 150 * MB, ("rw",))
    # 4 Kubernetes programs of 50 MB each, and a few kB of files
    assert problems(ctx, spaces=spaces(ctx, "/opt/kubernetes", small)) == [
        "/opt has 150 MB free; 200 MB is needed"
    ]


def test_folders_on_one_mount_are_added_up_with_room_for_etcd_to_grow(ctx: Context) -> None:
    one = {folder: Space("/", 499 * MB, ("rw",)) for folder in spaces(ctx, "/opt/etcd", None)}
    # 6 programs of 50 MB, 200 MB for etcd
    assert problems(ctx, spaces=one) == ["/ has 499 MB free; 500 MB is needed"]


def test_files_that_are_there_already_need_no_space(ctx: Context) -> None:
    finish(ctx)
    full = {folder: Space("/", 201 * MB, ("rw",)) for folder in spaces(ctx, "/opt/etcd", None)}
    assert problems(ctx, spaces=full) == []


def test_a_port_of_a_stranger_is_an_obstacle_reported_with_its_holder(ctx: Context) -> None:
    port = PortFact(6443, "nginx", 812, "nginx.service")
    assert problems(ctx, ports=(port,)) == [
        "port 6443 is in use by nginx (pid 812, nginx.service); the port is needed: stop it"
    ]


@pytest.mark.parametrize(
    ("port", "holder"),
    [
        (PortFact(2379, "etcd", 7, ""), "etcd (pid 7)"),
        (PortFact(2379, "", 7, ""), "an unknown process (pid 7)"),
        (PortFact(2379, "", 0, ""), "an unknown process"),
    ],
)
def test_a_holder_that_is_not_fully_known_is_reported_as_far_as_it_is(
    ctx: Context, port: PortFact, holder: str
) -> None:
    assert problems(ctx, ports=(port,)) == [
        f"port 2379 is in use by {holder}; the port is needed: stop it"
    ]


def test_a_port_taken_for_both_families_is_one_obstacle(ctx: Context) -> None:
    port = PortFact(6443, "nginx", 812, "nginx.service")
    assert len(problems(ctx, ports=(port, port))) == 1


def test_our_own_units_may_hold_their_ports(ctx: Context) -> None:
    finish(ctx)
    assert (
        problems(ctx, ports=(PortFact(6443, "kube-apiserver", 9, "kube-apiserver.service"),)) == []
    )


KEPT = {
    "/opt/kubernetes/ssl/ca.pem": "the cluster's CA",
    "/opt/kubernetes/ssl/front-proxy-ca.pem": "the front proxy's CA",
    "/opt/kubernetes/ssl/signing-ca.pem": "the signing CA",
    "/opt/etcd/ssl/ca.pem": "etcd's CA",
}


@pytest.mark.parametrize("path", KEPT)
def test_another_ca_on_the_host_is_refused_with_both_fingerprints(
    ctx: Context, tmp_path: Path, path: str
) -> None:
    (host,) = ctx.spec.hosts
    other = authority(tmp_path / "other", ctx.spec)
    ours = ctx.authority
    stranger = dataclasses.replace(ctx, authority=other)
    (want,) = (f for f in WORK.wants_of(stranger, host).files if f.path == path)
    (told,) = problems(ctx, files={path: file_fact(want)})
    (mine,) = (f for f in WORK.wants_of(ctx, host).files if f.path == path)
    assert ours is not other
    assert told == (
        f"not this cluster's: {KEPT[path]}, {path}: on the host SHA-256 {fingerprint(want.data)}, "
        f"in the session folder SHA-256 {fingerprint(mine.data)}"
    )


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/opt/kubernetes/ssl/sa.key", "the service-account key"),
        ("/opt/kubernetes/ssl/signing-ca-key.pem", "the signing CA"),
        ("/opt/kubernetes/cfg/encryption.yaml", "the key of Secrets at rest"),
        ("/opt/kubernetes/cfg/token.csv", "the token of token.csv"),
    ],
)
def test_another_key_on_the_host_is_refused_with_both_digests(
    ctx: Context, path: str, what: str
) -> None:
    (host,) = ctx.spec.hosts
    (want,) = (f for f in WORK.wants_of(ctx, host).files if f.path == path)
    fact = FileFact("d" * 64, 0o600, "root:root", 9, 0.0, ours=False)
    (told,) = problems(ctx, files={path: fact})
    assert told.startswith(
        f"not this cluster's: {what}, {path}: on the host sha256 {'d' * 64}, "
        f"in the session folder sha256 {want.sha256}"
    )


def test_a_host_with_a_ca_is_refused_by_an_empty_session_folder(
    ctx: Context, tmp_path: Path
) -> None:
    finish(ctx)
    there = ctx.facts
    fresh = context(tmp_path / "fresh", ctx.spec, make=False)
    fresh.facts = there
    told = problems(fresh)
    assert sum(line.endswith("in the session folder none") for line in told) == len(told) > 0
    assert any("the cluster's CA, " in line for line in told)


def test_a_leaf_that_differs_is_replaced_not_refused(ctx: Context) -> None:
    path = "/opt/kubernetes/ssl/server.pem"
    assert problems(ctx, files={path: FileFact("d" * 64, 0o644, "root:root", 1, 0.0, False)}) == []


def test_all_obstacles_of_all_hosts_are_reported_at_once(tmp_path: Path) -> None:
    ctx = context(tmp_path / "c", kube_samples.spec())
    first, second, third = ctx.spec.hosts
    ctx.facts = {
        first.name: facts(first, systemd=0, memory_total=1 * MB),
        second.name: facts(second),
        third.name: facts(third, skew=1e6),
    }
    with pytest.raises(InstallerError) as caught:
        preflight.check(ctx, {host.name: WORK.wants_of(ctx, host) for host in ctx.spec.hosts})
    assert caught.value.message == "3 obstacles on the hosts; nothing was changed"
    assert [line.partition(":")[0] for line in caught.value.details] == [
        "master01",
        "master01",
        "master03",
    ]
    assert caught.value.code == 1
