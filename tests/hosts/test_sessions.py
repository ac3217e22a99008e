"""Sessions on a real master: moved to another machine, lost and made anew, encrypted."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from session_commands import recover, sessions
from site_under_test import assert_nothing_to_do, assert_verified

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from site_under_test import Site

HOST = "master01"
PASSPHRASE = "correct horse battery"


@pytest.fixture(scope="module")
def site(new_site: Callable[..., Site]) -> Site:
    """Installed with what the answers' defaults do not say."""
    made = new_site(HOST)
    made.answers["cluster"]["serviceCIDR"] = "10.96.0.0/16"
    made.answers["sans"] = ["192.0.2.100", "k8s.example.com"]
    made.answers["token"] = {"mode": "both"}
    made.answers["kubernetes"]["extraArgs"] = {"apiserver": {"event-ttl": "2h"}}
    made.answers["security"] = {"alwaysPullImages": False, "audit": {"maxAge": 7}}
    assert_verified(made.install(), [HOST])
    return made


@pytest.fixture
def passphrase(tmp_path: Path) -> str:
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE)
    file.chmod(0o600)
    return str(file)


def test_a_session_exported_whole_goes_on_from_another_machine(site, tmp_path, passphrase):
    file = str(tmp_path / "test.session")
    sessions(site, "export", "test", file, "--whole", "--passphrase-file", passphrase)
    other = site.elsewhere(tmp_path)
    said = sessions(other, "import", file, "--passphrase-file", passphrase)
    assert "identityFiles" in said
    before = site.running()
    again = other.program("--resume", "test", "--output", "jsonl")
    assert again.returncode == 0, again.stderr
    assert '"changes": 0, "restarts": 0' in again.stdout
    assert site.running() == before
    assert (other.pki / "ca-key.pem").read_bytes() == (site.pki / "ca-key.pem").read_bytes()


def test_an_empty_session_is_refused_with_the_way_out(site, tmp_path):
    stranger = site.elsewhere(tmp_path)
    before = site.snapshot(HOST)
    done = stranger.run()
    assert done.code == 1
    assert "tui-installer sessions recover" in done.card["hint"]
    assert site.snapshot(HOST) == before
    assert not (stranger.pki / "ca.pem").exists()


def test_the_session_that_the_hosts_are_of_is_named(site):
    other = site.variant(cluster={"name": "second"})
    done = other.run()
    assert done.code == 1
    assert "--resume test" in done.card["hint"]


@pytest.fixture(scope="module")
def recovered(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site by a session made anew from its host; only the login is said."""
    return recover(site, tmp_path_factory.mktemp("recovered"))


def test_a_lost_session_is_made_anew_and_finds_nothing_to_do_on_the_host(site, recovered):
    units = site.running()
    first = recovered.program("--resume", "test", "--output", "jsonl")
    assert first.returncode == 0, first.stderr
    assert '"restarts": 0' in first.stdout
    assert site.running() == units
    assert recovered.kubectl("auth", "whoami", "-o", "name").strip()
    assert recovered.kubectl("get", "--raw", "/readyz") == "ok"
    assert_nothing_to_do(recovered)


@pytest.mark.parametrize(
    "name", ["sa.key", "encryption.key", "csv.token", "bootstrap.token", f"{HOST}/server-key.pem"]
)
def test_keys_and_tokens_are_the_same_as_before(name, site, recovered):
    assert (recovered.pki / name).read_bytes() == (site.pki / name).read_bytes()


def test_a_recovered_session_says_what_it_lacks_and_makes_no_ca(site, recovered):
    ca = (recovered.pki / "ca.pem").read_bytes()
    before = site.snapshot(HOST)
    done = recovered.variant(sans=["another.example.com"]).run()
    assert done.code == 1
    assert f"{HOST}/server" in str(done.card["details"])
    assert "whose key this session lacks" in done.card["message"]
    assert (recovered.pki / "ca.pem").read_bytes() == ca
    assert not (recovered.pki / "ca-key.pem").exists()
    assert site.snapshot(HOST) == before


def test_addresses_are_enough_to_recover_where_the_usual_key_logs_in(site, tmp_path):
    made = site.elsewhere(tmp_path)
    keys = tmp_path / "person/.ssh"
    keys.mkdir(parents=True)
    (identity,) = site.answers["ssh"]["identityFiles"]
    shutil.copy(identity, keys / "id_ed25519")
    address = site.answers["hosts"][0]["address"]
    said = sessions(made, "recover", "--hosts", address, "--accept-new-host-keys")
    assert "the key of ca;" in said
    assert (made.pki / "sa.key").read_bytes() == (site.pki / "sa.key").read_bytes()


def test_hosts_without_an_installation_are_refused(site, tmp_path):
    program_folder = "/opt/kubernetes/cfg/tui-installer.manifest"
    site.ssh(HOST, f"mv {program_folder} /root/away")
    try:
        other = site.elsewhere(tmp_path)
        (other.home / "person").mkdir()
        other.command()
        done = other.program("sessions", "recover", "--answers", str(other.file))
        assert done.returncode == 2
        assert "no installation of tui-installer" in done.stderr
        assert not other.state.exists()
    finally:
        site.ssh(HOST, f"mv /root/away {program_folder}")


def test_encrypted_ca_keys_are_asked_for_only_when_something_is_to_be_signed(site, passphrase):
    sessions(site, "encrypt", "test", "--passphrase-file", passphrase)
    key = (site.pki / "ca-key.pem").read_bytes()
    assert key.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert_nothing_to_do(site)

    before = site.snapshot(HOST)
    site.answers["sans"] = [*site.answers["sans"], "another.example.com"]
    done = site.run()
    assert done.code == 3
    assert "--passphrase-file" in done.card["hint"]
    assert site.snapshot(HOST) == before

    assert_verified(site.install("--passphrase-file", passphrase), [HOST])
    names = site.ssh(
        HOST, "openssl x509 -in /opt/kubernetes/ssl/server.pem -noout -ext subjectAltName"
    )
    assert "another.example.com" in names
    assert (site.pki / "ca-key.pem").read_bytes() == key
    assert_nothing_to_do(site)


def test_a_detached_run_signs_with_encrypted_ca_keys(site, passphrase):
    key = (site.pki / "ca-key.pem").read_bytes()
    assert key.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    site.answers["sans"] = [*site.answers["sans"], "detached.example.com"]
    site.command()
    argv = ("--answers", str(site.file), "--passphrase-file", passphrase)
    begun = site.program(*argv, "--detach")
    assert begun.returncode == 0, begun.stderr
    watched = site.program("attach", "test")
    assert watched.returncode == 0, watched.stderr
    names = site.ssh(
        HOST, "openssl x509 -in /opt/kubernetes/ssl/server.pem -noout -ext subjectAltName"
    )
    assert "detached.example.com" in names
    assert (site.pki / "ca-key.pem").read_bytes() == key
    assert_nothing_to_do(site)
