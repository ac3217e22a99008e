"""What sites answer instead of a file: refusals, waits, circles, pages and packed content."""

from __future__ import annotations

import datetime as dt
import gzip
from email.utils import format_datetime

import pytest
from release_support import Site, digest, etcd_site, fake_elf, kubernetes_site

from tui_installer.errors import InstallerError
from tui_installer.release import download
from tui_installer.release.failures import Unreachable

APISERVER = "/release/v1.37.2/bin/linux/amd64/kube-apiserver"
ONE = ("kube-apiserver",)
ETCD = ("etcd",)
TAR = "/v3.7.3/etcd-v3.7.3-linux-amd64.tar.gz"
GZIP = {"Content-Encoding": "gzip"}


@pytest.fixture
def site():
    with Site(kubernetes_site() | etcd_site()) as running:
        yield running


@pytest.mark.parametrize("fault", [401, 403, "html"])
async def test_if_one_digest_file_is_refused_the_other_is_read(get, site, fault):
    site.faults[f"{APISERVER}.sha256"] = [fault]
    site.files[f"{APISERVER}.sha512"] = digest(site.files[APISERVER], "sha512").encode()
    found = await get("mirror", site.url, names=ONE)
    assert "its sha512 matches" in found["kube-apiserver"].origin


async def test_if_every_digest_file_is_refused_the_first_refusal_is_told(get, site):
    site.faults = {f"{APISERVER}.sha256": [403], f"{APISERVER}.sha512": [401]}
    with pytest.raises(InstallerError, match=r"sha256 was refused: 403"):
        await get("mirror", site.url, names=ONE)


WAITS = [("1", 1), (format_datetime(dt.datetime.now(dt.UTC), usegmt=True), 0), ("soon", 0)]


@pytest.mark.parametrize(("after", "least"), WAITS)
async def test_a_busy_site_is_waited_for_as_it_asks(get, site, monkeypatch, after, least):
    waited = []

    async def sleep(seconds):
        waited.append(seconds)

    monkeypatch.setattr(download.asyncio, "sleep", sleep)
    site.faults[APISERVER] = [(429, {"Retry-After": after}), (503, {"Retry-After": after})]
    assert await get("mirror", site.url, names=ONE)
    assert [seconds for seconds in waited if seconds >= max(least, 0.01)] == waited
    assert len(waited) == 2
    assert "429" in get.said[-2]


async def test_a_wait_that_is_too_long_is_told_and_not_waited_for(get, site):
    site.faults[APISERVER] = [(503, {"Retry-After": "3600"})] * 2
    with pytest.raises(Unreachable, match=r"503 .*asks to wait 3600 s"):
        await get("mirror", site.url, names=ONE)
    assert len(site.gets(APISERVER)) == 1


async def test_a_circle_of_redirects_ends(get, site):
    site.redirects = {f"{APISERVER}.sha256": f"{APISERVER}.sha256"}
    with pytest.raises(InstallerError, match="redirects more than 10 times"):
        await get("mirror", site.url, names=ONE)
    assert len(site.gets(f"{APISERVER}.sha256")) == 11


async def test_a_page_with_the_length_of_a_program_is_named_as_one(get, site):
    site.files[APISERVER] = b"<!DOCTYPE html><html>Welcome to the hotel" + b" " * (2 << 20)
    with pytest.raises(InstallerError, match=r"is a web page \(HTML\)") as caught:
        await get("mirror", site.url, names=ONE)
    assert "captive portal" in caught.value.hint
    assert get.kept() == get.leftovers() == []


async def test_a_digest_that_is_sent_packed_is_read(get, site):
    site.packed[f"{APISERVER}.sha256"] = "gzip"
    assert await get("mirror", site.url, names=ONE)


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
async def test_a_program_that_is_sent_packed_is_unpacked(get, site, encoding):
    site.packed[APISERVER] = encoding
    found = await get("mirror", site.url, names=ONE)
    assert found["kube-apiserver"].path.read_bytes() == fake_elf("kube-apiserver")
    assert get.leftovers() == []


async def test_a_program_that_is_only_said_to_be_packed_is_taken_as_it_is(get, site):
    site.headers[APISERVER] = GZIP
    assert await get("mirror", site.url, names=ONE)


async def test_a_tarball_that_is_said_to_be_packed_is_the_tarball(get, site):
    site.headers[TAR] = GZIP
    assert await get("mirror", site.url, names=ETCD)


async def test_a_tarball_that_is_packed_once_more_is_unpacked_once(get, site):
    site.packed[TAR] = "gzip"
    assert await get("mirror", site.url, names=ETCD)


async def test_a_packed_program_that_was_cut_is_resumed_and_unpacked(get, site):
    site.packed[APISERVER] = "gzip"
    site.faults[APISERVER] = ["cut"]
    assert await get("mirror", site.url, names=ONE)
    assert any("Range" in headers for headers in site.gets(APISERVER))


async def test_an_encoding_that_is_not_known_is_named(get, site):
    site.headers[APISERVER] = {"Content-Encoding": "br"}
    with pytest.raises(InstallerError, match="Content-Encoding: br, which is not supported"):
        await get("mirror", site.url, names=ONE)
    assert get.leftovers() == []


async def test_damaged_packed_content_is_named(get, site):
    site.files[APISERVER] = gzip.compress(fake_elf("kube-apiserver"))[:5000]
    site.headers[APISERVER] = GZIP
    with pytest.raises(InstallerError, match="was sent as gzip, which is damaged"):
        await get("mirror", site.url, names=ONE)
    assert get.leftovers() == []
