"""Programs that the host fetches itself: deliver.sh, run by this machine's sh, with a real site."""

from __future__ import annotations

import dataclasses
import hashlib
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import ShellHost, context, run_of
from release_support import Site

from tui_installer.engine.core.wants import FileWant
from tui_installer.engine.hosts.deliver import deliver
from tui_installer.errors import InstallerError
from tui_installer.model.secret import Secret
from tui_installer.model.spec import Layout, SecretRef, Source, SourceKind
from tui_installer.release.programs import Binary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine_samples import Log

    from tui_installer.engine.core.run import Run

PROGRAM = b"#!/bin/sh\necho program v1.2.3\n"
PLACE = "/release/v1.2.3/bin/linux/amd64/program"
LOGIN = "Bearer hunter2"
TOOLS = ("curl", "wget")


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site({PLACE: PROGRAM}) as running:
        yield running


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "host"


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes this machine one that has only one of curl and wget, or none."""

    def choose(tool: str) -> None:
        folder = tmp_path / "path"
        folder.mkdir()
        for place in ("/usr/local/bin", "/usr/bin", "/bin"):
            for file in Path(place).iterdir():
                left_out = file.name in TOOLS and file.name != tool
                if not left_out and not (folder / file.name).is_symlink():
                    (folder / file.name).symlink_to(file)
        text = engine_script()
        changed = re.sub(r"(?m)^(export .*\bPATH=)\S+", rf"\g<1>{folder}", text)
        assert changed != text
        monkeypatch.setattr("tui_installer.engine.hosts.deliver.script", lambda _: changed)

    return choose


def engine_script() -> str:
    from tui_installer.engine.hosts.facts import script  # noqa: PLC0415 - before it is replaced

    return script("deliver.sh")


def run_at(root: Path, tmp_path: Path, *, login: bool = False) -> tuple[Run, Log]:
    layout = Layout(f"{root}/kubernetes", f"{root}/etcd", f"{root}/units")
    source = Source(SourceKind.MIRROR, login=SecretRef(env="LOGIN") if login else SecretRef())
    spec = kube_samples.spec(hosts=kube_samples.hosts(1), layout=layout)
    spec = dataclasses.replace(spec, source=source)
    run, log = run_of(context(tmp_path / "state", spec, make=False), tmp_path, ShellHost)
    run.secret = lambda ref, _: Secret("hunter2") if ref.env else None
    return run, log


def want(root: Path, site: Site, data: bytes = PROGRAM, size: int | None = None) -> FileWant:
    digest = hashlib.sha256(data).hexdigest()
    known = len(data) if size is None else size
    binary = Binary("program", "v1.2.3", "amd64", None, digest, known, "test", site.url + PLACE)
    return FileWant(
        f"{root}/bin/program",
        mode=0o755,
        binary=binary,
        probe=("version",),
        version="v1.2.3",
        site=site.url,
    )


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("size", [None, 0])
async def test_the_host_fetches_a_program_and_keeps_it_as_one_that_was_sent(
    tool: str, size: int | None, only, root: Path, tmp_path: Path, site: Site
) -> None:
    only(tool)
    run, _ = run_at(root, tmp_path)
    asked = want(root, site, size=size)
    await deliver(run, "master01", "step", [asked])
    placed = root / "bin/program"
    assert placed.read_bytes() == PROGRAM
    assert placed.stat().st_mode & 0o7777 == 0o755
    lines = (root / "kubernetes/cfg/tui-installer.manifest").read_text().splitlines()
    (line,) = [line for line in lines if line.endswith(asked.path)]
    assert line.split()[:3] == [asked.sha256, "0755", "root:root"]
    assert "Authorization" not in site.gets(PLACE)[0]
    assert PROGRAM not in run.hosts["master01"].received


@pytest.mark.parametrize("tool", TOOLS)
async def test_a_login_reaches_the_site_over_stdin_and_no_other_site(
    tool: str, only, root: Path, tmp_path: Path, site: Site
) -> None:
    only(tool)
    run, log = run_at(root, tmp_path, login=True)
    await deliver(run, "master01", "step", [want(root, site)])
    assert site.gets(PLACE)[0]["Authorization"] == LOGIN
    assert not list((root / "bin").glob(".*"))
    assert not any("hunter2" in str(event) for event in log.events)
    assert not any("hunter2" in word for call in run.hosts["master01"].calls for word in call)
    with Site({}) as front:
        front.redirects = {PLACE: site.url.replace("127.0.0.1", "localhost") + PLACE}
        del site.requests[:]
        (root / "bin/program").unlink()
        if tool == "wget":  # it would send the login along
            with pytest.raises(InstallerError, match="did not arrive"):
                await deliver(run, "master01", "step", [want(root, front)])
            assert site.requests == []
        else:
            await deliver(run, "master01", "step", [want(root, front)])
            assert "Authorization" not in site.gets(PLACE)[0]


@pytest.mark.parametrize("tool", TOOLS)
async def test_a_file_with_another_digest_is_not_put_in_place(
    tool: str, only, root: Path, tmp_path: Path, site: Site
) -> None:
    only(tool)
    site.files[PLACE] = PROGRAM.replace(b"v1.2.3", b"v6.6.6")
    run, _ = run_at(root, tmp_path)
    with pytest.raises(InstallerError, match=r"did not arrive on master01: sha256 is") as caught:
        await deliver(run, "master01", "step", [want(root, site)])
    assert "not the one with the published digest" in caught.value.hint
    assert list((root / "bin").iterdir()) == []


@pytest.mark.parametrize("tool", TOOLS)
async def test_a_site_that_has_no_such_file_is_named(
    tool: str, only, root: Path, tmp_path: Path, site: Site
) -> None:
    only(tool)
    site.files.clear()
    run, _ = run_at(root, tmp_path)
    with pytest.raises(InstallerError, match="404") as caught:
        await deliver(run, "master01", "step", [want(root, site)])
    assert site.url in caught.value.message
    assert "fetch: operator" in caught.value.hint
    assert list((root / "bin").iterdir()) == []


async def test_a_host_without_curl_and_wget_says_so(
    only, root: Path, tmp_path: Path, site: Site
) -> None:
    only("none of them")
    run, _ = run_at(root, tmp_path)
    with pytest.raises(InstallerError, match="neither curl nor wget") as caught:
        await deliver(run, "master01", "step", [want(root, site)])
    assert caught.value.hint.startswith("install one of them")
    assert shutil.which("curl"), "this test's machine has it, outside the test"
