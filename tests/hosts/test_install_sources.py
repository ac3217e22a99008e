"""Programs from a tarball, a mirror and a folder, onto a real host; and those that are refused."""

from __future__ import annotations

import io
import struct
import tarfile
from typing import TYPE_CHECKING

import pytest
from mirror_under_test import ETCD, ETCD_TAR, SERVER, laid_out, mirror
from site_under_test import COMPONENTS, V137, Site, assert_nothing_to_do, assert_verified

if TYPE_CHECKING:
    from pathlib import Path

HOST = "master01"
ARM = 183


@pytest.fixture(scope="module")
def site(new_site, tmp_path_factory):
    """With a cache of its own, so that every source is really asked."""
    made: Site = new_site(HOST)
    made.env["TUI_INSTALLER_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    return made


@pytest.fixture(scope="module")
def releases(programs, tmp_path_factory):
    """A folder laid out as the upstream sites, both of them, and with the tarballs."""
    return laid_out(tmp_path_factory.mktemp("releases"), programs)


def sourced(site: Site, kubernetes: dict[str, str], etcd: dict[str, str]) -> Site:
    """The site with programs from elsewhere."""
    return site.variant(kubernetes={"version": V137, "source": kubernetes}, etcd={"source": etcd})


def from_tarball(site: Site, releases: Path, path: Path, **more: str) -> Site:
    etcd = {"kind": "tarball", "location": str(releases / ETCD / ETCD_TAR)}
    return sourced(site, {"kind": "tarball", "location": str(path), **more}, etcd)


def refused(site: Site) -> str:
    """What the failure tells; the host and the cache are as before."""
    before = site.snapshot(HOST)
    done = site.run()
    assert done.code == 1, done.explain()
    assert done.card["step"] == "binaries"
    # A local source is read for the plan; nothing is begun then.
    begun = {event["outcome"] for event in done.of("StepFinished") if event["host"] == HOST}
    assert begun <= {"stopped"}
    assert site.snapshot(HOST) == before
    return f"{done.card['message']} {done.card['details']} {done.card['hint']}"


def elf(machine: int) -> bytes:
    """A program's header and nothing behind it."""
    header = b"\x7fELF\x02\x01\x01", 2, machine, 1, 0x400000, 64, 0, 0, 64, 56, 1, 64, 0, 0
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, 0x400000, 0x400000, 2 << 20, 2 << 20, 4096)
    return (struct.pack("<16sHHIQQQIHHHHHH", *header) + segment).ljust(2 << 20, b"\0")


def small_tarball(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def programs_of(machine: int) -> dict[str, bytes]:
    names = (*COMPONENTS, "kubectl")
    return {f"kubernetes/server/bin/{name}": elf(machine) for name in names}


def test_a_login_page_instead_of_a_tarball(site, releases, tmp_path):
    page = tmp_path / SERVER
    page.write_text("<!DOCTYPE html><html><body>Please log in</body></html>\n" * 50)
    told = refused(from_tarball(site, releases, page))
    assert f"{page} is a web page (HTML), not a .tar.gz file" in told


def test_a_tarball_that_was_cut_short(site, releases, tmp_path):
    short = tmp_path / SERVER
    with (releases / SERVER).open("rb") as whole:
        short.write_bytes(whole.read(20_000_000))
    told = refused(from_tarball(site, releases, short))
    assert f"{short} is truncated" in told


def test_a_tarball_for_another_architecture(site, releases, tmp_path):
    told = refused(from_tarball(site, releases, small_tarball(tmp_path / SERVER, programs_of(ARM))))
    assert "arm64" in told
    assert "amd64" in told


@pytest.mark.parametrize("name", ["../../evil", "/etc/cron.d/evil", "kubernetes/../../evil"])
def test_a_tarball_that_would_write_elsewhere(site, releases, tmp_path, name):
    members = {name: b"evil", **programs_of(62)}
    told = refused(from_tarball(site, releases, small_tarball(tmp_path / SERVER, members)))
    assert "outside its own folder" in told
    assert name in told


def test_a_tarball_without_the_programs(site, releases, tmp_path):
    told = refused(from_tarball(site, releases, small_tarball(tmp_path / SERVER, {"a": b"b"})))
    assert "the tarball has no kube-apiserver" in told


def test_a_tarball_other_than_the_digest_that_was_given(site, releases):
    wrong = from_tarball(site, releases, releases / SERVER, sha256="0" * 64)
    told = refused(wrong)
    assert "0" * 16 in told
    assert (releases / f"{SERVER}.sha256").read_text()[:16] in told


def test_a_program_that_does_not_run_is_not_put_in_place(site, releases, tmp_path):
    """Right in every way that can be seen from here; the host asks it for its version."""
    packed = small_tarball(tmp_path / SERVER, programs_of(62))
    done = from_tarball(site, releases, packed).run()
    assert done.code == 1, done.explain()
    assert done.card["host"] == HOST
    assert "/opt/kubernetes/bin/kube-apiserver did not arrive" in done.card["message"]
    assert "does not run" in done.card["message"]
    assert site.ssh(HOST, "ls -A /opt/kubernetes/bin") == ""
    assert site.ssh(HOST, "systemctl is-active kube-apiserver", check=False) == "inactive\n"


def test_a_tarball_as_published_installs_a_verified_master(site, releases):
    done = from_tarball(site, releases, releases / SERVER).install()
    assert_verified(done, [HOST])
    said = " ".join(event["text"] for event in done.of("LogLine", step="binaries"))
    assert f"kube-apiserver {V137} amd64: from {releases / SERVER}" in said
    assert "sha256 matches the one beside it" in said
    assert_nothing_to_do(from_tarball(site, releases, releases / SERVER))


def with_new_cache(site: Site, folder: Path) -> Site:
    site.env["TUI_INSTALLER_CACHE"] = str(folder)
    return site


def test_a_mirrors_programs_are_the_same_and_change_nothing_on_the_host(site, releases, tmp_path):
    with mirror(releases) as (url, asked):
        source = {"kind": "mirror", "location": url}
        there = with_new_cache(sourced(site, source, source), tmp_path / "cache")
        done = there.install("--verify")
        assert_verified(done, [HOST])
        assert done.changed() == (0, 0)
        assert done.of("StepFinished", step="binaries")[0]["outcome"] == "ok"
        assert f"/release/{V137}/bin/linux/amd64/kube-apiserver" in asked
        del asked[:]
        assert_nothing_to_do(there)
        assert asked == [], "a cached program is not asked for again"


def test_a_mirror_whose_digest_does_not_fit_is_refused(site, releases, tmp_path):
    root = tmp_path / "mirror"
    place = root / f"release/{V137}/bin/linux/amd64"
    place.mkdir(parents=True)
    for file in (releases / f"release/{V137}/bin/linux/amd64").iterdir():
        (place / file.name).symlink_to(file.resolve())
    (place / "kubectl.sha256").unlink()
    (place / "kubectl.sha256").write_text("1" * 64)
    (root / ETCD).symlink_to(releases / ETCD)
    with mirror(root) as (url, _):
        source = {"kind": "mirror", "location": url}
        told = refused(with_new_cache(sourced(site, source, source), tmp_path / "cache"))
    assert "kubectl" in told
    assert "1" * 16 in told


def test_a_version_that_is_not_on_the_mirror(site, releases, tmp_path):
    with mirror(releases) as (url, _):
        source = {"kind": "mirror", "location": url}
        there = with_new_cache(sourced(site, source, source), tmp_path / "cache")
        there.answers["kubernetes"]["version"] = "v1.37.99"
        told = refused(there)
    assert "Kubernetes v1.37.99 for amd64 is not at" in told


def test_a_folders_programs_are_taken_as_well(site, releases, tmp_path):
    there = {"kind": "folder", "location": str(releases)}
    done = with_new_cache(sourced(site, there, there), tmp_path / "cache").install("--verify")
    assert_verified(done, [HOST])
    assert done.changed() == (0, 0)
