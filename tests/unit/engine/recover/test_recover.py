"""Recovering a lost session: its answers and keys come back from what its hosts have."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import FakeHost, facts, file_fact

from tui_installer.actions.runs import session_of
from tui_installer.engine.cluster import stored
from tui_installer.engine.cluster.authority import Authority
from tui_installer.engine.core.context import Context
from tui_installer.engine.hosts import leftovers
from tui_installer.engine.hosts.leftovers import Left
from tui_installer.engine.operations.install.work import WORK
from tui_installer.engine.recover import recover_keys
from tui_installer.engine.recover.recover_answers import answers_of
from tui_installer.errors import ConnectionFailed, InstallerError, UsageError
from tui_installer.kubernetes import encryption, options, tokencsv
from tui_installer.kubernetes.components import APISERVER, COMPONENTS, CONTROLLER_MANAGER
from tui_installer.kubernetes.encryption import EncryptionKey
from tui_installer.model.answers.changes import changed
from tui_installer.model.answers.document import (
    Answers,
    Certificates,
    Cluster,
    Folders,
    Host,
    Token,
)
from tui_installer.model.answers.etcd import Etcd, ExternalEtcd
from tui_installer.model.answers.security import Audit, PodSecurity, Security
from tui_installer.model.answers.ssh import Ssh
from tui_installer.model.check.resolve import resolve
from tui_installer.model.secret import Secret
from tui_installer.pki import tokens
from tui_installer.pki.describe import describe
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.model.spec import Spec

NOW = time.time()


def three(**blocks: object) -> Answers:
    names = ("alpha", "beta", "master03")
    hosts = [Host(address=f"192.0.2.1{n}", name=name) for n, name in enumerate(names, 1)]
    return Answers(hosts=hosts, **blocks)


def installed(answers: Answers, folder: Path) -> tuple[Spec, Authority, list[Left]]:
    """(spec, its keys, what an install of it leaves on each host)."""
    spec = resolve(answers, folder=folder)
    authority = Authority.load(spec, SessionFolder(folder / "old"), NOW)
    authority.make(NOW)
    return spec, authority, [left(Context(spec, authority, NOW), n) for n in range(len(spec.hosts))]


def left(ctx: Context, number: int) -> Left:
    host, layout = ctx.spec.hosts[number], ctx.spec.layout
    wants = WORK.wants_of(ctx, host).files
    components = [c for c in COMPONENTS if layout.unit(c.name) in {want.path for want in wants}]
    return Left(
        host.name,
        manifest=layout.cfg("tui-installer.manifest"),
        files={want.path: Secret(want.data) for want in wants if want.data is not None},
        programs={want.path: want.version for want in wants if want.probe},
        units={c.name: (layout.unit(c.name), c.options_path(layout)) for c in components},
    )


EXTERNAL = Etcd(
    mode="external",
    external=ExternalEtcd(
        endpoints=["https://192.0.2.21:2379"], files="hosts", ca="/e/ca", cert="/e/c", key="/e/k"
    ),
)


@pytest.mark.parametrize(
    "answers",
    [
        three(),
        Answers(hosts=[Host(address="192.0.2.11", name="one")]),
        three(
            cluster=Cluster(name="prod", domain="corp.example", endpoint="k8s.example.com",
                            service_cidr="10.96.0.0/16", pod_cidr="10.0.0.0/12",
                            node_port_range="30000-31000"),
            sans=["192.0.2.100", "extra.example.com"],
            token=Token(mode="csv"),
            certificates=Certificates(key_type="ecdsa-p384", leaf_lifetime="90d",
                                      ca_lifetime="400d"),
            layout=Folders(kubernetes="/srv/k8s", etcd="/srv/etcd", units="/etc/systemd/system"),
            etcd=Etcd(data_dir="/data/etcd", extra_args={"quota-backend-bytes": "8589934592"}),
        ),
        three(cluster=Cluster(endpoint="192.0.2.100"), etcd=Etcd(version="v3.7.1")),
        Answers(
            hosts=[Host(address="2001:db8::11", name="alpha")],
            cluster=Cluster(domain="local", service_cidr="fd00:1::/112", pod_cidr="fd00:2::/48"),
        ),
        three(etcd=EXTERNAL),
        three(security=Security(
            anonymous_auth=True, always_pull_images=False, deny_service_external_ips=False,
            event_rate_limit=False, service_account_extend_token_expiration=True,
            pod_security=PodSecurity(enforce="privileged", warn="baseline"),
            audit=Audit(log_path="/var/log/k8s/a.log", max_age=7, max_backup=3, max_size=50),
        )),
        three(security=Security(audit=Audit(enabled=False))),
        three(ssh=Ssh(user="admin", port=2222)),
        three(security=Security(services="root")),
    ],
    ids=["plain", "one", "all", "vip", "ipv6", "external", "open", "no audit", "ssh", "root"],
)  # fmt: skip
def test_answers_come_back_as_they_were(answers, tmp_path):
    answers.kubernetes.extra_args.apiserver = {"event-ttl": "2h", "profiling": "true"}
    answers.kubernetes.extra_args.scheduler = {"v": "4"}
    _, _, found = installed(answers, tmp_path)
    given = Answers(hosts=[Host(address=host.address) for host in answers.hosts], ssh=answers.ssh)
    assert changed(answers_of(given, found)) == changed(answers)


def test_a_cluster_from_before_its_programs_had_users_gets_them_by_its_next_run(tmp_path):
    _, _, found = installed(three(security=Security(services="root")), tmp_path)
    for one in found:
        path = one.units[CONTROLLER_MANAGER.name][1]
        options = one.files[path].reveal()
        one.files[path] = Secret(options.replace(b"kube-controller-manager-sa.key", b"sa.key"))
    assert answers_of(three(), found).security.services == "unprivileged"


def test_plugins_and_figures_that_no_setting_gives_stay_extra_arguments(tmp_path):
    own = {"enable-admission-plugins": "PodNodeSelector", "audit-log-maxage": "99999"}
    answers = three()
    answers.kubernetes.extra_args.apiserver = dict(own)
    spec, _, found = installed(answers, tmp_path)
    again = resolve(answers_of(three(), found))
    host = spec.hosts[0]
    assert dict(options(APISERVER, again, host)) == dict(options(APISERVER, spec, host))
    assert again.security == spec.security


def test_a_cluster_from_before_the_security_section_is_closed_by_its_next_run(tmp_path):
    _, _, found = installed(three(), tmp_path)
    for one in found:
        path = one.units[APISERVER.name][1]
        kept = [line for line in one.files[path].reveal().splitlines(keepends=True)
                if not re.search(rb"anonymous|audit|extend-token|admission", line)]  # fmt: skip
        one.files[path] = Secret(b"".join(kept))
    assert answers_of(three(), found).security == Security()


def test_an_own_audit_policy_comes_back_into_the_session(tmp_path):
    policy = b"apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None}]\n"
    (tmp_path / "mine.yaml").write_bytes(policy)
    answers = three(security=Security(audit=Audit(policy_file="mine.yaml")))
    spec, _, found = installed(answers, tmp_path)
    made = answers_of(three(), found)
    assert made.security.audit.policy_file == "pki/audit-policy.yaml"
    session = SessionFolder(tmp_path / "new")
    by_address = {host.address: one for host, one in zip(spec.hosts, found, strict=True)}
    again = resolve(made, folder=session.root)
    recover_keys.write(session, again, by_address)
    assert (session.pki / "audit-policy.yaml").read_bytes() == policy
    assert Authority.load(again, session, NOW).local.keys() == {again.security.audit.policy_file}


def test_hosts_come_in_the_old_order_and_by_their_own_addresses(tmp_path):
    _, _, found = installed(three(), tmp_path)
    order = [found[2], found[0], found[1]]
    given = Answers(hosts=[Host(address=f"203.0.113.{n}", fingerprint="") for n in (3, 1, 2)])
    made = answers_of(given, order)
    assert [(h.name, h.address, h.ssh_address) for h in made.hosts] == [
        ("alpha", "192.0.2.11", "203.0.113.1"),
        ("beta", "192.0.2.12", "203.0.113.2"),
        ("master03", "192.0.2.13", "203.0.113.3"),
    ]


def test_all_masters_must_be_named(tmp_path):
    _, _, found = installed(three(), tmp_path)
    given = Answers(hosts=[Host(address="192.0.2.12")])
    with pytest.raises(UsageError, match=r"alpha \(192.0.2.11\), master03 \(192.0.2.13\)"):
        answers_of(given, found[1:2])


def test_hosts_of_two_clusters_are_refused(tmp_path):
    _, _, one = installed(three(), tmp_path / "one")
    _, _, two = installed(three(), tmp_path / "two")
    with pytest.raises(UsageError, match="different clusters"):
        answers_of(three(), [one[0], two[1], one[2]])


@pytest.mark.parametrize("component", [APISERVER, CONTROLLER_MANAGER], ids=str)
def test_options_changed_by_hand_are_reported_not_guessed(component, tmp_path):
    _, _, found = installed(three(), tmp_path)
    found[0].files[found[0].units[component.name][1]] = Secret("X=y")
    with pytest.raises(InstallerError, match="cannot be read back"):
        answers_of(three(), found)


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


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"hostname\tx\nend\n", UsageError),
        (b"hostname\tx\n", ConnectionFailed),
        (b"", ConnectionFailed),
        (b"file\t/x\t%%%\nend\n", ConnectionFailed),
        (b"surprise\tx\nend\n", ConnectionFailed),
        (b"a\tb\tc\td\te\nend\n", ConnectionFailed),
    ],
)
async def test_hosts_without_an_installation_or_sense_are_reported(answer, error):
    host = FakeHost(resolve(three()).hosts[0], answer)
    with pytest.raises(error) as caught:
        await leftovers.read(host)
    assert caught.value.host == "alpha"


def test_the_session_that_has_the_hosts_ca_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("TUI_INSTALLER_HOME", str(tmp_path))
    spec, old, _ = installed(three(), tmp_path)
    empty = Authority.load(spec, SessionFolder(tmp_path / "empty"), NOW)
    host = spec.hosts[0]
    wants = WORK.wants_of(Context(spec, old, NOW), host).files
    found = {want.path: file_fact(want) for want in wants if want.data is not None}
    ctx = Context(spec, empty, NOW, facts={host.name: facts(host, files=found)})
    assert session_of.hint(ctx) == (
        "the session old on this machine has the hosts' CA: tui-installer --resume old"
    )
    (tmp_path / "old/pki/ca.pem").write_text("damaged")
    assert session_of.hint(ctx) == ""


@pytest.mark.parametrize("path", ["", "x", "etcd/cfg", "/x", "False"])
async def test_a_unit_whose_options_file_is_nowhere_is_reported(path):
    lines = ("manifest\t/m", f"unit\tkube-apiserver\t/etc/u\t{path}", "end")
    with pytest.raises(ConnectionFailed, match="could not be read"):
        await leftovers.read(
            FakeHost(kube_samples.host("m1", "192.0.2.11"), "\n".join(lines).encode())
        )


async def test_an_options_file_of_another_form_is_reported():
    lines = ("unit\tkube-scheduler\t/etc/u\t/opt/k/cfg/o", "file\t/opt/k/cfg/o\tYWJj", "end")
    with pytest.raises(ConnectionFailed, match="could not be read") as caught:
        await leftovers.read(
            FakeHost(kube_samples.host("m1", "192.0.2.11"), "\n".join(lines).encode())
        )
    assert "options file" in caught.value.details[0]
