"""Recovering a lost session: its answers and keys come back from what its hosts have."""

from __future__ import annotations

import re

import kube_samples
import pytest
from engine_samples import FakeHost, facts, file_fact
from recover_samples import NOW, installed, three

from tui_installer.actions.runs import session_of
from tui_installer.engine.cluster.authority import Authority
from tui_installer.engine.core.context import Context
from tui_installer.engine.hosts import leftovers
from tui_installer.engine.operations.install.work import WORK
from tui_installer.engine.recover import recover_keys
from tui_installer.engine.recover.recover_answers import answers_of
from tui_installer.errors import ConnectionFailed, InstallerError, UsageError
from tui_installer.kubernetes import options
from tui_installer.kubernetes.components import APISERVER, CONTROLLER_MANAGER
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
from tui_installer.store.session_folder import SessionFolder

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
