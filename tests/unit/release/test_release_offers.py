"""The versions that sources offer."""

from __future__ import annotations

import http.server
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from release_support import tarball

from tui_installer.actions.sessions import drafts
from tui_installer.errors import InstallerError
from tui_installer.front.tui.screens.cluster import overview
from tui_installer.release import offers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = {
    "/release/stable.txt": b"v1.37.2\n",
    "/release/stable-1.36.txt": b"v1.36.3",
    "/release/stable-1.35.txt": b"<html>not found</html>",
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = FILES.get(self.path)
        self.send_response(200 if content else 404)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def mirror() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def answers(kind: str, location: str = ""):
    source = {"kind": kind, "location": location}
    return drafts.judge({"hosts": [], "kubernetes": {"source": source}})[0]


def test_the_newest_patch_of_each_minor_is_offered_and_no_prerelease():
    said = ["v1.36.1", "v1.36.10", "v1.36.9", "v1.37.0-rc.1", "v1.28.0", "junk", "v2.0.0"]
    assert offers.newest(said) == ["v1.36.10", "v1.28.0"]


async def test_a_mirror_tells_what_is_stable(mirror: str):
    assert await overview.offered(answers("mirror", mirror)) == ["v1.37.2", "v1.36.3"]


async def test_a_mirror_that_cannot_be_reached_is_told():
    with pytest.raises(InstallerError, match="cannot list the versions"):
        await overview.offered(answers("mirror", "http://127.0.0.1:1"))


async def test_go_tells_what_its_proxy_has(monkeypatch: pytest.MonkeyPatch):
    async def go(*_: object) -> object:
        return SimpleNamespace(env={})

    async def run(*_: object) -> str:
        return '{"Versions": ["v1.13.0", "v1.36.1", "v1.36.3", "v1.37.2"]}'

    monkeypatch.setattr(offers, "find_go", go)
    monkeypatch.setattr(offers, "run_go", run)
    assert await overview.offered(answers("go")) == ["v1.37.2", "v1.36.3"]


async def test_a_folder_tells_by_its_folders_and_by_the_files_of_a_release(tmp_path: Path):
    (tmp_path / "release" / "v1.36.3").mkdir(parents=True)
    programs = tmp_path / "kubernetes" / "server" / "bin"
    programs.mkdir(parents=True)
    (programs / "kube-apiserver.docker_tag").write_text("v1.37.2\n")
    assert await overview.offered(answers("folder", str(tmp_path))) == ["v1.37.2", "v1.36.3"]
    with pytest.raises(InstallerError, match="there is no folder"):
        await overview.offered(answers("folder", str(tmp_path / "none")))


async def test_a_tarball_tells_by_a_file_in_it(tmp_path: Path):
    file = tmp_path / "kubernetes-server-linux-amd64.tar.gz"
    inside = "kubernetes/server/bin/kube-apiserver"
    file.write_bytes(tarball({inside: b"\x7fELF" * 1000, f"{inside}.docker_tag": b"v1.36.3"}))
    assert await overview.offered(answers("tarball", str(file))) == ["v1.36.3"]
    file.write_bytes(tarball({inside: b"\x7fELF"}))
    assert await overview.offered(answers("tarball", str(file))) == []
    file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(InstallerError, match="cannot be read"):
        await overview.offered(answers("tarball", str(file)))
    with pytest.raises(InstallerError, match="cannot be read"):
        await overview.offered(answers("tarball", str(tmp_path / "none")))
