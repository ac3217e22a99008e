"""For the release tests: fake programs, fake releases and a site that misbehaves on demand."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import hashlib
import http.server
import io
import ipaddress
import re
import ssl
import struct
import tarfile
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tui_installer.engine.cluster.trust import trust_of
from tui_installer.model.spec import FetchedBy, Source, SourceKind, Version
from tui_installer.release.cache import Cache
from tui_installer.release.fetch import fetch
from tui_installer.release.programs import ETCD, KUBERNETES

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.model.spec import Signature

V1_37 = Version(1, 37, 2)
V3_7 = Version(3, 7, 3)
SIZE = (2 << 20) + 12_345


def fake_elf(name, *, machine=62, size=SIZE, kind=2):
    """A file with the header of a program and one segment; it can't run."""
    header = struct.pack(
        "<16sHHIQQQIHHHHHH",
        b"\x7fELF\x02\x01\x01", kind, machine, 1, 0x400000, 64, 0, 0, 64, 56, 1, 64, 0, 0,
    )  # fmt: skip
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, 0x400000, 0x400000, size, size, 4096)
    noise = hashlib.sha256(name.encode()).digest() * (size // 32 + 1)
    return (header + segment + noise)[:size]


def tarball(members, *, extra=()):
    """A .tar.gz of {path: content}; extra: TarInfo objects without content, put first."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as tar:
        for info in extra:
            tar.addfile(info)
        for path, content in members.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def member(name, kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def etcd_tarball(version="v3.7.3", arch="amd64", machine=62):
    folder = f"etcd-{version}-linux-{arch}"
    return tarball(
        {f"{folder}/README.md": b"hello"}
        | {f"{folder}/{name}": fake_elf(name, machine=machine) for name in ETCD}
    )


def server_tarball(names=KUBERNETES, **how):
    programs = {f"kubernetes/server/bin/{n}": fake_elf(n, **how) for n in names}
    return tarball({"kubernetes/LICENSES/x": b"text", **programs})


def digest(content, algorithm="sha256"):
    return hashlib.new(algorithm, content).hexdigest()


def kubernetes_site():
    """{path: content} as the upstream release site has it."""
    files = {}
    for name in KUBERNETES:
        path = f"/release/v1.37.2/bin/linux/amd64/{name}"
        files[path] = fake_elf(name)
        files[path + ".sha256"] = digest(files[path]).encode()
    return files


def etcd_site():
    packed = etcd_tarball()
    name = "etcd-v3.7.3-linux-amd64.tar.gz"
    sums = f"{'0' * 64}  etcd-v3.7.3-darwin-amd64.zip\n{digest(packed)}  {name}\n"
    return {f"/v3.7.3/{name}": packed, "/v3.7.3/SHA256SUMS": sums.encode()}


@dataclass
class Site:
    """A web site. faults: {path: [one per request: a status, 'cut', 'norange', 'html', …]}.

    A fault may be (status, headers). packed: {path: Content-Encoding that is really applied}.
    headers: {path: headers of its own}.
    """

    files: dict
    faults: dict = field(default_factory=dict)
    redirects: dict = field(default_factory=dict)
    packed: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)
    requests: list = field(default_factory=list)
    url: str = ""
    tls: ssl.SSLContext | None = None

    def gets(self, path):
        return [headers for method, p, headers in self.requests if p == path and method == "GET"]

    def __enter__(self):
        site = self

        class Handler(_Handler):
            pass

        Handler.site = site
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.handle_error = lambda *_: None  # clients hang up on purpose
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"http{'s' if self.tls else ''}://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self._answer(body=False)

    def do_GET(self):
        self._answer(body=True)

    def log_message(self, *_):
        pass

    def _answer(self, *, body):  # noqa: PLR0911 - one for each kind of answer
        site, path = self.site, self.path.partition("?")[0]
        site.requests.append((self.command, path, dict(self.headers)))
        faults = site.faults.get(path, [])
        fault = faults.pop(0) if faults else None
        if path in site.redirects:
            return self._reply(302, b"", Location=site.redirects[path])
        if isinstance(fault, tuple):
            return self._reply(fault[0], b"busy", **fault[1])
        if isinstance(fault, int):
            return self._reply(fault, b"no")
        if fault == "html":
            page = b"<!DOCTYPE html><html>login</html>"
            return self._reply(200, page, **{"Content-Type": "text/html; charset=utf-8"})
        if path not in site.files:
            return self._reply(404, b"<html>not found</html>")
        if encoding := site.packed.get(path):
            packed = gzip.compress(site.files[path], compresslevel=0, mtime=0)
            own = {"Content-Encoding": encoding}
            return self._file(packed, fault, own, body=body)
        return self._file(site.files[path], fault, site.headers.get(path, {}), body=body)

    def _file(self, content, fault, own, *, body):
        etag = f'"{digest(content)[:16]}"'
        headers = dict(own) if fault == "noetag" else {"ETag": etag, **own}
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        same = self.headers.get("If-Range", etag) == etag
        start, status = 0, 200
        if wanted and same and fault != "norange":
            start, status = int(wanted[1]), 206
            if start >= len(content):
                return self._reply(416, b"", **{"Content-Range": f"bytes */{len(content)}"})
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        part = content[start:] if body else b""
        if fault == "corrupt":
            part = part[:-1] + b"!"
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) - start))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if fault == "cut":
            part = part[: len(part) * 2 // 3]
            self.close_connection = True
        self.wfile.write(part)
        return None

    def _reply(self, status, content, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


class Tls:
    """A certificate for 127.0.0.1 that nobody trusts by default."""

    def __init__(self, folder: Path):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "release test")])
        now = dt.datetime.now(dt.UTC)
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - dt.timedelta(minutes=5))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([address]), critical=False)
            .sign(key, hashes.SHA256())
        )
        self.certificate = folder / "cert.pem"
        self.certificate.write_bytes(made.public_bytes(Encoding.PEM))
        private = folder / "key.pem"
        private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, private)


async def until(true, task):
    """Waits for it, unless the task ends before."""
    while not true() and not task.done():  # noqa: ASYNC110 - there is no event to wait for
        await asyncio.sleep(0)


class Getter:
    """Calls `fetch` with a cache of its own and keeps what it said."""

    def __init__(self, root: Path, signature: Signature | None = None):
        self.root = root
        self.signature = signature
        self.trust = trust_of(Source(SourceKind.MIRROR, "", "", signature))
        self.cache = Cache(root)
        self.access = None
        self.said = []
        self.seen = []

    async def __call__(
        self,
        kind,
        location="",
        *,
        names=KUBERNETES,
        version=None,
        arch="amd64",
        sha256="",
        by=FetchedBy.OPERATOR,
    ):
        version = version or (V3_7 if names[0] in ETCD else V1_37)
        source = Source(SourceKind(kind), str(location), sha256, self.signature, fetch=by)
        return await fetch(
            source, version, arch, names,
            cache=self.cache, progress=lambda *a: self.seen.append(a), say=self.said.append,
            trust=self.trust, access=self.access,
        )  # fmt: skip

    def kept(self):
        """Programs in the cache, by name."""
        return sorted(p.name for p in self.root.glob("sha256/*/*") if p.suffix != ".stamp")

    def leftovers(self):
        """Unfinished files: temp folders, parts, half-written ones."""
        return [
            *self.root.glob("tmp/*"),
            *self.root.glob("partial/*"),
            *(p for p in self.root.rglob(".*")),
        ]
