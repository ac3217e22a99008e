from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from engine_samples import context

from tui_installer.engine.cluster.extra_flags import accepted
from tui_installer.engine.hosts import preflight
from tui_installer.engine.hosts.query import query
from tui_installer.engine.operations.install.work import WORK
from tui_installer.errors import InstallerError
from tui_installer.kubernetes.components import APISERVER
from tui_installer.model.spec import EtcdFiles, EtcdMode, ExtraArgs
from tui_installer.remote.host import Completed

if TYPE_CHECKING:
    from pathlib import Path

HELP = b"Usage:\n      --v Level   number\n      --max-requests-inflight int   The maximum\n"


class FakeHost:
    """Answers --help only; the real programs are asked in the real-host tests."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    async def run(self, script: str, *args: str, **_: Any) -> Completed:
        self.asked.append((script, *args))
        return Completed(0, HELP, "")


class FakeRun:
    def __init__(self, ctx: Any) -> None:
        self.ctx = ctx
        self.host = FakeHost()
        self.hosts = dict.fromkeys((host.name for host in ctx.spec.hosts), self.host)


def run_with(tmp_path: Path, *flags: tuple[str, str]) -> Any:
    ctx = context(tmp_path)
    ctx.spec = dataclasses.replace(ctx.spec, extra_args=ExtraArgs(apiserver=flags))
    return FakeRun(ctx)


async def ask(run: Any) -> None:
    await accepted(run, run.ctx.spec.hosts[0].name, "apiserver", APISERVER)


async def test_a_program_is_not_asked_about_our_own_flags(tmp_path: Path) -> None:
    run = run_with(tmp_path)
    await ask(run)
    assert run.host.asked == []


async def test_flags_that_the_program_knows_pass(tmp_path: Path) -> None:
    run = run_with(tmp_path, ("v", "2"), ("max_requests_inflight", "9"))
    await ask(run)
    assert len(run.host.asked) == 1


async def test_an_unknown_flag_is_named_with_its_answer(tmp_path: Path) -> None:
    run = run_with(tmp_path, ("v", "2"), ("max-request-inflight", "9"))
    with pytest.raises(InstallerError) as caught:
        await ask(run)
    assert caught.value.message == "kube-apiserver does not know --max-request-inflight"
    assert caught.value.details == (
        "in the answers: kubernetes.extraArgs.apiserver.max-request-inflight",
    )


def test_files_of_an_external_etcd_must_be_on_the_masters(tmp_path: Path) -> None:
    ctx = context(tmp_path)
    files = EtcdFiles("/e/ca.pem", "/e/c.pem", "/e/k.pem", on_hosts=True)
    etcd = dataclasses.replace(
        ctx.spec.etcd, mode=EtcdMode.EXTERNAL, endpoints=("https://192.0.2.9:2379",), files=files
    )
    ctx.spec = dataclasses.replace(ctx.spec, etcd=etcd)
    host = ctx.spec.hosts[0]
    wants = WORK.wants_of(ctx, host)
    assert {"/e/ca.pem", "/e/c.pem", "/e/k.pem"} <= set(query(ctx.spec, wants).secrets)
    told = list(preflight.problems(ctx, host, ctx.facts[host.name], wants))
    assert [line.split(" ")[0] for line in told if "etcd.external" in line] == [
        "/e/ca.pem",
        "/e/c.pem",
        "/e/k.pem",
    ]
