from __future__ import annotations

import hashlib

import pytest
from release_support import digest, etcd_site, etcd_tarball, fake_elf, kubernetes_site

from tui_installer.errors import InstallerError
from tui_installer.release.programs import ETCD, KUBERNETES


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "programs"
    lay(path, {name: fake_elf(name) for name in KUBERNETES})
    return path


def lay(root, files):
    for path, content in files.items():
        target = root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


async def test_plain_files_are_copied_into_the_cache(get, folder):
    found = await get("folder", folder)
    assert {n: b.path.read_bytes() for n, b in found.items()} == {
        n: fake_elf(n) for n in KUBERNETES
    }
    assert f"copied from {folder / 'kubectl'}" in found["kubectl"].origin
    assert get.leftovers() == []


@pytest.mark.parametrize("layout", ["kubernetes/server/bin", "release/v1.37.2/bin/linux/amd64"])
async def test_the_upstream_layouts_are_found(get, tmp_path, layout):
    lay(tmp_path / "x", {f"{layout}/{name}": fake_elf(name) for name in KUBERNETES})
    assert tuple(await get("folder", tmp_path / "x")) == KUBERNETES


async def test_a_mirrored_site_is_a_folder_too(get, tmp_path):
    lay(tmp_path / "x", kubernetes_site())
    lay(tmp_path / "x", etcd_site())
    found = await get("folder", tmp_path / "x")
    assert "its sha256 matches the one beside it" in found["kubectl"].origin
    found = await get("folder", tmp_path / "x", names=ETCD)
    assert "whose sha256 matches the one beside it" in found["etcd"].origin


@pytest.mark.parametrize("at", ["{}", "etcd-v3.7.3-linux-amd64/{}"])
async def test_etcd_lies_there_plain_or_unpacked(get, tmp_path, at):
    lay(tmp_path / "x", {at.format(name): fake_elf(name) for name in ETCD})
    found = await get("folder", tmp_path / "x", names=ETCD)
    assert found["etcdctl"].path.read_bytes() == fake_elf("etcdctl")


async def test_an_etcd_tarball_of_another_content_is_refused(get, tmp_path):
    lay(tmp_path / "x", etcd_site())
    lay(tmp_path / "x/v3.7.3", {"etcd-v3.7.3-linux-amd64.tar.gz": etcd_tarball(machine=183)})
    with pytest.raises(InstallerError, match="does not match its published digest"):
        await get("folder", tmp_path / "x", names=ETCD)
    assert get.kept() == get.leftovers() == []


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
async def test_a_digest_beside_is_honoured(get, folder, algorithm):
    beside = folder / f"kubectl.{algorithm}"
    beside.write_text(digest(b"another", algorithm))
    with pytest.raises(InstallerError, match="does not match its published digest"):
        await get("folder", folder, names=("kubectl",))
    assert get.kept() == get.leftovers() == []
    beside.write_text(digest(fake_elf("kubectl"), algorithm) + "  kubectl\n")
    assert await get("folder", folder, names=("kubectl",))


async def test_a_digest_that_changed_is_looked_at_again(get, folder):
    await get("folder", folder, names=("kubectl",))
    (folder / "kubectl.sha256").write_text("0" * 64)
    with pytest.raises(InstallerError, match="does not match its published digest"):
        await get("folder", folder, names=("kubectl",))


async def test_a_program_that_changed_is_copied_again(get, folder):
    old = await get("folder", folder)
    assert await get("folder", folder) == old
    (folder / "kubectl").write_bytes(fake_elf("another"))
    new = await get("folder", folder)
    assert new["kubectl"].sha256 == hashlib.sha256(fake_elf("another")).hexdigest()
    assert new["kube-apiserver"] == old["kube-apiserver"]


async def test_what_is_missing_is_named_with_where_it_was_looked_for(get, folder):
    (folder / "kubectl").unlink()
    with pytest.raises(InstallerError, match=r"kubectl of Kubernetes v1\.37\.2") as caught:
        await get("folder", folder)
    assert f"looked for {folder / 'kubernetes/server/bin/kubectl'}" in caught.value.details


async def test_no_such_folder_is_said(get, tmp_path):
    with pytest.raises(InstallerError, match="there is no folder"):
        await get("folder", tmp_path / "nowhere")


async def test_another_architecture_is_refused(get, folder):
    (folder / "kubectl").write_bytes(fake_elf("kubectl", machine=183))
    with pytest.raises(InstallerError, match="is built for arm64, the host is amd64"):
        await get("folder", folder)
    assert "kubectl" not in get.kept()
    assert get.leftovers() == []
