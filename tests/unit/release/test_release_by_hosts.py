"""Programs that hosts fetch: here only their digests are fetched, checked and kept."""

from __future__ import annotations

import pytest
from release_support import Getter, digest
from signing import new_key, public_pem, signature

from tui_installer.errors import InstallerError
from tui_installer.model.spec import FetchedBy, Signature
from tui_installer.release.programs import KUBERNETES

APISERVER = "/release/v1.37.2/bin/linux/amd64/kube-apiserver"
ONE = ("kube-apiserver",)
HOSTS = {"by": FetchedBy.HOSTS}


async def test_only_digests_are_fetched_and_they_are_kept(get, site):
    found = await get("mirror", site.url, **HOSTS)
    assert tuple(found) == KUBERNETES
    for name, binary in found.items():
        path = APISERVER.replace("kube-apiserver", name)
        content = site.files[path]
        assert (binary.path, binary.url) == (None, site.url + path)
        assert (binary.sha256, binary.size) == (digest(content), len(content))
        assert site.gets(path) == [], "no program is downloaded"
    del site.requests[:]
    assert await get("mirror", site.url, **HOSTS) == found
    assert site.requests == []
    assert get.kept() == get.leftovers() == []


async def test_a_program_of_this_machines_cache_is_another_than_one_of_the_hosts(get, site):
    here = await get("mirror", site.url, names=ONE)
    there = await get("mirror", site.url, names=ONE, **HOSTS)
    assert here["kube-apiserver"].path
    assert there["kube-apiserver"].url
    assert here["kube-apiserver"].sha256 == there["kube-apiserver"].sha256


async def test_a_size_that_the_site_does_not_say_is_none(get, site):
    site.packed[APISERVER] = "gzip"
    found = await get("mirror", site.url, names=ONE, **HOSTS)
    assert found["kube-apiserver"].size == 0


async def test_a_digest_that_hosts_cannot_compare_is_refused_with_the_way_out(get, site):
    site.files[f"{APISERVER}.sha256"] = digest(site.files[APISERVER], "sha512").encode()
    with pytest.raises(InstallerError, match="no SHA-256 digest beside it") as caught:
        await get("mirror", site.url, names=ONE, **HOSTS)
    assert "kubernetes.source.fetch: operator" in caught.value.hint


async def test_without_a_digest_nothing_is_fetched_by_hosts(get, site):
    del site.files[f"{APISERVER}.sha256"]
    with pytest.raises(InstallerError, match="it has no digest beside it"):
        await get("mirror", site.url, names=ONE, **HOSTS)


async def test_a_signature_of_the_digest_is_checked_here(tmp_path, site):
    key = new_key()
    (tmp_path / "mirror.pub").write_bytes(public_pem(key))
    get = Getter(tmp_path / "cache", Signature(tmp_path / "mirror.pub"))
    site.files[f"{APISERVER}.sig"] = signature(key, site.files[APISERVER])
    found = await get("mirror", site.url, names=ONE, **HOSTS)
    assert "it is signed by the key mirror.pub" in found["kube-apiserver"].origin
    site.files[f"{APISERVER}.sig"] = signature(key, b"another program")
    with pytest.raises(InstallerError, match=r"is not signed by the key mirror\.pub"):
        await Getter(tmp_path / "other", get.signature)("mirror", site.url, names=ONE, **HOSTS)
