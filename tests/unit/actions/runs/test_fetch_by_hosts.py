"""The plan of programs that hosts fetch: which way each goes, and nothing is uploaded for it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from engine_samples import context, facts

from tui_installer.engine.core.planner import plan
from tui_installer.engine.hosts import preflight
from tui_installer.engine.operations.install.work import WORK
from tui_installer.model.spec import FetchedBy, Source, SourceKind

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.core.context import Context
    from tui_installer.model.run.plan import Change

SITE = "https://mirror.example"
BY_HOSTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl")


def by_hosts(tmp_path: Path, *, known: bool) -> Context:
    ctx = context(tmp_path / "c")
    source = Source(SourceKind.MIRROR, SITE, fetch=FetchedBy.HOSTS)
    ctx.spec = dataclasses.replace(ctx.spec, source=source)
    for key, binary in list(ctx.binaries.items()):
        if key[1] in BY_HOSTS:
            url = f"{SITE}/{key[1]}"
            ctx.binaries[key] = dataclasses.replace(binary, path=None, url=url)
            if not known:
                del ctx.binaries[key]
    return ctx


def changes(ctx: Context) -> dict[str, Change]:
    made = plan(ctx, WORK.pipeline)
    return {
        change.target.rpartition("/")[2]: change
        for item in made.items
        for change in item.changes
        if "/bin/" in change.target
    }


@pytest.mark.parametrize("known", [True, False])
def test_the_plan_shows_which_way_each_program_goes(tmp_path: Path, known: bool) -> None:
    found = changes(by_hosts(tmp_path, known=known))
    for name in BY_HOSTS:
        assert f"fetched by the host from {SITE}" in found[name].summary
        assert (found[name].size, found[name].unsized) == (0, False)
    assert found["etcd"].size > 0
    assert "fetched by the host" not in found["etcd"].summary


def test_the_plan_says_that_only_digests_are_fetched_here(tmp_path: Path) -> None:
    made = plan(by_hosts(tmp_path, known=False), WORK.pipeline)
    (item,) = [item for item in made.items if item.step == "binaries"]
    assert item.reason == f"fetch the digests of 4 programs from {SITE}"
    assert item.changes[0].target.startswith("digest of kube-")


def test_a_host_without_curl_and_wget_is_an_obstacle(tmp_path: Path) -> None:
    ctx = by_hosts(tmp_path, known=True)
    (host,) = ctx.spec.hosts
    wants = WORK.wants_of(ctx, host)
    (obstacle,) = preflight.problems(ctx, host, ctx.facts[host.name], wants)
    assert obstacle.startswith("neither curl nor wget is installed")
    assert "fetch: operator" in obstacle
    for tool in ("curl", "wget"):
        having = facts(host, tools=ctx.facts[host.name].tools | {tool})
        assert list(preflight.problems(ctx, host, having, wants)) == []
