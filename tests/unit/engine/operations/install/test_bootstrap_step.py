"""The objects that nodes join with: which are wanted, which are applied."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import NOW, context, finish, run_of

from tui_installer.engine.operations.install.bootstrap import BOOTSTRAP
from tui_installer.model.run.events import CLUSTER
from tui_installer.model.run.facts import ClusterFacts
from tui_installer.model.spec import TokenMode, TokenSpec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.wants import ObjectWant
    from tui_installer.model.run.plan import PlanItem

DAY = 86400


def at(folder: Path, mode: TokenMode, ttl: int = DAY, *, make: bool = True) -> Context:
    spec = kube_samples.spec(hosts=kube_samples.hosts(1), token=TokenSpec(mode, ttl))
    return context(folder / mode, spec, make=make)


def wanted(ctx: Context) -> tuple[ObjectWant, ...]:
    return BOOTSTRAP.wants(ctx, None).objects


def planned(ctx: Context) -> PlanItem:
    (item,) = BOOTSTRAP.plan(ctx, {})
    return item


def kinds(ctx: Context) -> dict[str, int]:
    found = [want.key.kind for want in wanted(ctx)]
    return {kind: found.count(kind) for kind in found}


class FakeApi:
    """Remembers what is applied."""

    def __init__(self) -> None:
        self.applied: list[Mapping[str, object]] = []

    async def apply(self, want: ObjectWant) -> None:
        self.applied.append(want.manifest)


@pytest.mark.parametrize("mode", TokenMode)
def test_a_token_object_is_wanted_only_where_the_mode_has_one(
    tmp_path: Path, mode: TokenMode
) -> None:
    ctx = at(tmp_path, mode)
    assert kinds(ctx).get("Secret", 0) == (mode is not TokenMode.CSV)
    assert kinds(ctx)["ClusterRoleBinding"] >= 4


def test_the_token_object_holds_the_token_of_the_session_folder(tmp_path: Path) -> None:
    ctx = at(tmp_path, TokenMode.SECRET)
    (secret,) = (want for want in wanted(ctx) if want.key.kind == "Secret")
    token = ctx.authority.bootstrap.token
    assert secret.key == ("v1", "Secret", "kube-system", f"bootstrap-token-{token.id}")
    assert secret.once


@pytest.mark.parametrize(("ttl", "there"), [(DAY, True), (DAY - 1, False), (0, True)])
def test_a_token_is_wanted_while_it_lives(tmp_path: Path, ttl: int, there: bool) -> None:
    ctx = at(tmp_path, TokenMode.SECRET, ttl)
    ctx.now = NOW + DAY - 1
    assert ("Secret" in kinds(ctx)) is there


def test_an_expired_token_is_no_change_but_is_told_of(tmp_path: Path) -> None:
    ctx = at(tmp_path, TokenMode.SECRET)
    finish(ctx)
    ctx.now = NOW + DAY
    item = planned(ctx)
    assert item.changes == ()
    assert item.reason.endswith("the bootstrap token has expired, --new-token makes another")


def test_a_token_that_is_not_made_yet_is_told_as_coming(tmp_path: Path) -> None:
    changes = planned(at(tmp_path, TokenMode.SECRET, make=False)).changes
    assert changes[-1].target == "Secret kube-system/bootstrap-token-…"
    changes = planned(at(tmp_path, TokenMode.CSV, make=False)).changes
    assert "Secret" not in "".join(change.target for change in changes)


def test_no_plan_tells_the_tokens_secret(tmp_path: Path) -> None:
    ctx = at(tmp_path, TokenMode.BOTH)
    secret = ctx.authority.bootstrap.token.secret.reveal().decode()
    (want,) = (want for want in wanted(ctx) if want.once)
    changed = {**want.manifest, "stringData": {"token-secret": "other"}}
    for cluster in (ClusterFacts(), ClusterFacts(objects={want.key: changed})):
        ctx.cluster = cluster
        assert secret not in repr(planned(ctx))


async def test_only_what_is_missing_or_differs_is_applied(tmp_path: Path) -> None:
    ctx = at(tmp_path, TokenMode.SECRET)
    finish(ctx)
    first, second, *_ = wanted(ctx)
    live = dict(ctx.cluster.objects)
    del live[first.key]
    live[second.key] = {**second.manifest, "subjects": []}
    ctx.cluster = dataclasses.replace(ctx.cluster, objects=live)
    run, _ = run_of(ctx, tmp_path)
    api = run.apis["master01"] = FakeApi()
    item = await BOOTSTRAP.run(run, CLUSTER)
    assert api.applied == [first.manifest, second.manifest]
    assert item.reason == "apply 2 objects"
    assert run.changes == 2


async def test_nothing_is_asked_of_the_api_when_all_is_as_wanted(tmp_path: Path) -> None:
    ctx = at(tmp_path, TokenMode.SECRET)
    finish(ctx)
    run, _ = run_of(ctx, tmp_path)
    item = await BOOTSTRAP.run(run, CLUSTER)
    assert not item.run
    assert item.reason.endswith("objects up to date")
    assert run.apis == {}
