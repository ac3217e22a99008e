from __future__ import annotations

import asyncio

import pytest
from release_support import (
    SIZE,
    V1_37,
    Getter,
    Site,
    digest,
    etcd_site,
    fake_elf,
    kubernetes_site,
    until,
)

from tui_installer.errors import InstallerError
from tui_installer.model.spec import Source, SourceKind
from tui_installer.release.failures import Unreachable
from tui_installer.release.fetch import cached
from tui_installer.release.programs import ETCD, KUBERNETES

APISERVER = "/release/v1.37.2/bin/linux/amd64/kube-apiserver"
ONE = ("kube-apiserver",)


async def test_the_programs_come_from_a_mirror_and_are_described(get, site):
    found = await get("mirror", site.url + "/")
    assert tuple(found) == KUBERNETES
    for name, binary in found.items():
        assert binary.path.read_bytes() == fake_elf(name)
        assert (binary.sha256, binary.size) == (digest(fake_elf(name)), SIZE)
        assert (binary.version, binary.arch) == ("v1.37.2", "amd64")
        assert "its sha256 matches the published one" in binary.origin
        assert get.root in binary.path.parents
    assert get.leftovers() == []


async def test_a_second_fetch_asks_the_mirror_nothing(get, site):
    first = await get("mirror", site.url)
    site.requests.clear()
    assert await get("mirror", site.url + "/release/") == first
    assert site.requests == []


async def test_etcd_comes_out_of_its_tarball(get):
    with Site(etcd_site()) as site:
        found = await get("mirror", site.url, names=ETCD)
    assert {n: b.path.read_bytes() for n, b in found.items()} == {n: fake_elf(n) for n in ETCD}
    assert get.leftovers() == []


async def test_sha512_and_the_form_with_a_file_name_are_read(get, site):
    del site.files[APISERVER + ".sha256"]
    line = f"{digest(site.files[APISERVER], 'sha512').upper()} *kube-apiserver\n"
    site.files[APISERVER + ".sha512"] = line.encode()
    found = await get("mirror", site.url, names=ONE)
    assert "its sha512 matches" in found["kube-apiserver"].origin


async def test_redirects_are_followed(get, site):
    with Site({}) as front:
        front.redirects = {path: site.url + path for path in site.files}
        assert await get("mirror", front.url, names=ONE)


async def test_progress_counts_every_byte(get, site):
    await get("mirror", site.url, names=ONE)
    assert ("kube-apiserver", SIZE, SIZE) in get.seen


async def test_a_cut_connection_is_resumed_where_it_ended(get, site):
    site.faults[APISERVER] = ["cut"]
    found = await get("mirror", site.url, names=ONE)
    first, second = site.gets(APISERVER)
    assert "Range" not in first
    assert int(second["Range"].removeprefix("bytes=").rstrip("-")) > 1 << 19
    assert second["If-Range"].startswith('"')
    assert found["kube-apiserver"].path.read_bytes() == fake_elf("kube-apiserver")
    assert any("retrying" in line for line in get.said)


async def test_a_download_that_another_run_left_is_resumed(get, site):
    site.faults[APISERVER] = ["cut", 404]
    with pytest.raises(InstallerError):
        await get("mirror", site.url, names=ONE)
    again = Getter(get.root)
    await again("mirror", site.url, names=ONE)
    assert "Range" in site.gets(APISERVER)[-1]
    assert again.leftovers() == []


async def test_a_server_that_ignores_ranges_starts_over(get, site):
    site.faults[APISERVER] = ["cut", "norange"]
    found = await get("mirror", site.url, names=ONE)
    assert found["kube-apiserver"].path.read_bytes() == fake_elf("kube-apiserver")


async def test_a_resume_that_mixed_two_contents_is_got_again_whole(get, site):
    site.faults[APISERVER] = ["noetag", "noetag"]
    part = get.root / "partial"
    part.mkdir(parents=True)
    name = digest((site.url + APISERVER).encode()) + ".part"
    (part / name).write_bytes(b"x" * (1 << 20))
    found = await get("mirror", site.url, names=ONE)
    assert found["kube-apiserver"].path.read_bytes() == fake_elf("kube-apiserver")
    assert [h.get("Range") for h in site.gets(APISERVER)] == ["bytes=1048576-", None]


async def test_a_part_that_was_complete_needs_no_byte_more(get, site):
    part = get.root / "partial"
    part.mkdir(parents=True)
    name = digest((site.url + APISERVER).encode()) + ".part"
    (part / name).write_bytes(fake_elf("kube-apiserver"))
    assert await get("mirror", site.url, names=ONE)
    assert len(site.gets(APISERVER)) == 1


async def test_a_part_longer_than_the_file_is_thrown_away(get, site):
    part = get.root / "partial"
    part.mkdir(parents=True)
    name = digest((site.url + APISERVER).encode()) + ".part"
    (part / name).write_bytes(b"x" * (SIZE + 5))
    assert await get("mirror", site.url, names=ONE)


async def test_one_failure_stops_the_other_downloads(get, site):
    site.files[APISERVER + ".sha256"] = b"0" * 64
    with pytest.raises(InstallerError, match="does not match its published digest"):
        await get("mirror", site.url)


async def test_a_second_process_waits_and_then_finds_it_done(get, site):
    other = Getter(get.root)
    both = await asyncio.gather(get("mirror", site.url), other("mirror", site.url))
    assert both[0] == both[1]
    assert len(site.gets(APISERVER)) == 1
    waiting = get.said + other.said
    assert len(waiting) == 1
    assert "another process" in waiting[0]
    assert "fetching Kubernetes v1.37.2 for amd64; waiting" in waiting[0]


async def test_cancelling_a_download_keeps_no_program(get, site):
    task = asyncio.ensure_future(get("mirror", site.url, names=ONE))
    await until(lambda: get.seen, task)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert get.kept() == []
    assert await Getter(get.root)("mirror", site.url, names=ONE)


async def test_https_with_a_certificate_that_the_environment_trusts(get, tls, monkeypatch):
    with Site(kubernetes_site(), tls=tls.context) as site:
        with pytest.raises(Unreachable, match=r"(?i)certificate"):
            await get("mirror", site.url, names=ONE)
        monkeypatch.setenv("SSL_CERT_FILE", str(tls.certificate))
        assert await get("mirror", site.url, names=ONE)


async def test_what_is_cached_is_told_without_fetching(get, site):
    source, said = Source(SourceKind.MIRROR, site.url), []
    assert await cached(source, V1_37, "amd64", KUBERNETES, cache=get.cache, say=said.append) == {}
    assert site.requests == []
    found = await get("mirror", site.url, names=ONE)
    have = await cached(source, V1_37, "amd64", KUBERNETES, cache=get.cache, say=said.append)
    assert (have, said) == (found, [])


async def test_names_of_two_products_or_unknown_architectures_are_refused(get):
    with pytest.raises(InstallerError, match="are not programs of one product"):
        await get("mirror", "http://x.invalid", names=("etcd", "kubectl"), version=V1_37)
    with pytest.raises(InstallerError, match="architecture 'sparc'"):
        await get("mirror", "http://x.invalid", arch="sparc")
