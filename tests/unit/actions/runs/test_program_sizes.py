"""What programs weigh, known before they are fetched where their source is on this machine."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from engine_samples import context, run_of
from release_support import (
    SIZE,
    etcd_tarball,
    fake_elf,
    server_tarball,
    tarball,
)

from tui_installer.engine.operations.install import binaries
from tui_installer.errors import InstallerError
from tui_installer.model.run.events import Progress
from tui_installer.model.spec import Source, SourceKind
from tui_installer.release.job import GO_MODULES, GO_PACKAGES
from tui_installer.release.programs import KUBERNETES

if TYPE_CHECKING:
    from pathlib import Path

    from engine_samples import Log

    from tui_installer.engine.core.run import Run

SERVER = "kubernetes-server-linux-amd64.tar.gz"
ETCD = "etcd-v3.7.3-linux-amd64.tar.gz"
NAMES = {*KUBERNETES, "etcd", "etcdctl"}


def at_work(tmp_path: Path, kubernetes: Source, etcd: Source) -> tuple[Run, Log]:
    """Nothing is cached."""
    ctx = context(tmp_path / "c", make=False)
    of_etcd = dataclasses.replace(ctx.spec.etcd, source=etcd)
    ctx.spec = dataclasses.replace(ctx.spec, source=kubernetes, etcd=of_etcd)
    return run_of(ctx, tmp_path)


async def test_a_folders_programs_weigh_what_their_files_do(tmp_path: Path) -> None:
    for name in KUBERNETES:
        (tmp_path / name).write_bytes(fake_elf(name))
    (tmp_path / ETCD).write_bytes(etcd_tarball())
    source = Source(SourceKind.FOLDER, str(tmp_path))
    run, _ = at_work(tmp_path, source, source)
    await binaries.load(run)
    assert run.ctx.sizes == {("amd64", name): SIZE for name in NAMES}
    assert run.ctx.binaries == {}


async def test_a_tarballs_programs_weigh_what_its_headers_say(tmp_path: Path) -> None:
    (tmp_path / SERVER).write_bytes(server_tarball())
    (tmp_path / ETCD).write_bytes(etcd_tarball())
    run, _ = at_work(
        tmp_path,
        Source(SourceKind.TARBALL, str(tmp_path / SERVER)),
        Source(SourceKind.TARBALL, str(tmp_path / ETCD)),
    )
    await binaries.load(run)
    assert run.ctx.sizes == {("amd64", name): SIZE for name in NAMES}


async def test_a_tarball_without_a_program_is_refused_by_the_plan(tmp_path: Path) -> None:
    path = tmp_path / SERVER
    path.write_bytes(tarball({"kubernetes/server/bin/kubectl": fake_elf("kubectl")}))
    source = Source(SourceKind.TARBALL, str(path))
    run, _ = at_work(tmp_path, source, source)
    with pytest.raises(InstallerError, match="the tarball has no kube-apiserver"):
        await binaries.load(run)


@pytest.mark.parametrize(
    "source",
    [
        Source(SourceKind.MIRROR, "https://m"),
        Source(SourceKind.GO),
        Source(SourceKind.TARBALL, f"https://m/{SERVER}"),
    ],
    ids=["mirror", "go", "tarball at a URL"],
)
async def test_nothing_is_downloaded_to_learn_a_size(source: Source, tmp_path: Path) -> None:
    run, _ = at_work(tmp_path, source, source)
    await binaries.load(run)
    assert run.ctx.sizes == {}


async def test_modules_and_packages_are_counted_not_weighed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fetch(*_: object, progress, **__: object) -> dict[str, object]:
        progress(GO_MODULES, 3, 0)
        progress(GO_PACKAGES, 726, 2600)
        progress("kubectl", 10, 60)
        return {}

    monkeypatch.setattr(binaries, "fetch", fetch)
    source = Source(SourceKind.GO)
    run, log = at_work(tmp_path, source, source)
    await binaries.BINARIES.do(run)
    units = {told.label: told.unit for told in log.of(Progress)}
    assert units == {GO_MODULES: "modules", GO_PACKAGES: "packages", "kubectl": "bytes"}
