from __future__ import annotations

from pathlib import Path

import pytest
from answers_samples import FINGERPRINT, masters, three

from tui_installer.model.answers.document import Host
from tui_installer.model.answers.ssh import HostSsh, HostSudo, Jump, SecretSource
from tui_installer.model.certificate_spec import CertSpec
from tui_installer.model.certificates import KeyType, San, SanKind
from tui_installer.model.check.parse import networks
from tui_installer.model.check.problems import AnswersInvalid
from tui_installer.model.check.resolve import resolve
from tui_installer.model.spec import (
    EtcdFiles,
    EtcdMode,
    Source,
    SourceKind,
    SudoMode,
    TokenMode,
    TokenSpec,
    Version,
)

HOME, FOLDER = Path("/home/me"), Path("/work")


def spec_of(answers):
    return resolve(answers, home=HOME, folder=FOLDER)


def test_an_address_is_all_that_is_needed():
    spec = spec_of(masters("192.0.2.11"))
    assert (spec.name, spec.domain, spec.endpoint) == ("kubernetes", "cluster.local", None)
    assert spec.service_cidr == networks("10.0.0.0/24")
    assert spec.pod_cidr == networks("10.244.0.0/16")
    assert spec.node_port_range == (30000, 32767)
    assert spec.version == Version(1, 37, 2)
    assert spec.source == Source(SourceKind.MIRROR, "https://dl.k8s.io")
    assert spec.etcd.mode is EtcdMode.STACKED
    assert spec.etcd.version == Version(3, 7, 3)
    assert spec.etcd.files is None
    assert spec.token == TokenSpec(TokenMode.SECRET, 86400)
    assert spec.certificates == CertSpec(KeyType.ECDSA_P256, 365 * 86400, 3650 * 86400)
    assert spec.layout.units == "/etc/systemd/system"
    assert spec.api_url == "https://192.0.2.11:6443"


def test_masters_are_named_in_their_order_unless_they_have_a_name():
    answers = three()
    answers.hosts[1].name = "Middle"
    assert [host.name for host in spec_of(answers).hosts] == ["master01", "middle", "master03"]


@pytest.mark.parametrize(
    ("kubernetes", "etcd"),
    [("v1.28.0", 5), ("1.33.13", 5), ("v1.34.4", 6), ("v1.36.3", 6), ("v1.37.2", 7)],
)
def test_etcd_goes_with_the_kubernetes_version(kubernetes, etcd):
    answers = three()
    answers.kubernetes.version = kubernetes
    assert spec_of(answers).etcd.version.minor == etcd


def test_an_etcd_version_that_was_said_is_taken():
    answers = three()
    answers.etcd.version = "3.6.16"
    assert spec_of(answers).etcd.version == Version(3, 6, 16)


def test_a_host_logs_in_as_the_general_block_says():
    answers = three()
    answers.ssh.port = 2222
    answers.ssh.user = "admin"
    answers.ssh.identity_files = ["~/.ssh/id_ed25519", "keys/id", "/etc/key"]
    answers.ssh.agent = False
    answers.ssh.passphrase = SecretSource(file="~/pass")
    answers.ssh.sudo.mode = "never"
    answers.ssh.sudo.password = SecretSource(env="SUDO")
    host = spec_of(answers).hosts[2]
    assert (host.ssh.address, host.ssh.port, host.ssh.user) == ("192.0.2.13", 2222, "admin")
    assert host.ssh.identity_files == (
        Path("/home/me/.ssh/id_ed25519"),
        Path("/work/keys/id"),
        Path("/etc/key"),
    )
    assert host.ssh.use_agent is False
    assert host.ssh.passphrase.file == Path("/home/me/pass")
    assert host.sudo is SudoMode.NEVER
    assert host.sudo_password.env == "SUDO"


def test_a_hosts_own_block_overrides_the_general_one_piece_by_piece():
    answers = three()
    answers.ssh.user = "admin"
    answers.ssh.identity_files = ["/k"]
    answers.ssh.sudo.password = SecretSource(env="SUDO")
    answers.hosts[0].ssh = HostSsh(port=23, identity_files=[], sudo=HostSudo(mode="never"))
    first, second, _ = spec_of(answers).hosts
    assert (first.ssh.port, first.ssh.user, first.ssh.identity_files) == (23, "admin", ())
    assert (first.sudo, first.sudo_password.env) == (SudoMode.NEVER, "SUDO")
    assert (second.ssh.port, second.ssh.identity_files) == (22, (Path("/k"),))
    assert second.sudo is SudoMode.AUTO


def test_a_jump_host_gets_its_own_password_only():
    answers = three()
    answers.ssh.password = SecretSource(env="HOSTS")
    answers.ssh.jump = Jump(address="gate")
    answers.hosts[0].ssh = HostSsh(password=SecretSource(file="own"))
    answers.hosts[1].ssh = HostSsh(jump=Jump(address="g", password=SecretSource(env="GATE")))
    first, second, third = spec_of(answers).hosts
    assert first.ssh.password.file == Path("/work/own")
    assert [host.ssh.password.env for host in (second, third)] == ["HOSTS", "HOSTS"]
    assert [host.ssh.jump.password.env for host in (first, second, third)] == ["", "GATE", ""]


def test_ssh_may_connect_elsewhere_than_to_the_address():
    answers = three()
    answers.hosts[0].ssh_address = "Gate.example"
    answers.hosts[0].fingerprint = FINGERPRINT
    host = spec_of(answers).hosts[0]
    assert (host.address, host.ssh.address) == ("192.0.2.11", "Gate.example")
    assert host.ssh.fingerprint == FINGERPRINT


def test_a_jump_host_takes_from_the_hosts_what_it_does_not_say():
    answers = three()
    answers.ssh.user = "admin"
    answers.ssh.port = 2222
    answers.ssh.identity_files = ["/k"]
    answers.ssh.jump = Jump(address="jump.example", fingerprint=FINGERPRINT)
    jump = spec_of(answers).hosts[0].ssh.jump
    assert jump is not None
    assert (jump.address, jump.port, jump.user) == ("jump.example", 22, "admin")
    assert jump.identity_files == (Path("/k"),)
    assert jump.use_agent is True
    assert jump.fingerprint == FINGERPRINT


def test_a_host_may_have_another_jump_host_or_none():
    answers = three()
    answers.ssh.jump = Jump(address="192.0.2.1")
    answers.hosts[0].ssh = HostSsh(jump=Jump(address="192.0.2.2", user="other", agent=False))
    answers.hosts[1].ssh = HostSsh(jump=None)
    answers.hosts[2].ssh = HostSsh(port=23)
    first, second, third = (host.ssh.jump for host in spec_of(answers).hosts)
    assert first is not None
    assert (first.address, first.user, first.use_agent) == ("192.0.2.2", "other", False)
    assert second is None
    assert third is not None
    assert third.address == "192.0.2.1"


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("k8s.example.com", "https://k8s.example.com:6443"),
        ("192.0.2.100:443", "https://192.0.2.100:443"),
        ("[2001:db8::9]:443", "https://[2001:db8::9]:443"),
        ("2001:db8::9", "https://[2001:db8::9]:6443"),
    ],
)
def test_clients_are_pointed_at_the_endpoint(endpoint, url):
    answers = three()
    answers.cluster.endpoint = endpoint
    assert spec_of(answers).api_url == url


def test_the_first_service_address_comes_from_the_service_network():
    answers = three()
    answers.cluster.service_cidr = "10.96.0.0/12"
    assert spec_of(answers).service_ip == "10.96.0.1"


def test_sans_are_typed_and_say_why_they_are_there():
    answers = three()
    answers.sans = ["192.0.2.100", "*.K8s.example"]
    sans = spec_of(answers).extra_sans
    assert sans == (San(SanKind.IP, "192.0.2.100"), San(SanKind.DNS, "*.k8s.example"))
    assert all(san.reason for san in sans)


@pytest.mark.parametrize("kind", ["go", "folder"])
def test_etcd_comes_from_where_kubernetes_comes_from(kind):
    answers = three()
    answers.kubernetes.source.kind = kind
    answers.kubernetes.source.location = "bin" if kind == "folder" else ""
    spec = spec_of(answers)
    assert spec.source == spec.etcd.source
    assert spec.source == Source(SourceKind(kind), "/work/bin" if kind == "folder" else "")


def test_go_needs_no_location_though_the_default_is_a_mirror():
    answers = three()
    answers.kubernetes.source.kind = "go"
    assert spec_of(answers).source == Source(SourceKind.GO, "")


def test_a_tarball_of_kubernetes_leaves_etcd_to_its_mirror():
    answers = three()
    answers.kubernetes.source.kind = "tarball"
    answers.kubernetes.source.location = "~/k.tar.gz"
    answers.kubernetes.source.sha256 = "AB" * 32
    spec = spec_of(answers)
    assert spec.source == Source(SourceKind.TARBALL, "/home/me/k.tar.gz", "ab" * 32)
    assert spec.etcd.source.kind is SourceKind.MIRROR


def test_a_tarball_may_be_a_url():
    answers = three()
    answers.etcd.source.kind = "tarball"
    answers.etcd.source.location = "http://192.0.2.9/etcd.tar.gz"
    assert spec_of(answers).etcd.source == Source(
        SourceKind.TARBALL, "http://192.0.2.9/etcd.tar.gz"
    )


def external():
    answers = masters("192.0.2.11", "192.0.2.12")
    answers.etcd.mode = "external"
    answers.etcd.external.endpoints = ["https://192.0.2.21:2379", "https://ETCD.example:2379/"]
    return answers


def test_an_external_etcd_may_have_any_number_of_masters():
    spec = spec_of(external())
    assert spec.etcd.endpoints == ("https://192.0.2.21:2379", "https://etcd.example:2379")
    assert spec.etcd.files == EtcdFiles(
        "/opt/etcd/ssl/ca.pem", "/opt/etcd/ssl/server.pem", "/opt/etcd/ssl/server-key.pem", False
    )


def test_files_of_an_external_etcd_are_found_from_the_answers_file():
    answers = external()
    answers.etcd.external.ca = "etcd/ca.pem"
    answers.etcd.external.key = "~/key.pem"
    files = spec_of(answers).etcd.files
    assert files is not None
    assert (files.ca, files.key) == ("/work/etcd/ca.pem", "/home/me/key.pem")


def test_files_of_an_external_etcd_may_be_on_the_hosts():
    answers = external()
    answers.etcd.external.files = "hosts"
    files = spec_of(answers).etcd.files
    assert files is not None
    assert files.on_hosts


def test_extra_arguments_keep_their_order():
    answers = three()
    answers.kubernetes.extra_args.apiserver = {"v": "4", "audit-log-maxage": "7"}
    answers.etcd.extra_args = {"snapshot-count": "5000"}
    spec = spec_of(answers)
    assert spec.extra_args.apiserver == (("v", "4"), ("audit-log-maxage", "7"))
    assert spec.etcd.extra_args == (("snapshot-count", "5000"),)


def test_a_cluster_may_be_ipv6_throughout():
    answers = masters("2001:DB8::1")
    answers.cluster.service_cidr = "fd00:10:96::/112"
    answers.cluster.pod_cidr = "fd00:10:244::/56"
    spec = spec_of(answers)
    assert spec.hosts[0].address == "2001:db8::1"
    assert spec.api_url == "https://[2001:db8::1]:6443"


def test_what_is_wrong_is_raised_all_at_once():
    answers = three()
    answers.hosts.append(Host())
    answers.cluster.name = "A b"
    answers.sans = ["a\n"]
    with pytest.raises(AnswersInvalid) as caught:
        spec_of(answers)
    assert {problem.path for problem in caught.value.problems} == {
        "cluster.name",
        "hosts",
        "hosts.3.address",
        "sans.0",
    }
