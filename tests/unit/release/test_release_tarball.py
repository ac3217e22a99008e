from __future__ import annotations

import asyncio
import gzip
import tarfile

import pytest
from release_support import (
    V3_7,
    Getter,
    Site,
    digest,
    etcd_tarball,
    fake_elf,
    member,
    server_tarball,
    tarball,
    until,
)

from tui_installer.errors import InstallerError
from tui_installer.model.spec import Version
from tui_installer.release.programs import ETCD, KUBERNETES

NAME = "kubernetes-server-linux-amd64.tar.gz"
ONE = ("kube-apiserver",)
BIN = "kubernetes/server/bin"
GOOD = server_tarball()


@pytest.fixture
def packed(tmp_path):
    path = tmp_path / NAME
    path.write_bytes(GOOD)
    return path


async def refused(get, path, says, **how):
    with pytest.raises(InstallerError, match=says) as caught:
        await get("tarball", path, **how)
    assert get.kept() == get.leftovers() == []
    return caught.value


async def test_only_the_programs_wanted_are_unpacked(get, packed):
    found = await get("tarball", packed, names=KUBERNETES[:2])
    assert {n: b.path.read_bytes() for n, b in found.items()} == {
        n: fake_elf(n) for n in KUBERNETES[:2]
    }
    assert get.kept() == sorted(KUBERNETES[:2])
    assert get.leftovers() == []
    assert str(packed) in found["kube-apiserver"].origin


async def test_without_any_digest_it_is_taken_and_that_is_said(get, packed):
    found = await get("tarball", packed)
    assert "was not verified" in found["kubectl"].origin
    assert any("no digest beside it" in line for line in get.said)


async def test_the_digest_that_was_given_is_checked(get, packed):
    found = await get("tarball", packed, sha256=digest(GOOD).upper())
    assert "sha256 matches the answers" in found["kubectl"].origin
    error = await _wrong(Getter(get.root.with_name("other")), packed)
    assert any(digest(GOOD) in line for line in error.details)


async def _wrong(get, packed):
    return await refused(get, packed, "does not match its published digest", sha256="0" * 64)


async def test_what_is_no_digest_is_refused(get, packed):
    await refused(get, packed, "is not a SHA-256 digest", sha256="abc")


async def test_a_digest_beside_it_is_honoured(get, packed):
    beside = packed.with_name(NAME + ".sha512")
    beside.write_text("0" * 128)
    await refused(get, packed, "does not match its published digest")
    beside.write_text(digest(GOOD, "sha512"))
    found = await get("tarball", packed)
    assert "whose sha512 matches the one beside it" in found["kubectl"].origin


async def test_it_is_read_again_only_if_it_changed(get, packed):
    first = await get("tarball", packed)
    get.seen.clear()
    assert await get("tarball", packed) == first
    assert get.seen == []
    packed.write_bytes(server_tarball(size=3 << 20))
    assert (await get("tarball", packed))["kubectl"].size == 3 << 20


async def test_it_can_lie_at_a_url(get):
    with Site({f"/x/{NAME}": GOOD, f"/x/{NAME}.sha512": digest(GOOD, "sha512").encode()}) as site:
        found = await get("tarball", f"{site.url}/x/{NAME}?token=hunter2")
        assert "hunter2" not in str(found)
        assert get.leftovers() == []
        await get("tarball", f"{site.url}/x/{NAME}?token=hunter2")
        assert len(site.gets(f"/x/{NAME}")) == 1


async def test_a_wrong_digest_at_a_url_keeps_nothing(get):
    with Site({f"/{NAME}": GOOD}) as site:
        await refused(get, f"{site.url}/{NAME}", "not match its published", sha256="1" * 64)


async def test_the_etcd_tarball_works_as_well(get, tmp_path):
    path = tmp_path / "etcd-v3.7.3-linux-amd64.tar.gz"
    path.write_bytes(etcd_tarball())
    assert tuple(await get("tarball", path, names=ETCD)) == ETCD


async def test_another_etcd_version_is_not_taken_for_it(get, tmp_path):
    path = tmp_path / "etcd.tar.gz"
    path.write_bytes(etcd_tarball("v3.6.16"))
    error = await refused(get, path, "the tarball has no etcd, etcdctl", names=ETCD, version=V3_7)
    assert "etcd-v3.7.3-linux-amd64" in str(error.details)


async def test_html_is_told_from_a_tarball(get, packed):
    packed.write_bytes(b"  <!DOCTYPE html><html>not found</html>")
    await refused(get, packed, r"is a web page \(HTML\), not a .tar.gz file")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 zip", fake_elf("x")])
async def test_what_is_no_gzip_file_is_refused(get, packed, content):
    packed.write_bytes(content)
    await refused(get, packed, "not a .tar.gz file")


@pytest.mark.parametrize("left", [0.2, 0.7, 0.999])
async def test_a_truncated_tarball_is_refused(get, packed, left):
    packed.write_bytes(GOOD[: int(len(GOOD) * left)])
    await refused(get, packed, "is truncated or damaged", names=ONE)


async def test_a_cut_off_gzip_checksum_is_noticed(get, packed):
    packed.write_bytes(GOOD[:-4])
    await refused(get, packed, "is truncated or damaged", names=ONE)


async def test_a_flipped_bit_is_noticed(get, packed):
    damaged = bytearray(GOOD)
    damaged[len(GOOD) // 2] ^= 4
    packed.write_bytes(bytes(damaged))
    await refused(get, packed, "is truncated or damaged")


async def test_a_gzip_file_without_a_tarball_in_it_is_refused(get, packed):
    packed.write_bytes(gzip.compress(b"hello" * 1000))
    await refused(get, packed, "is truncated or damaged")


async def test_another_architecture_is_refused(get, packed):
    packed.write_bytes(server_tarball(machine=183))
    await refused(get, packed, "kube-apiserver is built for arm64, the host is amd64")


async def test_a_missing_program_is_named(get, packed):
    packed.write_bytes(server_tarball(names=KUBERNETES[:3]))
    error = await refused(get, packed, "the tarball has no kubectl")
    assert BIN in str(error.details)


HOSTILE = {
    "dots": member("kubernetes/../../etc/passwd"),
    "absolute": member("/etc/passwd"),
    "symlink out": member("kubernetes/x", tarfile.SYMTYPE, "../../../etc/passwd"),
    "hard link out": member("kubernetes/x", tarfile.LNKTYPE, "/etc/passwd"),
    "program as symlink": member(f"{BIN}/kube-apiserver", tarfile.SYMTYPE, "kubectl"),
    "program as hard link": member(f"{BIN}/kube-apiserver", tarfile.LNKTYPE, f"{BIN}/kubectl"),
    "device": member("kubernetes/null", tarfile.CHRTYPE),
    "pipe": member("kubernetes/pipe", tarfile.FIFOTYPE),
    "program as folder": member(f"{BIN}/kube-apiserver", tarfile.DIRTYPE),
    "program twice": member(f"./{BIN}/kube-apiserver"),
}


@pytest.mark.parametrize("extra", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_member_is_refused(get, packed, extra):
    programs = {f"{BIN}/{name}": fake_elf(name) for name in KUBERNETES}
    packed.write_bytes(tarball(programs, extra=[extra]))
    error = await refused(get, packed, "refused")
    assert extra.name.removeprefix("./") in str(error.details)


async def test_a_huge_member_is_refused_by_its_header(get, packed):
    huge = member(f"{BIN}/kube-apiserver")
    huge.size = 5 << 30
    packed.write_bytes(gzip.compress(huge.tobuf()))
    await refused(get, packed, "more than 1 GB")


async def test_a_link_that_stays_inside_does_no_harm(get, packed):
    link = member("kubernetes/current", tarfile.SYMTYPE, "server")
    programs = {f"{BIN}/{name}": fake_elf(name) for name in KUBERNETES}
    packed.write_bytes(tarball(programs, extra=[link]))
    assert await get("tarball", packed)


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.mkdir()])
async def test_a_path_that_is_no_file_is_refused(get, tmp_path, make):
    make(tmp_path / "there")
    with pytest.raises(InstallerError, match=r"there is no file|is a folder"):
        await get("tarball", tmp_path / "there", version=Version(1, 36, 3))


async def test_cancelling_ends_the_unpacking_and_keeps_nothing(get, packed):
    task = asyncio.ensure_future(get("tarball", packed))
    await until(lambda: get.seen, task)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert get.leftovers() == []
