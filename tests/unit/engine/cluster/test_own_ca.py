"""A company's CA as the cluster's, or above it; with its key, or by requests."""

from __future__ import annotations

import dataclasses
import shutil
import time
from typing import TYPE_CHECKING

import kube_samples
import openssl_ca
import pytest

from tui_installer.engine.cluster import own_ca, requests
from tui_installer.engine.cluster.authority import Authority
from tui_installer.errors import InstallerError, UsageError
from tui_installer.kubernetes.certificates import PARENT, profiles
from tui_installer.model.certificate_spec import ClusterCa, OwnCa, Signs
from tui_installer.model.certificates import San, SanKind
from tui_installer.model.secret import Secret
from tui_installer.pki import chain
from tui_installer.pki.describe import describe
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from pathlib import Path

    from openssl_ca import Pair

    from tui_installer.model.spec import Spec


def now() -> int:
    """UNIX seconds, a little later: openssl has just made the certificates."""
    return int(time.time()) + 60


PLAIN = kube_samples.spec()
BELOW = ("front-proxy-ca", "etcd-ca", "ca")
DAY = 86400


@pytest.fixture
def folder(tmp_path: Path) -> SessionFolder:
    return SessionFolder(tmp_path / "session")


@pytest.fixture
def root(tmp_path: Path) -> Pair:
    return openssl_ca.make(tmp_path, "Corp Root")


@pytest.fixture
def issuing(tmp_path: Path, root: Pair) -> Pair:
    return openssl_ca.make(tmp_path, "Corp Issuing", root, key="rsa")


def with_ca(pair: Pair, *, key: Path | str | None = None, signs: Signs = Signs.AUTO,
            **others: OwnCa) -> Spec:  # fmt: skip
    named = str(pair.key if key is None else key)
    ca = ClusterCa(str(pair.bundle()), named, signs)
    settings = dataclasses.replace(PLAIN.certificates, ca=ca, **others)
    return dataclasses.replace(PLAIN, certificates=settings)


def load(spec: Spec, folder: SessionFolder, *, requesting: bool = False) -> Authority:
    return Authority.load(spec, folder, now(), requesting=requesting)


def made(spec: Spec, folder: SessionFolder) -> Authority:
    found = load(spec, folder)
    found.make(now())
    return found


def refused(spec: Spec, folder: SessionFolder) -> InstallerError:
    with pytest.raises(InstallerError) as caught:
        load(spec, folder)
    return caught.value


def test_a_companys_ca_signs_the_clusters_cas_and_nothing_else(
    folder: SessionFolder, issuing: Pair
) -> None:
    spec = with_ca(issuing)
    found = made(spec, folder)
    for profile in profiles(spec):
        info = describe(found.issued[profile.name].cert)
        signed = info.issuer == "O = Corp, CN = Corp Issuing"
        assert signed == (profile.name in BELOW)
    assert dict(load(spec, folder).to_make()) == {}


def test_the_hosts_trust_the_root_for_servers_and_only_our_ca_for_clients(
    folder: SessionFolder, issuing: Pair
) -> None:
    found = made(with_ca(issuing), folder)
    for_servers = found.cert("ca")
    assert for_servers is not None
    subjects = [describe(chain.text(c)).subject for c in chain.read(for_servers)]
    assert subjects == [
        f"CN = kubernetes of {PLAIN.name}",
        "O = Corp, CN = Corp Issuing",
        "O = Corp, CN = Corp Root",
    ]
    for_clients = found.bundle("ca", "signing-ca")
    assert for_clients is not None
    clients = [describe(chain.text(c)).subject for c in chain.read(for_clients)]
    assert clients == [f"CN = kubernetes of {PLAIN.name}", "CN = kubernetes-signing-ca"]
    for name in ("etcd-ca", "front-proxy-ca"):
        cert = found.cert(name)
        assert cert is not None
        assert len(chain.read(cert)) == 1
    server = found.cert(f"{PLAIN.masters[0].name}/server")
    assert server is not None
    sent = [describe(chain.text(c)).subject for c in chain.read(server)[1:]]
    assert sent == subjects[:-1]


def test_the_cas_key_is_not_copied_and_not_needed_again(
    folder: SessionFolder, issuing: Pair, tmp_path: Path
) -> None:
    spec = with_ca(issuing)
    made(spec, folder)
    body = issuing.key.read_bytes().splitlines()[3]
    assert not any(body in path.read_bytes() for path in folder.root.rglob("*") if path.is_file())
    issuing.key.rename(tmp_path / "offline")
    assert dict(load(spec, folder).to_make()) == {}


def test_a_key_that_is_needed_and_gone_is_named(folder: SessionFolder, issuing: Pair) -> None:
    spec = with_ca(issuing)
    issuing.key.unlink()
    error = refused(spec, folder)
    assert f"{issuing.key} does not exist" in error.hint
    assert len(error.details) == 3


def test_a_direct_ca_signs_what_its_own_cas_do_not(folder: SessionFolder, root: Pair) -> None:
    spec = with_ca(root, signs=Signs.CERTIFICATES)
    found = made(spec, folder)
    assert found.cert("ca") == chain.text(*chain.read(root.pem))
    assert not folder.key_path("ca").exists()
    for profile in profiles(spec):
        signed = describe(found.issued[profile.name].cert).issuer == "O = Corp, CN = Corp Root"
        assert signed == (profile.signer == "ca")
    assert dict(load(spec, folder).to_make()) == {}
    (notice,) = own_ca.notices(spec, found.own, now())
    assert "with O=system:masters is its administrator" in notice


def test_a_ca_above_the_clusters_says_nothing_of_administrators(
    folder: SessionFolder, root: Pair
) -> None:
    spec = with_ca(root)
    notices = list(own_ca.notices(spec, load(spec, folder).own, now()))
    assert not [notice for notice in notices if "administrator" in notice]


@pytest.mark.parametrize("write", [openssl_ca.encrypted, openssl_ca.traditional])
def test_a_key_with_a_passphrase_is_opened_when_it_must_sign(
    folder: SessionFolder, issuing: Pair, write: object
) -> None:
    key = write(issuing)  # type: ignore[operator]
    spec = with_ca(issuing, key=key)
    found = load(spec, folder)
    assert found.locked() == (PARENT,)
    assert found.key_file(PARENT) == key
    with pytest.raises(ValueError, match="the passphrase is wrong"):
        found.unlock(Secret("wrong"))
    found.unlock(Secret(openssl_ca.PASSPHRASE))
    assert found.locked() == ()
    found.make(now())
    assert load(spec, folder).locked() == ()


def test_a_certificate_ends_with_its_ca_and_that_is_said(
    folder: SessionFolder, tmp_path: Path
) -> None:
    short = openssl_ca.make(tmp_path, "Short", days=20)
    spec = with_ca(short)
    found = made(spec, folder)
    end = chain.ends(short.pem)
    assert all(
        describe(issued.cert).not_after <= end
        for name, issued in found.issued.items()
        if name != "signing-ca"
    )
    assert dict(load(spec, folder).to_make()) == {}
    (notice,) = own_ca.notices(spec, found.own, now())
    assert "expires in 19 d; what it signs is valid no longer" in notice


def test_a_ca_put_into_the_session_by_hand_is_told_the_documented_way(
    folder: SessionFolder, root: Pair
) -> None:
    folder.pki.mkdir(parents=True)
    shutil.copy(root.cert, folder.cert_path("ca"))
    for with_key in (False, True):
        if with_key:
            shutil.copy(root.key, folder.key_path("ca"))
        error = refused(PLAIN, folder)
        assert "O = Corp, CN = Corp Root" in error.message
        assert "name your files in the answers: certificates.ca: {cert: FILE" in error.hint
        assert "remove ca.pem and ca-key.pem" in error.hint


@pytest.mark.parametrize("signs", [Signs.AUTO, Signs.CERTIFICATES])
def test_another_ca_for_an_existing_cluster_is_refused(
    folder: SessionFolder, root: Pair, tmp_path: Path, signs: Signs
) -> None:
    made(with_ca(root, signs=signs), folder)
    other = openssl_ca.make(tmp_path, "Other")
    for spec in (
        with_ca(other, signs=signs),
        with_ca(
            root, signs=Signs.AUTHORITIES if signs is Signs.CERTIFICATES else Signs.CERTIFICATES
        ),
    ):
        assert "a CA cannot change once the cluster exists" in refused(spec, folder).hint
    assert "certificates.ca: {cert: FILE" in refused(PLAIN, folder).hint


def test_a_companys_ca_is_refused_where_the_cluster_has_its_own(
    folder: SessionFolder, root: Pair
) -> None:
    made(PLAIN, folder)
    error = refused(with_ca(root), folder)
    assert "a CA cannot change once the cluster exists" in error.hint


def test_every_fault_of_the_files_is_reported_at_once(
    folder: SessionFolder, root: Pair, tmp_path: Path
) -> None:
    leaf = openssl_ca.make(tmp_path, "Leaf", root, extensions=("basicConstraints=CA:FALSE",))
    other = openssl_ca.make(tmp_path, "Other")
    spec = with_ca(leaf, etcd_ca=OwnCa(str(other.cert), str(root.key)),
                   front_proxy_ca=OwnCa(str(tmp_path / "none.pem")))  # fmt: skip
    with pytest.raises(UsageError) as caught:
        load(spec, folder)
    details = "\n".join(caught.value.details)
    assert "certificates.ca.cert: " in details
    assert "CN = Leaf is a leaf, not a CA" in details
    assert f"certificates.etcdCA.key: {root.key}: the key does not belong" in details
    assert "certificates.frontProxyCA.cert: cannot read" in details
    assert not folder.root.exists()


def test_etcd_needs_another_ca_than_the_api(folder: SessionFolder, root: Pair) -> None:
    spec = with_ca(root, signs=Signs.CERTIFICATES, etcd_ca=OwnCa(str(root.cert), str(root.key)))
    assert "clients of the one would be clients of the other" in refused(spec, folder).details[0]


def test_without_the_key_each_certificate_is_to_be_requested(
    folder: SessionFolder, root: Pair, tmp_path: Path
) -> None:
    etcd = openssl_ca.make(tmp_path, "etcd root")
    spec = with_ca(root, key="", etcd_ca=OwnCa(str(etcd.cert)))
    error = refused(spec, folder)
    wanted = [p for p in profiles(spec) if p.signer in ("ca", "etcd-ca") and not p.is_ca]
    assert len(error.details) == len(wanted)
    assert "tui-installer certificates requests DIR" in error.hint
    assert {p.name for p in requests.pending(load(spec, folder, requesting=True))} == {
        p.name for p in wanted
    }


def sign_all(authority: Authority, by: dict[str, Pair], tmp_path: Path) -> None:
    for one in requests.made(authority):
        csr, cert = tmp_path / "one.csr", tmp_path / "one.crt"
        csr.write_bytes(one.csr)
        openssl_ca.sign(by[one.profile.signer], csr, cert, days=300)
        assert requests.faults(authority, one, cert.read_bytes(), {}, now()) == ()
        requests.keep(authority, one, cert.read_bytes())


def test_signed_requests_complete_the_cluster_and_new_names_need_new_requests(
    folder: SessionFolder, issuing: Pair, tmp_path: Path
) -> None:
    spec = with_ca(issuing, key="")
    sign_all(load(spec, folder, requesting=True), {"ca": issuing}, tmp_path)
    made(spec, folder)
    assert dict(load(spec, folder).to_make()) == {}
    assert not list((folder.pki / requests.FOLDER).rglob("*.pem"))
    more = dataclasses.replace(spec, extra_sans=(San(SanKind.DNS, "new.example.com"),))
    error = refused(more, folder)
    assert all("lacks the SANs DNS:new.example.com" in line for line in error.details)
    names = {f"{host.name}/server" for host in spec.masters}
    assert {line.partition(":")[0] for line in error.details} == names


def test_a_request_that_waits_is_used_again_until_the_answers_change(
    folder: SessionFolder, root: Pair
) -> None:
    spec = with_ca(root, key="")
    first = requests.made(load(spec, folder, requesting=True))
    assert requests.made(load(spec, folder, requesting=True)) == first
    for one in first:
        file = folder.pki / requests.FOLDER / f"{one.profile.name}-key.pem"
        assert file.stat().st_mode & 0o777 == 0o600
    more = dataclasses.replace(spec, extra_sans=(San(SanKind.DNS, "new.example.com"),))
    waiting, without = requests.waiting(load(more, folder, requesting=True))
    assert {p.name for p in without} == {f"{host.name}/server" for host in spec.masters}
    assert len(waiting) == len(first) - len(without)


def test_without_the_key_the_clusters_cas_can_be_requested_instead(
    folder: SessionFolder, issuing: Pair, tmp_path: Path
) -> None:
    spec = with_ca(issuing, key="", signs=Signs.AUTHORITIES)
    asked = requests.pending(load(spec, folder, requesting=True))
    assert {profile.name for profile in asked} == set(BELOW)
    sign_all(load(spec, folder, requesting=True), {PARENT: issuing}, tmp_path)
    found = made(spec, folder)
    cert = found.cert("ca")
    assert cert is not None
    assert len(chain.read(cert)) == 3
    assert dict(load(spec, folder).to_make()) == {}


def test_a_ca_of_its_own_for_each_purpose(
    folder: SessionFolder, root: Pair, tmp_path: Path
) -> None:
    etcd, proxy = (openssl_ca.make(tmp_path, name) for name in ("etcd", "proxy"))
    spec = with_ca(
        root,
        etcd_ca=OwnCa(str(etcd.cert), str(etcd.key)),
        front_proxy_ca=OwnCa(str(proxy.cert), str(proxy.key)),
    )
    found = made(spec, folder)
    issuers = {p.signer: describe(found.issued[p.name].cert).issuer
               for p in profiles(spec) if not p.is_ca}  # fmt: skip
    assert issuers["etcd-ca"] == "O = Corp, CN = etcd"
    assert issuers["front-proxy-ca"] == "O = Corp, CN = proxy"
    assert issuers["ca"] == f"CN = kubernetes of {spec.name}"
