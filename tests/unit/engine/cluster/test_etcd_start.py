"""The flags that etcd reads only at its first start: unique for a cluster, and no drift later."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import context
from guard_samples import change, etcd_only, installed, unit_files

from tui_installer.engine.cluster import etcd_start
from tui_installer.kubernetes.unquoting import read_options

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.core.context import Context
    from tui_installer.model.spec import HostSpec

ONE, TWO, THREE = kube_samples.hosts(3)


@pytest.fixture
def three(tmp_path: Path) -> Context:
    """As an older release of this program installed it: the token is the cluster's name."""
    return installed(tmp_path / "c")


def flags(ctx: Context, host: HostSpec) -> dict[str, str]:
    data = etcd_start.options_want(ctx, host).data
    assert data is not None
    _, words = read_options(data.decode())
    return dict(word.removeprefix("--").split("=", 1) for word in words)


def test_two_clusters_of_one_name_have_different_tokens(tmp_path: Path) -> None:
    one, other = (flags(context(tmp_path / name), ONE) for name in "ab")
    assert one["initial-cluster-token"] != other["initial-cluster-token"]
    assert one["initial-cluster-token"].startswith("kubernetes-")
    assert one["initial-cluster-state"] == "new"


def test_every_member_of_a_new_cluster_has_the_same_token(tmp_path: Path) -> None:
    ctx = context(tmp_path / "c", kube_samples.spec())
    assert len({flags(ctx, host)["initial-cluster-token"] for host in ctx.spec.masters}) == 1


def test_before_the_ca_is_made_there_is_no_token_and_no_content(tmp_path: Path) -> None:
    want = etcd_start.options_want(context(tmp_path / "c", make=False), ONE)
    assert (want.path, want.data, want.mode) == ("/opt/etcd/cfg/etcd", None, 0o600)


def test_a_member_with_data_keeps_the_flags_that_it_was_started_with(three: Context) -> None:
    before = three.facts[TWO.name].unit_files["etcd.service"].content
    assert etcd_start.options_want(three, TWO).data == before


def test_other_members_in_the_answers_are_no_reason_to_change_them(three: Context) -> None:
    alone = dataclasses.replace(three, spec=dataclasses.replace(three.spec, hosts=(ONE,)))
    assert flags(alone, ONE)["initial-cluster"].count("https://") == 3


def test_a_member_that_never_started_gets_the_token_of_the_others(three: Context) -> None:
    etcd_only(three, THREE.name, data=False)
    assert flags(three, THREE)["initial-cluster-token"] == "kubernetes"


def test_a_cut_install_of_the_same_session_goes_on_with_its_own_token(tmp_path: Path) -> None:
    ctx = context(tmp_path / "c", kube_samples.spec())
    planned = flags(ctx, ONE)
    later = installed(tmp_path / "c")  # the same session folder
    for host in later.spec.masters:
        content = etcd_start.options_want(ctx, host).data
        files = unit_files(later.spec, host)
        files["etcd.service"] = dataclasses.replace(files["etcd.service"], content=content)
        change(later, host.name, unit_files=files)
    etcd_only(later, THREE.name, data=False)
    assert flags(later, ONE) == planned
    assert flags(later, THREE)["initial-cluster-token"] == planned["initial-cluster-token"]


def test_what_cannot_be_written_is_not_kept(three: Context) -> None:
    for host in three.spec.masters:
        files = dict(three.facts[host.name].unit_files)
        old = files["etcd.service"]
        assert old.content is not None
        bad = old.content.replace(b"=kubernetes ", "=kuber\ufdd0netes ".encode())
        assert bad != old.content
        files["etcd.service"] = dataclasses.replace(old, content=bad)
        change(three, host.name, unit_files=files)
    assert flags(three, ONE)["initial-cluster-token"].startswith("kubernetes-")
