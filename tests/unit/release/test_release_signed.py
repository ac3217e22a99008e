"""Signed releases from every kind of source: nothing unsigned or wrongly signed is kept."""

from __future__ import annotations

import pytest
from release_support import Getter, Site, digest, etcd_site, fake_elf, kubernetes_site

from release_support import etcd_tarball, server_tarball  # isort: skip
from signing import IDENTITY, ISSUER, Sigstore, new_key, public_pem, signature

from tui_installer.engine.cluster.trust import trust_of
from tui_installer.errors import InstallerError
from tui_installer.model.spec import Signature, Source, SourceKind
from tui_installer.release.programs import ETCD, KUBERNETES

ETCD_PATH = "/v3.7.3/etcd-v3.7.3-linux-amd64.tar.gz"
APISERVER = "/release/v1.37.2/bin/linux/amd64/kube-apiserver"


@pytest.fixture
def key():
    return new_key()


@pytest.fixture
def get(tmp_path, key):
    file = tmp_path / "mirror.pub"
    file.write_bytes(public_pem(key))
    return Getter(tmp_path / "cache", Signature(file))


def signed(files, sign, suffix=".sig"):
    """The site's files, and a signature beside each program and tarball."""
    made = {p + suffix: sign(c) for p, c in files.items() if not p.endswith((".sha256", "SUMS"))}
    return {**files, **made}


async def refused(get, says, *what, **how):
    with pytest.raises(InstallerError, match=says) as failure:
        await get(*what, **how)
    assert get.kept() == []
    assert get.leftovers() == []
    return failure.value


async def test_a_mirror_with_signatures_by_a_key(get, key):
    with Site(signed(kubernetes_site(), lambda c: signature(key, c))) as site:
        found = await get("mirror", site.url)
    assert tuple(found) == KUBERNETES
    assert all("it is signed by the key mirror.pub" in b.origin for b in found.values())


async def test_a_mirror_with_sigstore_bundles(tmp_path):
    sigstore, root = Sigstore(), tmp_path / "trusted_root.json"
    root.write_bytes(sigstore.trusted_root())
    get = Getter(tmp_path / "cache", Signature(None, IDENTITY, ISSUER, root))
    files = signed(kubernetes_site(), sigstore.bundle, ".sigstore.json")
    with Site(files) as site:
        found = await get("mirror", site.url)
        assert all(f"signed by {IDENTITY} ({ISSUER})" in b.origin for b in found.values())
        files[APISERVER + ".sigstore.json"] = sigstore.bundle(b"another file")
        fresh = Getter(tmp_path / "other", Signature(None, IDENTITY, ISSUER, root))
        await refused(fresh, "is not signed by", "mirror", site.url, names=("kube-apiserver",))


async def test_what_was_replaced_with_its_digest_is_refused_by_the_signature(get, key):
    """Who holds the mirror can make digests fit; signatures not."""
    files = signed(kubernetes_site(), lambda c: signature(key, c))
    evil = fake_elf("evil")
    files[APISERVER], files[APISERVER + ".sha256"] = evil, digest(evil).encode()
    with Site(files) as site:
        error = await refused(
            get, "is not signed by", "mirror", site.url, names=("kube-apiserver",)
        )
    assert f"sha256 {digest(evil)}" in error.details


async def test_a_missing_signature_is_named(get):
    with Site(kubernetes_site()) as site:
        error = await refused(
            get, "has no signature beside it", "mirror", site.url, names=("kube-apiserver",)
        )
    assert f"{APISERVER}.sig" in error.details[0]


async def test_what_was_fetched_without_a_signature_does_not_count_as_signed(get, key):
    loose = Getter(get.root)
    files = kubernetes_site()
    with Site(files) as site:
        await loose("mirror", site.url)
        with pytest.raises(InstallerError, match="has no signature"):
            await get("mirror", site.url)
        files.update(signed(files, lambda c: signature(key, c)))
        assert "it is signed" in (await get("mirror", site.url))["kubectl"].origin


async def test_etcds_tarball_on_a_mirror(get, key):
    with Site(signed(etcd_site(), lambda c: signature(key, c))) as site:
        found = await get("mirror", site.url, names=ETCD)
    assert "it is signed" in found["etcd"].origin
    other = Getter(get.root.with_name("other"), get.signature)
    with Site(signed(etcd_site(), lambda c: signature(key, c + b"!"))) as site:
        await refused(other, "is not signed by", "mirror", site.url, names=ETCD)


@pytest.mark.parametrize("at_url", [True, False])
async def test_a_tarball(get, key, tmp_path, at_url):
    packed = server_tarball()
    with Site({"/k.tar.gz": packed}) as site:
        place = f"{site.url}/k.tar.gz" if at_url else tmp_path / "k.tar.gz"
        (tmp_path / "k.tar.gz").write_bytes(packed)
        await refused(get, "has no signature", "tarball", place)
        for content, fits in (
            (signature(new_key(), packed), False),
            (signature(key, packed), True),
        ):
            site.files["/k.tar.gz.sig"] = content
            (tmp_path / "k.tar.gz.sig").write_bytes(content)
            if fits:
                assert "it is signed" in (await get("tarball", place))["kubectl"].origin
            else:
                await refused(get, "is not signed by", "tarball", place)


async def test_a_folder_with_plain_programs_and_a_tarball(get, key, tmp_path):
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "kubectl").write_bytes(fake_elf("kubectl"))
    (folder / "etcd-v3.7.3-linux-amd64.tar.gz").write_bytes(etcd_tarball())
    await refused(get, "has no signature", "folder", folder, names=("kubectl",))
    await refused(get, "has no signature", "folder", folder, names=ETCD)
    for file in list(folder.iterdir()):
        file.with_name(file.name + ".sig").write_bytes(signature(key, file.read_bytes()))
    found = await get("folder", folder, names=("kubectl",))
    assert "it is signed" in found["kubectl"].origin
    assert "it is signed" in (await get("folder", folder, names=ETCD))["etcd"].origin
    fresh = Getter(get.root.with_name("other"), get.signature)
    (folder / "kubectl.sig").write_bytes(signature(key, b"another"))
    await refused(fresh, "is not signed by", "folder", folder, names=("kubectl",))


async def test_a_signature_that_nobody_would_check_is_an_error(get, tmp_path):
    source = Source(SourceKind.MIRROR, "https://m", "", get.signature)
    assert trust_of(source) is not None
    get.trust = None
    await refused(get, "does not check it", "mirror", "https://m")
