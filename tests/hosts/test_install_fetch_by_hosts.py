"""Programs that a host fetches itself from a mirror on the lab's bridge, by real curl and wget."""

from __future__ import annotations

import base64
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from mirror_under_test import BIN, ETCD, laid_out, served
from site_under_test import COMPONENTS, V137, Site, assert_nothing_to_do, assert_verified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "master01"
PROGRAMS = (*COMPONENTS, "kubectl")
LOGIN = "me:hunter2secret"


@pytest.fixture(scope="module")
def releases(programs, tmp_path_factory):
    return laid_out(tmp_path_factory.mktemp("releases"), programs)


@pytest.fixture(scope="module")
def site(new_site, tmp_path_factory):
    made: Site = new_site(HOST)
    made.env["TUI_INSTALLER_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    return made


@pytest.fixture(scope="module")
def url(site, releases) -> Iterator[tuple[str, Any]]:
    """(URL, what was asked for) of a mirror that wants a login."""
    basic = f"Basic {base64.b64encode(LOGIN.encode()).decode()}"
    with served(releases, site.lab.gateway, basic) as found:
        yield found


def by_host(site: Site, place: str) -> Site:
    """The site with programs that its host fetches; etcd comes from here."""
    file = site.home / "login"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(f"{LOGIN}\n")
    login = {"file": str(file)}
    kubernetes = {"kind": "mirror", "location": place, "fetch": "hosts", "login": login}
    etcd = {"kind": "mirror", "location": place, "login": login}
    return site.variant(kubernetes={"version": V137, "source": kubernetes}, etcd={"source": etcd})


def give(site: Site, tool: str, folder: Path) -> None:
    """Puts this machine's curl or wget on the host, with the libraries that it runs with."""
    place = folder / f"tool-{tool}"
    place.mkdir()
    binary = shutil.which(tool)
    assert binary
    shutil.copy(binary, place / tool)
    listed = subprocess.run(["ldd", binary], capture_output=True, text=True, check=True).stdout
    for word in (word for word in listed.split() if word.startswith("/")):
        shutil.copy(word, place)
    loader = next(file.name for file in place.iterdir() if file.name.startswith("ld-linux"))
    packed = subprocess.run(
        ["tar", "-C", folder, "-c", place.name], capture_output=True, check=True
    )
    site.ssh(HOST, "tar -C /srv -x --no-same-owner", stdin=packed.stdout)
    here = f"/srv/{place.name}"
    script = f'#!/bin/sh\nexec {here}/{loader} --library-path {here} {here}/{tool} "$@"\n'
    site.ssh(
        HOST, f"cat >/usr/local/bin/{tool}; chmod 755 /usr/local/bin/{tool}", stdin=script.encode()
    )
    assert tool in site.ssh(HOST, f"{tool} --version").lower()


def programs_there(site: Site) -> str:
    return site.ssh(HOST, "ls -A /opt/kubernetes/bin 2>/dev/null || true")


def test_a_host_without_curl_and_wget_is_refused_before_anything_changes(site, url):
    before = site.snapshot(HOST)
    done = by_host(site, url[0]).run()
    assert done.code == 1, done.explain()
    assert "neither curl nor wget is installed" in str(done.card["details"])
    assert "fetch: operator" in str(done.card["details"])
    assert site.snapshot(HOST) == before


def test_a_program_with_another_digest_is_refused_by_the_host(site, releases, url, tmp_path):
    give(site, "curl", tmp_path)
    root = tmp_path / "mirror"
    (root / BIN).mkdir(parents=True)
    for file in (releases / BIN).iterdir():
        (root / BIN / file.name).symlink_to(file.resolve())
    (root / ETCD).symlink_to(releases / ETCD)
    (root / BIN / "kube-apiserver.sha256").unlink()
    (root / BIN / "kube-apiserver.sha256").write_text("1" * 64)
    with served(root, site.lab.gateway) as (place, _):
        done = by_host(site, place).run()
    assert done.code == 1, done.explain()
    (card,) = [card for card in done.cards if "kube-apiserver" in card["message"]]
    assert "did not arrive on master01: sha256 is" in card["message"]
    assert "not the one with the published digest" in card["hint"]
    assert "kube-apiserver" not in programs_there(site)


def test_a_master_whose_host_fetches_its_programs_is_verified(site, url):
    place, handler = url
    there = by_host(site, place)
    plan = there.run("--plan").plan
    fetched = [
        change
        for item in plan["items"]
        for change in item["changes"]
        if f"fetched by the host from {place}" in change["summary"]
    ]
    assert {change["size"] for change in fetched} == {0}
    done = there.install()
    assert_verified(done, [HOST])
    own = site.answers["hosts"][0]["address"]
    for name in PROGRAMS:
        askers = handler.askers[f"/{BIN}/{name}"]
        assert own in askers, "the host fetches the program"
    assert own not in {one for path, ones in handler.askers.items() if ETCD in path for one in ones}
    sent = [event for event in done.of("Progress") if event["label"] == "upload"]
    assert max(event["total"] for event in sent) < 60 << 20, "etcd at most is uploaded"
    assert "hunter2secret" not in done.everything()
    assert "hunter2secret" not in site.ssh(HOST, "journalctl --no-pager | tail -n 2000")
    assert site.ssh(HOST, "find /opt /tmp /root -name '*wgetrc*'") == ""


def test_a_second_run_has_nothing_to_do_and_asks_the_mirror_for_nothing(site, url):
    place, handler = url
    handler.asked.clear()
    assert_nothing_to_do(by_host(site, place))
    assert handler.asked == []


@pytest.mark.parametrize("tool", ["wget", "busybox"])
def test_wget_does_as_well_for_a_program_that_is_missing(site, releases, url, tool, tmp_path):
    site.ssh(HOST, "rm -f /usr/local/bin/curl /usr/local/bin/wget /opt/kubernetes/bin/kubectl")
    if tool == "wget":
        give(site, "wget", tmp_path)
        done = by_host(site, url[0]).install()
        assert done.changed() == (1, 0)
    else:
        site.ssh(HOST, "ln -s $(which busybox) /usr/local/bin/wget")
        done = by_host(site, url[0]).run()
        assert done.code == 1
        assert "this wget takes a login in its arguments only" in done.card["message"]
        assert "hunter2secret" not in done.everything()
        with served(releases, site.lab.gateway) as (place, _):
            without = by_host(site, place)
            del without.answers["kubernetes"]["source"]["login"]
            assert without.install().changed() == (1, 0)
    assert "v1.37.2" in site.ssh(HOST, "/opt/kubernetes/bin/kubectl version --client")
