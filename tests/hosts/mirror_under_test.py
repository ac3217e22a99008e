"""A mirror laid out as the upstream sites, with the real programs, served from this machine."""

from __future__ import annotations

import functools
import hashlib
import http.server
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from real_programs import have
from site_under_test import COMPONENTS, V137

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ETCD = "v3.7.3"
SERVER = "kubernetes-server-linux-amd64.tar.gz"
ETCD_TAR = f"etcd-{ETCD}-linux-amd64.tar.gz"
BIN = f"release/{V137}/bin/linux/amd64"


def pack(target: Path, prefix: str, files: dict[str, Path]) -> None:
    """As the upstream tarballs; compressed quickly."""
    arguments = [f"--transform=s,.*/,{prefix}/,", *(str(path) for path in files.values())]
    fast = ["tar", "-P", "--use-compress-program=gzip -1", "-cf", str(target)]
    subprocess.run([*fast, *arguments], check=True)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    target.with_name(f"{target.name}.sha256").write_text(f"{digest}\n")


def laid_out(root: Path, programs: dict[str, Any]) -> Path:
    """A folder laid out as the upstream sites, both of them, and with the tarballs."""
    kubernetes = have(programs, V137, (*COMPONENTS, "kubectl"))
    etcd = have(programs, ETCD, ("etcd", "etcdctl"))
    place = root / BIN
    place.mkdir(parents=True)
    for name, path in kubernetes.items():
        (place / name).symlink_to(path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        (place / f"{name}.sha256").write_text(digest)
    (root / ETCD).mkdir()
    pack(root / ETCD / ETCD_TAR, ETCD_TAR.removesuffix(".tar.gz"), etcd)
    pack(root / SERVER, "kubernetes/server/bin", kubernetes)
    return root


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and keeps a list of what was asked for, and by whom.

    login: the Authorization that every request must have, or ''.
    """

    asked: list[str]
    askers: dict[str, set[str]]
    login: str

    def send_head(self) -> Any:
        """Refuses requests without the login."""
        self.askers.setdefault(self.path, set()).add(self.client_address[0])
        if self.login and self.headers.get("Authorization") != self.login:
            self.send_error(401)
            return None
        return super().send_head()

    def log_message(self, *_: object) -> None:
        self.asked.append(self.path)


@contextmanager
def served(root: Path, address: str = "127.0.0.1", login: str = "") -> Iterator[tuple[str, Any]]:
    """(URL, the handler with what was asked for) of a local site."""
    handler = type("Handler", (Quiet,), {"asked": [], "askers": {}, "login": login})
    serve = functools.partial(handler, directory=str(root))
    with http.server.ThreadingHTTPServer((address, 0), serve) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://{address}:{server.server_port}", handler
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def mirror(root: Path) -> Iterator[tuple[str, list[str]]]:
    """(URL, paths asked for) of a local site."""
    with served(root) as (url, handler):
        yield url, handler.asked
