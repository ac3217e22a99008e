"""Other files that are read: of sessions, of a person, of releases, of hosts."""

from __future__ import annotations

import contextlib
import gzip
import io
import itertools
import json
import ssl
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from repo_root import ROOT

from fuzz import facts, mutate
from tui_installer.errors import InstallerError
from tui_installer.front.text.sessions_text import when
from tui_installer.front.tui import themes
from tui_installer.front.tui.screens.sans import san_paste
from tui_installer.kubernetes import kubeconfig
from tui_installer.kubernetes.log_lines import readable
from tui_installer.kubernetes.unquoting import read_options
from tui_installer.model.secret import Secret
from tui_installer.model.spec import Source, SourceKind, Version
from tui_installer.pki import describe, load, sealed
from tui_installer.release import digest, elf, tarball
from tui_installer.release.cache import Cache
from tui_installer.release.job import Job
from tui_installer.remote import known_hosts
from tui_installer.store import bundle, session_lock, session_meta
from tui_installer.store.host_lists.read import read as read_hosts
from tui_installer.store.kubeconfig import merge
from tui_installer.store.kubeconfig_yaml import loaded

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Reader = Callable[[bytes], str]

PEM = (Path(__file__).parent / "data" / "certificate.pem").read_bytes()
THEME = next(iter(sorted(next(themes.folders()).glob("*.yaml")))).read_bytes()
META = b'{"schema": 1, "created": 1790000000.123}\n'
HOLDER = b'{"pid": 77, "host": "h", "user": "u", "since": 1790000000.5, "what": "run"}'
OPTIONS = b"# made by hand\n\nKUBE_APISERVER_OPTS=\"--v=4 \\\n--a='b c' \\\n--d=e\\\\ f\"\n"
KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIFTAGOSd7frmcH1Oe1zwGFgBVJ5xBGgW1qFrMCnvhUBH"
KNOWN = f"""# comment
192.0.2.1,*.example.org,!bad.example.org ssh-ed25519 {KEY} me
|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 {KEY}
@revoked * ssh-rsa {KEY}
@cert-authority *.corp ssh-ed25519 {KEY}
[h]:2222 ssh-ed25519 {KEY}
""".encode()
SSH_CONFIG = b"""Host a b* !c
  HostName 192.0.2.1
  User=ops
  Port 2222
  IdentityFile "~/.ssh/my key"
  ProxyJump j,k
Match all
Host *
  HostName %h.example
"""
HOSTS = b"""name,address,user,port
m1,192.0.2.1,root,22
- ops@192.0.2.2:2222 m2 ~/.ssh/key SHA256:abc
m3 ansible_host=192.0.2.3 ansible_user=x
ssh -p 22 -i /k -l u -J j 2001:db8::1
"""
LISTS = tuple(
    row["text"].encode()
    for file in sorted((ROOT / "tests/unit/data/host_lists").glob("*.yaml"))
    for row in yaml.safe_load(file.read_text())
)
SANS = b'"hosts": [ "192.0.2.1", // first\n "k8s.example.org" ]\nIP Address:::1, DNS:*.x.org # no\n'
DIGESTS = b"0" * 64 + b"  etcd\n" + b"1" * 128 + b" *kubectl\n" + b"a" * 64 + b"\n"
KUBECONFIG = kubeconfig.kubeconfig(
    cluster="c", server="https://h:6443", user="u", ca=b"ca", cert=b"cert", key=Secret("key")
)
LOG = b'{"level":"warn","ts":"2026-01-01","msg":"slow","error":"x","took":1.5,"a":{"b":[1]}}'
BUNDLE = (
    b'{"session": "c", "schema": 1}\n{"path": "answers.yaml", "size": 3}\nabc'
    b'{"path": "pki/ca.pem", "size": 2}\nxy{"end": 2}\n'
)
SEALED = (
    b'{"magic": "tui-installer sealed", "version": 1, "cipher": "aes-256-gcm", "chunk": 65536, '
    b'"kdf": "scrypt", "n": 131072, "r": 8, "p": 1, "salt": "AAAA", "schema": 1}\n'
)
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + bytes.fromhex("02003e0001000000") + bytes(40) + bytes(300)


def _made(seeds: tuple[bytes, ...], tree: Any = None) -> Callable[[Random], bytes]:
    """Of bytes; of data too where there is a tree."""

    def make(chance: Random) -> bytes:
        if tree is not None and chance.random() < 0.5:
            how = mutate.as_json if isinstance(tree, dict) and "schema" in tree else mutate.as_yaml
            return how(chance, mutate.of_tree(chance, tree)) + b"\n"
        return mutate.of_bytes(chance, chance.choice(seeds), seeds)

    return make


def _refusing(
    read: Callable[[bytes], object], *errors: type[Exception]
) -> Callable[[Path], Reader]:
    """A reader that may raise these."""

    def reading(data: bytes) -> str:
        try:
            read(data)
        except errors:
            return "refused"
        return "taken"

    return lambda _: reading


def _of_file(
    read: Callable[[Path], object], *errors: type[Exception], name: str = "file"
) -> Callable[[Path], Reader]:
    """As `_refusing`, of what reads a file by its path."""

    def opened(folder: Path) -> Reader:
        path = folder / name

        def reading(data: bytes) -> object:
            path.write_bytes(data)
            return read(path)

        return _refusing(reading, *errors)(folder)

    return opened


def _meta(path: Path) -> None:
    session_meta.check(path.parent)
    when(session_meta.created(path.parent))


def _known(data: bytes) -> None:
    for entry in known_hosts.parse(data, Path("known_hosts")):
        for name in ("192.0.2.1", "a.example.org", "[h]:2222", "x" * 255):
            entry.matches(name)
        assert str(entry.key)


def _hosts(data: bytes) -> None:
    found = read_hosts(data.decode("utf-8", "replace"), lambda name: "192.0.2.9" * (name == "a"))
    assert all(line.host or line.text for line in found.lines)


def _holder(data: bytes) -> None:
    str(session_lock._holder(data))


def _merge(path: Path) -> None:
    merged = merge([path], KUBECONFIG)
    after = loaded(path.read_bytes().decode("utf-8-sig"))
    entry = next(one for one in after["contexts"] if one.get("name") == merged.context)
    for kind in ("cluster", "user"):
        assert entry["context"][kind] in [one.get("name") for one in after[f"{kind}s"]]


def _sealed(data: bytes) -> None:
    sealed.check(io.BytesIO(data))


def _bundle(folder: Path) -> Reader:
    numbers = itertools.count()

    def read(data: bytes) -> object:
        stream = bundle.Stream(iter([data[i : i + 7] for i in range(0, len(data), 7)]))
        assert stream.head()
        to = folder / str(next(numbers))
        to.mkdir()
        stream.unpack(to)
        return to

    return _refusing(read, InstallerError)(folder)


def _members(chance: Random) -> bytes:
    """A tarball whose members have mutated names, kinds, links and sizes, or mutated bytes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=chance.choice((0, 1, 2))) as tar:
        for name in ("kubernetes/server/bin/kubectl", "kubernetes/x", "kubernetes/server/bin/y"):
            info = tarfile.TarInfo(name if chance.random() < 0.6 else mutate.text(chance))
            info.type = chance.choice((tarfile.REGTYPE,) * 4 + (b"1", b"2", b"3", b"5", b"6", b"x"))
            info.linkname = mutate.text(chance) if chance.random() < 0.3 else ""
            with contextlib.suppress(ValueError, UnicodeError):
                tar.addfile(info)
    plain = out.getvalue()
    if chance.random() < 0.5:
        plain = mutate.of_bytes(chance, plain, [plain])
    packed = gzip.compress(plain, 1, mtime=0)
    return mutate.of_bytes(chance, packed, [plain]) if chance.random() < 0.2 else packed


def _tarball(folder: Path) -> Reader:
    path, temp = folder / "t.tar.gz", folder / "temp"
    source, version = Source(SourceKind.TARBALL, str(path)), Version(1, 37, 2)
    names, cache = ("kubectl",), Cache(folder / "cache")
    job = Job(source, version, "amd64", names, cache, lambda *_: None, lambda _: None)

    def read(data: bytes) -> object:
        path.write_bytes(data)
        temp.mkdir(exist_ok=True)
        for left in temp.iterdir():
            left.unlink()
        found = tarball._extract(job, path, temp, None, lambda *_: None)
        assert {each.name for each in temp.iterdir()} <= {"kubectl"}
        return found

    return _refusing(read, InstallerError)(folder)


def _certificates(folder: Path) -> Reader:
    def read(data: bytes) -> None:
        describe.fingerprint(data)
        load.certificate(data)

    return _refusing(read, ValueError)(folder)


def _pem(chance: Random) -> bytes:
    """A certificate whose bytes, text or DER, are mutated."""
    if chance.random() < 0.5:
        return mutate.of_bytes(chance, PEM, [PEM])
    der = x509.load_pem_x509_certificate(PEM).public_bytes(Encoding.DER)
    return ssl.DER_cert_to_PEM_cert(mutate.of_bytes(chance, der, [der])).encode()


KINDS: dict[str, tuple[Callable[[Random], bytes], Callable[[Path], Reader]]] = {
    "session.json": (
        _made((META,), json.loads(META)),
        _of_file(_meta, InstallerError, name=session_meta.FILE),
    ),
    "lock": (_made((HOLDER,), json.loads(HOLDER) | {"schema": 1}), _refusing(_holder)),
    "bundle": (_made((BUNDLE,)), _bundle),
    "sealed header": (
        _made((SEALED,), json.loads(SEALED)),
        _refusing(_sealed, sealed.NotSealed, sealed.Newer),
    ),
    "theme": (
        _made((THEME,), yaml.safe_load(THEME)),
        _of_file(themes.parse, ValueError, OSError),
    ),
    "known_hosts": (_made((KNOWN,)), _refusing(_known)),
    "lists of hosts": (_made((HOSTS, SSH_CONFIG, SANS, *LISTS)), _refusing(_hosts)),
    "pasted SANs": (
        _made((SANS, HOSTS)),
        _refusing(lambda data: san_paste.understand(data.decode("utf-8", "replace"), {})),
    ),
    "options file": (
        _made((OPTIONS,)),
        _refusing(lambda data: read_options(data.decode()), ValueError),
    ),
    "left on a host": (facts.make_left, facts.left_reader),
    "tarball": (_members, _tarball),
    "digests": (
        _made((DIGESTS,)),
        _refusing(lambda data: digest.parse_digest(data, "etcd", "there"), InstallerError),
    ),
    "ELF header": (
        _made((ELF,)),
        _of_file(lambda path: elf.check_elf(path, "amd64"), InstallerError),
    ),
    "certificate": (_pem, _certificates),
    "kubeconfig": (
        _made((KUBECONFIG,), yaml.safe_load(KUBECONFIG)),
        _of_file(_merge, InstallerError),
    ),
    "log line": (
        _made((LOG,), json.loads(LOG) | {"schema": 1}),
        _refusing(lambda data: readable(data.decode("utf-8", "replace"))),
    ),
}
"""Name → how one is made, and what reads one."""
