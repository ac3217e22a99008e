"""One flipped byte, at each place that a program passes on its way from its source to a host."""

from __future__ import annotations

import hashlib
import os

import kube_samples
import pytest
from engine_samples import ShellHost, context, drained, run_of, sh, with_facts
from release_support import Getter, Site, digest, etcd_site, fake_elf, kubernetes_site

from release_support import server_tarball  # isort: skip

from tui_installer.engine.core.wants import FileWant
from tui_installer.engine.hosts.deliver import deliver
from tui_installer.errors import InstallerError
from tui_installer.model.spec import Layout
from tui_installer.release.programs import ETCD, Binary

PROGRAM = b"#!/bin/sh\necho v1.2.3\n" + b"# padding\n" * 9000
APISERVER = "/release/v1.37.2/bin/linux/amd64/kube-apiserver"
ONE = ("kube-apiserver",)


def flipped(content, at=-5):
    made = bytearray(content)
    made[at] ^= 1
    return bytes(made)


@pytest.fixture
def get(tmp_path, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return Getter(tmp_path / "cache")


async def refused(get, *what, **how):
    with pytest.raises(InstallerError, match="does not match its published digest"):
        await get(*what, **how)
    assert get.kept() == []
    assert get.leftovers() == []


async def test_in_a_download_from_a_mirror(get):
    files = kubernetes_site()
    files[APISERVER] = flipped(files[APISERVER])
    with Site(files) as site:
        await refused(get, "mirror", site.url, names=ONE)


async def test_in_a_download_that_is_resumed(get):
    """What lay here of it was changed in between: all of it is got again, not only the rest."""
    with Site(kubernetes_site(), faults={APISERVER: ["cut", 503, 503, 503, 503]}) as site:
        get_once = Getter(get.root)
        with pytest.raises(InstallerError):
            await get_once("mirror", site.url, names=ONE)
        (part,) = get.root.glob("partial/*.part")
        part.write_bytes(flipped(part.read_bytes()))
        site.faults.clear()
        found = await get("mirror", site.url, names=ONE)
    assert found["kube-apiserver"].path.read_bytes() == fake_elf("kube-apiserver")


async def test_in_etcds_tarball_on_a_mirror(get):
    files = etcd_site()
    path = next(path for path in files if path.endswith(".tar.gz"))
    files[path] = flipped(files[path], len(files[path]) // 2)
    with Site(files) as site:
        await refused(get, "mirror", site.url, names=ETCD)


async def test_in_a_tarball_here_or_at_a_url(get, tmp_path):
    packed = server_tarball()
    bad = flipped(packed, 4)  # gzip's time stamp: unpacks as if nothing was
    file = tmp_path / "k.tar.gz"
    file.write_bytes(bad)
    await refused(get, "tarball", file, sha256=digest(packed))
    file.with_name("k.tar.gz.sha512").write_text(digest(packed, "sha512"))
    await refused(get, "tarball", file)
    with Site({"/k.tar.gz": bad, "/k.tar.gz.sha256": digest(packed).encode()}) as site:
        await refused(get, "tarball", f"{site.url}/k.tar.gz")


async def test_in_a_folder(get, tmp_path):
    good = fake_elf("kubectl")
    (tmp_path / "kubectl").write_bytes(flipped(good))
    (tmp_path / "kubectl.sha256").write_text(digest(good))
    await refused(get, "folder", tmp_path, names=("kubectl",))


async def test_in_the_cache_by_one_who_sets_the_times_back(get):
    with Site(kubernetes_site()) as site:
        path = (await get("mirror", site.url, names=ONE))["kube-apiserver"].path
        before = path.stat()
        path.chmod(0o700)
        with path.open("r+b") as file:
            file.write(flipped(fake_elf("kube-apiserver")))
        path.chmod(0o500)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        again = (await get("mirror", site.url, names=ONE))["kube-apiserver"].path
        assert again.read_bytes() == fake_elf("kube-apiserver")
    assert any("damaged in the cache" in line for line in get.said)


def bad_wire(at):
    """A host whose connection flips a byte: at is its place in what comes after the header."""

    class Host(ShellHost):
        async def run(self, script, *args, stdin=None, **_):
            stream = await drained(stdin)
            start = stream.index(b"\n") + 1
            return sh(script, *args, stdin=stream[:start] + flipped(stream[start:], at))

    return Host


@pytest.mark.parametrize("tools", [set(), {"zstd"}])
@pytest.mark.parametrize("at", [0, 10, 30, -1])
async def test_on_the_way_to_a_host(tmp_path, tools, at):
    root = tmp_path / "host"
    spec = kube_samples.spec(
        hosts=kube_samples.hosts(1), layout=Layout(f"{root}/k", f"{root}/e", f"{root}/u")
    )
    run, _ = run_of(context(tmp_path / "state", spec, make=False), tmp_path, bad_wire(at))
    with_facts(run.ctx, tools=frozenset(tools))
    cached = tmp_path / "cached"
    cached.write_bytes(PROGRAM)
    digest_of = hashlib.sha256(PROGRAM).hexdigest()
    binary = Binary("program", "v1.2.3", "amd64", cached, digest_of, len(PROGRAM), "test")
    (root / "bin").mkdir(parents=True)
    (root / "bin/program").write_bytes(b"the old one")
    want = FileWant(
        f"{root}/bin/program", mode=0o755, binary=binary, probe=("--version",), version="v1.2.3"
    )
    with pytest.raises(InstallerError, match="did not arrive"):
        await deliver(run, "master01", "step", [want])
    assert [p.name for p in (root / "bin").iterdir()] == ["program"]
    assert (root / "bin/program").read_bytes() == b"the old one"
