"""The cluster's keys and certificates: made once, reused, renewed, refused."""

from __future__ import annotations

import base64
import dataclasses
import json
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import NOW

from tui_installer.actions.runs import background
from tui_installer.engine.cluster.authority import RENEW_BEFORE, Authority
from tui_installer.errors import InstallerError, UsageError
from tui_installer.kubernetes.certificates import profiles
from tui_installer.model.answers.document import Answers, Host
from tui_installer.model.certificate_spec import CertSpec
from tui_installer.model.certificates import KeyType, San, SanKind
from tui_installer.model.check.check import check
from tui_installer.model.secret import Secret
from tui_installer.model.spec import TokenMode, TokenSpec
from tui_installer.pki.describe import describe, key_matches
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.model.spec import Spec

DAY = 86400
BOTH = kube_samples.spec(token=TokenSpec(TokenMode.BOTH, DAY))
CAS = ("ca", "front-proxy-ca", "signing-ca", "etcd-ca")
KEY = base64.b64encode(bytes(32))


@pytest.fixture
def folder(tmp_path: Path) -> SessionFolder:
    return SessionFolder(tmp_path / "c")


def made(folder: SessionFolder, spec: Spec = BOTH, **options: bool) -> Authority:
    found = Authority.load(spec, folder, NOW, **options)
    found.make(NOW)
    return found


def loaded(
    folder: SessionFolder, spec: Spec = BOTH, now: float = NOW, **options: bool
) -> Authority:
    return Authority.load(spec, folder, now, **options)


def to_make(authority: Authority) -> dict[str, str]:
    return dict(authority.to_make())


def with_certs(**changes: object) -> Spec:
    return dataclasses.replace(BOTH, certificates=dataclasses.replace(BOTH.certificates, **changes))


def test_no_host_may_have_the_name_of_a_file_beside_its_folder(folder: SessionFolder) -> None:
    made(folder)
    folder.write_lost_keys(("ca",))
    names = [path.name for path in folder.pki.iterdir() if path.is_file()]
    assert len(names) > 15
    for name in (*names, background.LOG.removesuffix(".log")):
        (problem,) = check(Answers(hosts=[Host(address="192.0.2.11", name=name)]))
        assert problem.path == "hosts.0.name"
        assert "is reserved" in problem.message


def test_loading_writes_nothing(folder: SessionFolder) -> None:
    assert len(to_make(loaded(folder))) == len(profiles(BOTH)) + 4
    assert not folder.root.exists()


def test_what_is_to_be_made_is_reported_in_order_with_reasons(folder: SessionFolder) -> None:
    found = list(loaded(folder).to_make())
    assert [name for name, _ in found[:4]] == list(CAS)
    assert found[-4:] == [
        ("sa.key", "the service-account key pair is not there yet"),
        ("encryption.key", "the key for Secrets at rest is not there yet"),
        ("bootstrap.token", "not there yet"),
        ("csv.token", "not there yet"),
    ]


def test_all_that_was_made_is_found_again_as_it_was(folder: SessionFolder) -> None:
    first = made(folder)
    again = loaded(folder)
    assert to_make(first) == to_make(again) == {}
    assert again.issued == first.issued
    assert again.service_account == first.service_account
    assert again.encryption_keys == first.encryption_keys
    assert again.bootstrap == first.bootstrap
    assert again.csv_token == first.csv_token
    assert again.make(NOW) == ()
    assert loaded(folder).issued == first.issued


def test_every_certificate_has_a_key_of_its_own(folder: SessionFolder) -> None:
    found = made(folder)
    assert found.issued.keys() == {profile.name for profile in profiles(BOTH)}
    assert all(key_matches(issued.cert, issued.key) for issued in found.issued.values())
    assert len({issued.key.reveal() for issued in found.issued.values()}) == len(found.issued)
    for name in found.issued:
        assert folder.key_path(name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("ca", CAS)
def test_a_ca_without_its_key_is_refused_and_the_file_named(folder: SessionFolder, ca: str) -> None:
    made(folder)
    folder.key_path(ca).unlink()
    with pytest.raises(InstallerError) as caught:
        loaded(folder)
    assert caught.value.message == (
        f"the CA {ca} in the session folder cannot be used: "
        f"its key {folder.key_path(ca)} is missing"
    )
    assert "never replaced" in caught.value.hint
    assert caught.value.step == "certificates"


def test_a_ca_of_which_only_the_key_was_written_is_made_again(folder: SessionFolder) -> None:
    folder.write_secret("ca-key.pem", Secret("half of a pair that a killed run left"))
    assert "ca" in to_make(loaded(folder))


@pytest.mark.parametrize("data", [b"", b"junk", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_damaged_ca_is_refused(folder: SessionFolder, data: bytes) -> None:
    made(folder)
    folder.cert_path("ca").write_bytes(data)
    with pytest.raises(InstallerError, match="the CA ca in the session folder cannot be used"):
        loaded(folder)


def test_a_ca_with_the_key_of_another_is_refused(folder: SessionFolder) -> None:
    made(folder)
    folder.key_path("ca").write_bytes(folder.key_path("signing-ca").read_bytes())
    with pytest.raises(InstallerError, match="the key does not belong to the certificate"):
        loaded(folder)


def test_a_ca_that_has_expired_is_refused(folder: SessionFolder) -> None:
    made(folder)
    later = NOW + BOTH.certificates.ca_lifetime + DAY
    with pytest.raises(InstallerError, match="expired"):
        loaded(folder, now=later)


@pytest.mark.parametrize("half", ["cert_path", "key_path"])
@pytest.mark.parametrize("data", [None, b"junk"])
def test_only_a_damaged_leaf_is_reissued(
    folder: SessionFolder, half: str, data: bytes | None
) -> None:
    before = made(folder)
    path = getattr(folder, half)("master01/server")
    path.unlink() if data is None else path.write_bytes(data)
    again = loaded(folder)
    assert list(to_make(again)) == ["master01/server"]
    assert again.make(NOW) == ("master01/server",)
    assert again.issued["master01/server"] != before.issued["master01/server"]
    assert to_make(loaded(folder)) == {}


def test_another_san_issues_the_servers_certificates_and_no_others(folder: SessionFolder) -> None:
    made(folder)
    spec = dataclasses.replace(BOTH, extra_sans=(San(SanKind.DNS, "k8s.example.com"),))
    assert to_make(loaded(folder, spec)) == {
        f"master0{n}/server": "SANs changed: + DNS:k8s.example.com" for n in (1, 2, 3)
    }


def test_another_key_type_makes_new_leaves_under_the_old_cas(folder: SessionFolder) -> None:
    first = made(folder)
    spec = with_certs(key_type=KeyType.ECDSA_P384)
    again = loaded(folder, spec)
    assert not set(CAS) & to_make(again).keys()
    assert to_make(again)["admin"] == "key type changed: ecdsa-p384, was ecdsa-p256"
    again.make(NOW)
    assert describe(again.issued["admin"].cert).key_type == "ecdsa-p384"
    assert {ca: again.issued[ca] for ca in CAS} == {ca: first.issued[ca] for ca in CAS}
    assert again.service_account == first.service_account
    assert to_make(loaded(folder, spec)) == {}


def test_a_master_that_is_added_gets_its_own_and_the_others_new_server_names(
    folder: SessionFolder,
) -> None:
    made(folder)
    spec = dataclasses.replace(BOTH, hosts=kube_samples.hosts(4))
    names = to_make(loaded(folder, spec))
    assert {name.partition("/")[2] for name in names if not name.startswith("master04")} == {
        "server"
    }
    assert all(why == "not there yet" for name, why in names.items() if name.startswith("master04"))


def test_leaves_are_renewed_a_month_before_they_end(folder: SessionFolder) -> None:
    made(folder)
    end = NOW + BOTH.certificates.leaf_lifetime
    assert to_make(loaded(folder, now=end - RENEW_BEFORE - DAY)) == {}
    due = to_make(loaded(folder, now=end - RENEW_BEFORE + DAY))
    assert due.keys() == {p.name for p in profiles(BOTH) if not p.is_ca}
    assert due["admin"] == "expires in 29 d"


def test_short_lived_leaves_are_renewed_in_their_last_third(folder: SessionFolder) -> None:
    spec = with_certs(leaf_lifetime=3 * DAY)
    made(folder, spec)
    assert to_make(loaded(folder, spec)) == {}
    assert to_make(loaded(folder, spec, now=NOW + 1.9 * DAY)) == {}
    assert "admin" in to_make(loaded(folder, spec, now=NOW + 2.1 * DAY))


def test_a_new_token_is_made_only_when_asked_for(folder: SessionFolder) -> None:
    first = made(folder)
    again = loaded(folder, new_token=True)
    assert to_make(again) == {"bootstrap.token": "not there yet"}
    again.make(NOW + 5)
    assert again.bootstrap != first.bootstrap
    assert again.bootstrap.expires == NOW + 5 + DAY
    assert loaded(folder).bootstrap == again.bootstrap


def test_an_expired_token_is_kept_until_another_is_asked_for(folder: SessionFolder) -> None:
    first = made(folder)
    assert loaded(folder, now=NOW + 2 * DAY).bootstrap == first.bootstrap


@pytest.mark.parametrize(("ttl", "expires"), [(0, 0), (60, NOW + 60)])
def test_a_token_is_valid_as_long_as_asked(folder: SessionFolder, ttl: int, expires: float) -> None:
    found = made(folder, dataclasses.replace(BOTH, token=TokenSpec(TokenMode.SECRET, ttl)))
    assert found.bootstrap.expires == expires
    assert found.csv_token is None


def test_no_bootstrap_token_is_made_where_only_the_csv_is_asked_for(folder: SessionFolder) -> None:
    found = made(folder, dataclasses.replace(BOTH, token=TokenSpec(TokenMode.CSV, 0)))
    assert found.bootstrap is None
    assert found.csv_token is not None


TOKEN = {"id": "abcdef", "secret": "0123456789abcdef", "expires": 0}


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"junk",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        json.dumps({**TOKEN, "expires": "soon"}).encode(),
        json.dumps({**TOKEN, "expires": float("inf")}).encode(),
        json.dumps({**TOKEN, "id": "ABC"}).encode(),
        json.dumps({**TOKEN, "secret": ""}).encode(),
        json.dumps({**TOKEN, "secret": None}).encode(),
    ],
)
def test_a_damaged_token_is_refused_and_the_file_named(
    folder: SessionFolder, stored: bytes
) -> None:
    folder.write_secret("bootstrap.token", Secret(stored))
    with pytest.raises(InstallerError) as caught:
        loaded(folder)
    assert caught.value.message == f"{folder.pki}/bootstrap.token is damaged"
    assert caught.value.hint == "remove it and run again: a new token is made and applied"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("encryption.key", b""),
        ("encryption.key", b"c2hvcnQ="),
        ("encryption.key", b"not base64!"),
        ("encryption.key", b"key2\n" + KEY),
        ("encryption.key", b"other " + KEY),
        ("encryption.key", b"key1 " + KEY + b"\nkey2 " + KEY),
        ("encryption.key", b"key2 " + KEY + b"\nkey2 " + KEY),
        ("encryption.key", b"key3 " + KEY + b"\nkey2 " + KEY + b"\nkey1 " + KEY),
        ("csv.token", b""),
        ("csv.token", b"x,kubelet-bootstrap"),
        ("sa.key", b""),
        ("sa.key", b"junk"),
        ("sa.pub", b"junk"),
    ],
)
def test_a_damaged_key_is_refused_and_the_file_named(
    folder: SessionFolder, name: str, data: bytes
) -> None:
    made(folder)
    (folder.pki / name).write_bytes(data)
    with pytest.raises(InstallerError) as caught:
        loaded(folder)
    assert str(folder.pki / name.replace(".pub", ".key")) in caught.value.message
    assert "backup" in caught.value.hint


def test_two_halves_of_different_service_account_keys_are_refused(
    folder: SessionFolder, tmp_path: Path
) -> None:
    made(folder)
    other = made(SessionFolder(tmp_path / "other"))
    folder.write_public("sa.pub", other.service_account.public)
    with pytest.raises(InstallerError, match=r"sa\.key"):
        loaded(folder)


def test_a_service_account_key_without_its_public_half_is_kept(folder: SessionFolder) -> None:
    first = made(folder)
    (folder.pki / "sa.pub").unlink()
    again = made(folder)
    assert again.service_account == first.service_account


def test_a_public_half_without_its_service_account_key_is_refused(folder: SessionFolder) -> None:
    made(folder)
    (folder.pki / "sa.key").unlink()
    with pytest.raises(InstallerError, match=r"sa\.key is missing"):
        loaded(folder)


def external(folder: Path) -> Spec:
    etcd = kube_samples.external(on_hosts=False)
    files = {name: str(folder / f"{name}.pem") for name in ("ca", "cert", "key")}
    return dataclasses.replace(
        BOTH, etcd=dataclasses.replace(etcd, files=dataclasses.replace(etcd.files, **files))
    )


def test_files_of_an_external_etcd_are_read_and_stay_the_operators(
    folder: SessionFolder, tmp_path: Path
) -> None:
    spec = external(tmp_path)
    for name in ("ca", "cert", "key"):
        (tmp_path / f"{name}.pem").write_text(name)
    found = made(folder, spec)
    assert found.local == {
        str(tmp_path / f"{name}.pem"): Secret(name) for name in ("ca", "cert", "key")
    }
    assert "etcd-ca" not in found.issued


def test_a_missing_file_of_an_external_etcd_is_named(folder: SessionFolder, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        loaded(folder, external(tmp_path))
    assert caught.value.message == f"cannot read {tmp_path}/ca.pem: No such file or directory"


def test_rsa_keys_are_made_as_asked_and_found_again(folder: SessionFolder) -> None:
    certificates = CertSpec(KeyType.RSA_2048, 365 * DAY, 3650 * DAY)
    spec = kube_samples.spec(hosts=kube_samples.hosts(1), certificates=certificates)
    first = made(folder, spec)
    assert {describe(issued.cert).key_type for issued in first.issued.values()} == {"rsa-2048"}
    again = loaded(folder, spec)
    assert to_make(again) == {}
    assert again.service_account == first.service_account


def test_a_bundle_is_nothing_until_all_of_it_is_made(folder: SessionFolder) -> None:
    before = loaded(folder)
    assert before.bundle("ca", "signing-ca") is None
    assert before.cert("ca") is None
    assert before.key("ca") is None
    found = made(folder)
    assert found.bundle("ca", "signing-ca") == found.cert("ca") + found.cert("signing-ca")
