from __future__ import annotations

import pytest
from release_support import (
    SIZE,
    Site,
    digest,
    fake_elf,
)

from tui_installer.errors import InstallerError
from tui_installer.model.spec import Version
from tui_installer.release.client import NotThere
from tui_installer.release.failures import Unreachable

APISERVER = "/release/v1.37.2/bin/linux/amd64/kube-apiserver"
ONE = ("kube-apiserver",)


async def test_a_busy_server_is_asked_again(get, site):
    site.faults[APISERVER] = [503, 429]
    site.faults[APISERVER + ".sha256"] = [500]
    assert await get("mirror", site.url, names=ONE)


async def test_a_server_that_keeps_failing_is_given_up(get, site):
    site.faults[APISERVER] = [503] * 20
    with pytest.raises(Unreachable, match="503") as caught:
        await get("mirror", site.url, names=ONE)
    assert "another source" in caught.value.hint
    assert len(site.gets(APISERVER)) == 4


async def test_a_site_that_does_not_answer_is_unreachable(get):
    with Site({}) as site:
        gone = site.url
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:\d+ can't be reached"):
        await get("mirror", gone)
    assert len(get.said) == 3  # one line a pause, though four programs were asked for


async def test_a_version_that_is_not_there_is_named(get, site):
    with pytest.raises(NotThere) as caught:
        await get("mirror", site.url, version=Version(1, 99, 0))
    assert caught.value.message == f"Kubernetes v1.99.0 for amd64 is not at {site.url}"
    assert "check the version and the source URL" in caught.value.hint


async def test_a_program_without_a_digest_is_refused(get, site):
    del site.files[APISERVER + ".sha256"]
    with pytest.raises(InstallerError, match="it has no digest beside it"):
        await get("mirror", site.url, names=ONE)
    assert get.kept() == []


async def test_a_wrong_digest_keeps_nothing(get, site):
    site.files[APISERVER + ".sha256"] = b"0" * 64
    with pytest.raises(InstallerError, match="does not match its published digest") as caught:
        await get("mirror", site.url, names=ONE)
    assert any(digest(fake_elf("kube-apiserver")) in line for line in caught.value.details)
    assert get.kept() == get.leftovers() == []


async def test_damage_on_the_way_is_found(get, site):
    site.faults[APISERVER] = ["corrupt"]
    with pytest.raises(InstallerError, match="does not match its published digest"):
        await get("mirror", site.url, names=ONE)
    assert get.kept() == get.leftovers() == []


@pytest.mark.parametrize("path", [APISERVER, APISERVER + ".sha256"])
async def test_a_login_page_is_no_program_and_no_digest(get, site, path):
    site.faults[path] = ["html"]
    with pytest.raises(InstallerError, match=r"web page \(HTML\)"):
        await get("mirror", site.url, names=ONE)
    assert get.kept() == get.leftovers() == []


async def test_a_refusal_is_told_at_once(get, site):
    site.faults[APISERVER + ".sha256"] = [403]
    with pytest.raises(InstallerError, match="was refused: 403"):
        await get("mirror", site.url, names=ONE)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (fake_elf("kube-apiserver", machine=183), "is built for arm64, the host is amd64"),
        (b"#!/bin/sh\n" + b"x" * SIZE, "is a script, not a 64-bit Linux program"),
        (fake_elf("kube-apiserver", size=2000), "too small"),
    ],
)
async def test_what_the_mirror_vouches_for_must_still_be_a_program(get, site, content, says):
    site.files[APISERVER] = content
    site.files[APISERVER + ".sha256"] = digest(content).encode()
    with pytest.raises(InstallerError, match=says):
        await get("mirror", site.url, names=ONE)
    assert get.kept() == get.leftovers() == []


@pytest.mark.parametrize("location", ["ftp://mirror.invalid", "https://", "http://[::1"])
async def test_what_is_no_web_address_is_refused(get, location):
    with pytest.raises(InstallerError, match="is not a URL to download from"):
        await get("mirror", location, names=ONE)


async def test_a_password_in_the_url_is_shown_nowhere(get, site):
    location = site.url.replace("://", "://user:hunter2@")
    found = await get("mirror", location, names=ONE)
    with pytest.raises(InstallerError) as caught:
        await get("mirror", location, version=Version(1, 99, 0))
    told = [str(found), *get.said, caught.value.message, *caught.value.details]
    told += [p.read_text() for p in get.root.glob("index/*")]
    assert not any("hunter2" in line for line in told)
    assert site.gets(APISERVER)[0]["Authorization"].startswith("Basic ")


async def test_a_proxy_that_makes_no_sense_is_an_error(get, site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "gopher://nowhere:1")
    with pytest.raises(InstallerError, match="names no usable proxy"):
        await get("mirror", site.url, names=ONE)


async def test_the_proxy_of_the_environment_is_used(get, site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", site.url)
    target = "http://mirror.invalid"
    site.files |= {target + path: content for path, content in site.files.items()}
    assert await get("mirror", target, names=ONE)
    assert site.gets(target + APISERVER)


async def test_a_full_disk_is_named(get, site, monkeypatch):
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(InstallerError, match="the disk is full") as caught:
        await get("mirror", site.url, names=ONE)
    assert str(get.root) in caught.value.message
    assert get.kept() == []


async def test_a_redirect_from_https_to_http_is_refused(get, site, tls, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(tls.certificate))
    with Site({}, tls=tls.context) as front:
        front.redirects = {path: site.url + path for path in site.files}
        with pytest.raises(InstallerError, match="redirects from https to http"):
            await get("mirror", front.url, names=ONE)
    assert get.kept() == []
