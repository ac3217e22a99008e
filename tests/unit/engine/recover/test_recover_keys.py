"""The keys of a lost session come back from its hosts, but the root CAs'."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from recover_samples import NOW, installed, three

from tui_installer.engine.cluster import stored
from tui_installer.engine.cluster.authority import Authority
from tui_installer.engine.core.context import Context
from tui_installer.engine.operations.install.work import WORK
from tui_installer.engine.recover import recover_keys
from tui_installer.engine.recover.recover_answers import answers_of
from tui_installer.errors import InstallerError, UsageError
from tui_installer.kubernetes import encryption, tokencsv
from tui_installer.kubernetes.encryption import EncryptionKey
from tui_installer.model.answers.document import (
    Answers,
    Certificates,
    Token,
)
from tui_installer.model.answers.etcd import Etcd, ExternalEtcd
from tui_installer.model.check.resolve import resolve
from tui_installer.model.secret import Secret
from tui_installer.pki import tokens
from tui_installer.pki.describe import describe
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.hosts.leftovers import Left
    from tui_installer.model.spec import Spec


def recovered(
    tmp_path: Path, answers: Answers | None = None
) -> tuple[Spec, Authority, SessionFolder]:
    spec, old, found = installed(answers or three(), tmp_path)
    session = SessionFolder(tmp_path / "new")
    by_address = {host.address: one for host, one in zip(spec.hosts, found, strict=True)}
    assert set(recover_keys.write(session, spec, by_address)) == {
        "ca", "front-proxy-ca", "etcd-ca"}  # fmt: skip
    return spec, old, session


def test_a_recovered_session_wants_the_same_files_on_every_host(tmp_path):
    spec, old, session = recovered(tmp_path, three(token=Token(mode="both")))
    new = Authority.load(spec, session, NOW)
    assert {name for name, _ in new.to_make()} == {
        "admin", "super-admin", "kube-proxy", "bootstrap.token"}  # fmt: skip
    new.make(NOW)
    assert list(Authority.load(spec, session, NOW).to_make()) == []
    for host in spec.hosts:
        wanted = [WORK.wants_of(Context(spec, one, NOW), host).files for one in (old, new)]
        before, after = ({want.path: want.data for want in files} for files in wanted)
        assert before == after
    modes = {p.stat().st_mode & 0o777 for p in session.pki.rglob("*key*")}
    assert modes == {0o600}


def test_administrators_are_certified_by_the_ca_whose_key_lies_on_hosts(tmp_path):
    spec, _, session = recovered(tmp_path)
    Authority.load(spec, session, NOW).make(NOW)
    assert "signing-ca" in describe(session.read_pki("admin.pem")).issuer
    assert not session.key_path("ca").exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"sans": ["new.example.com"]}, "alpha/server: SANs changed"),
        ({"certificates": Certificates(key_type="rsa-2048")}, "key type changed"),
    ],
)
def test_what_needs_a_lost_key_is_refused_with_what_it_is(change, told, tmp_path):
    _, _, session = recovered(tmp_path)
    with pytest.raises(InstallerError) as caught:
        Authority.load(resolve(three(**change)), session, NOW)
    assert any(told in detail for detail in caught.value.details)
    assert "whose key this session lacks" in caught.value.message


def test_a_key_that_is_put_back_is_used_again(tmp_path):
    _, old, session = recovered(tmp_path)
    for name in ("ca", "front-proxy-ca", "etcd-ca"):
        session.write_secret(f"{name}-key.pem", old.key(name))
    assert session.lost_keys() == frozenset()
    spec = resolve(three(sans=["new.example.com"]))
    Authority.load(spec, session, NOW).make(NOW)
    assert Authority.load(spec, session, NOW).cert("ca") == old.cert("ca")


def test_a_certificate_about_to_end_is_kept_while_nothing_better_can_be_had(tmp_path):
    spec, _, session = recovered(tmp_path)
    soon = NOW + spec.certificates.leaf_lifetime - 3600
    missing = {name for name, _ in Authority.load(spec, session, soon).to_make()}
    assert not {name for name in missing if name.endswith("/server")}
    with pytest.raises(InstallerError, match="whose key this session lacks"):
        Authority.load(spec, session, soon + 7200)


def test_a_damaged_list_of_lost_keys_makes_no_new_ca(tmp_path):
    spec, _, session = recovered(tmp_path)
    (session.pki / "lost-keys.json").write_text("{")
    with pytest.raises(InstallerError, match="damaged"):
        Authority.load(spec, session, NOW)


def test_hosts_that_share_nothing_are_refused(tmp_path):
    spec, _, found = installed(three(), tmp_path)
    found[1].files["/opt/kubernetes/ssl/sa.key"] = Secret("another")
    by_address = {host.address: one for host, one in zip(spec.hosts, found, strict=True)}
    with pytest.raises(UsageError, match=r"differs between .* and alpha"):
        recover_keys.write(SessionFolder(tmp_path / "new"), spec, by_address)


def with_keys(found: list[Left], *configs: tuple[EncryptionKey, ...]) -> None:
    for one, keys in zip(found, configs, strict=True):
        content = Secret(encryption.configuration(keys))
        one.files["/opt/kubernetes/cfg/encryption.yaml"] = content


KEY9, KEY10, OTHER = (
    EncryptionKey(name, tokens.encryption_key()) for name in ("key9", "key10", "key9")
)


@pytest.mark.parametrize(
    ("configs", "keys"),
    [
        ([(KEY9,)] * 3, (KEY9,)),
        ([(KEY9, KEY10), (KEY9,), (KEY9,)], (KEY10, KEY9)),
        ([(KEY10, KEY9), (KEY9, KEY10), (KEY9, KEY10)], (KEY10, KEY9)),
        ([(KEY10,), (KEY10,), (KEY10, KEY9)], (KEY10, KEY9)),
    ],
)
def test_a_rotation_that_was_cut_comes_back_with_both_keys(tmp_path, configs, keys):
    spec, _, found = installed(three(), tmp_path)
    with_keys(found, *configs)
    session = SessionFolder(tmp_path / "new")
    recover_keys.write(
        session, spec, {h.address: o for h, o in zip(spec.hosts, found, strict=True)}
    )
    assert stored.encryption_keys(session) == keys


@pytest.mark.parametrize(
    ("configs", "told"),
    [
        ([(KEY9,), (OTHER,), (KEY9,)], "differs between .* and alpha"),
        (
            [(KEY9, KEY10), (KEY10, EncryptionKey("key11", KEY9.secret)), (KEY9,)],
            "3 encryption keys",
        ),
    ],
)
def test_keys_that_do_not_belong_together_are_refused(tmp_path, configs, told):
    spec, _, found = installed(three(), tmp_path)
    with_keys(found, *configs)
    by_address = {host.address: one for host, one in zip(spec.hosts, found, strict=True)}
    with pytest.raises(UsageError, match=told):
        recover_keys.write(SessionFolder(tmp_path / "new"), spec, by_address)


def test_what_opens_an_external_etcd_comes_into_the_session(tmp_path):
    for name in ("ca", "cert", "key"):
        (tmp_path / name).write_text(name)
    here = ExternalEtcd(endpoints=["https://192.0.2.21:2379"], ca="ca", cert="cert", key="key")
    old, _, found = installed(three(etcd=Etcd(mode="external", external=here)), tmp_path)
    made = answers_of(three(), found)
    session = SessionFolder(tmp_path / "new")
    spec = resolve(made, folder=session.root)
    by_address = {host.address: one for host, one in zip(spec.hosts, found, strict=True)}
    assert "etcd-ca" not in recover_keys.write(session, spec, by_address)
    authority = Authority.load(spec, session, NOW)
    assert [secret.reveal() for secret in authority.local.values()] == [b"ca", b"cert", b"key"]
    assert (session.pki / "external-etcd/key.pem").stat().st_mode & 0o777 == 0o600
    assert old.etcd.endpoints == spec.etcd.endpoints


def test_keys_and_tokens_of_another_form_are_none():
    assert encryption.keys_of(b"") == ()
    assert tokencsv.token_of(b"a,b,c\n") is None
    assert tokencsv.token_of(tokencsv.line(Secret("t"))) == Secret("t")
