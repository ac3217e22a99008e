from __future__ import annotations

import pytest
from answers_samples import FINGERPRINT, masters, only_problem, problems, three
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui_installer.model.answers.document import Answers, Host
from tui_installer.model.answers.ssh import HostSsh, Jump, SecretSource
from tui_installer.model.check.check import check
from tui_installer.model.check.resolve import build


def changed(path, value):
    """Three good masters with one answer changed."""
    answers = three()
    *above, last = path.split(".")
    block = answers
    for part in above:
        block = block[int(part)] if part.isdigit() else getattr(block, part)
    setattr(block, last, value)
    return answers


def test_three_good_masters_have_no_problem():
    assert problems(three()) == {}


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("cluster.name", "My cluster", "1 to 63"),
        ("cluster.domain", "cluster_local", "underscore"),
        ("cluster.domain", "10.0.0.1", "not a number"),
        ("cluster.endpoint", "https://k8s.example", "want"),
        ("cluster.endpoint", "0.0.0.0", "clients cannot connect to 0.0.0.0"),
        ("cluster.nodePortRange", "32767-30000", "LOW-HIGH"),
        ("cluster.nodePortRange", "80-90", "below 1024"),
        ("cluster.nodePortRange", "6000-7000", "6443"),
        ("cluster.nodePortRange", "2000-32767", "2379, 2380, 6443, 10250"),
        ("kubernetes.version", "1.37", "all three numbers"),
        ("kubernetes.version", "v1.27.9", "v1.28 to v1.37"),
        ("kubernetes.version", "v1.38.0", "v1.28 to v1.37"),
        ("kubernetes.version", "v2.30.0", "v1.28 to v1.37"),
        ("kubernetes.source.location", "ftp://mirror", "https://"),
        ("kubernetes.source.location", "https://m.example/?a=b", "without ?"),
        ("kubernetes.source.sha256", "ab" * 32, "kind is mirror"),
        ("etcd.version", "v2.3.8", "v3.4.0"),
        ("etcd.version", "3", "all three numbers"),
        ("etcd.dataDir", "/var/lib", "separate folder"),
        ("ssh.port", 0, "1 to 65535"),
        ("ssh.port", 70000, "1 to 65535"),
        ("ssh.user", "-oProxyCommand=x", "login name"),
        ("hosts.0.address", "master01.example", "IP address"),
        ("hosts.0.address", "127.0.0.1", "loopback"),
        ("hosts.0.address", "fe80::1%eth0", "scope id"),
        ("hosts.0.name", "a_b", "underscore"),
        ("hosts.0.name", "localhost", "is reserved"),
        ("hosts.0.name", "Cluster", "is reserved"),
        ("hosts.0.name", "operator", "is reserved"),
        ("hosts.0.sshAddress", "a b", "space"),
        ("hosts.0.fingerprint", "SHA256:abc", "43"),
        ("token.ttl", "24", "unit"),
        ("token.ttl", "5m", "10m"),
        ("certificates.leafLifetime", "0", "an hour"),
        ("certificates.leafLifetime", "3651d", "longer than caLifetime"),
        ("certificates.caLifetime", "1y", "unit"),
        ("security.audit.logPath", "audit.log", "absolute"),
        ("security.audit.logPath", "/var/log/audit.log", "its own folder below /var/log"),
        ("security.audit.logPath", "/srv/k8s/audit.log", "its own folder below /var/log"),
        ("security.audit.logPath", "/var/log/journal/audit.log", "its own folder"),
        ("security.audit.logPath", "/var/log/../x/y", "without . or .."),
        ("security.audit.policyFile", "a\nb", "newline"),
        ("security.audit.maxAge", -1, "0 to 3650"),
        ("security.audit.maxBackup", 1001, "0 to 1000"),
        ("security.audit.maxSize", 0, "1 to 10000"),
        ("layout.kubernetes", "kubernetes", "absolute"),
        ("layout.etcd", "/opt/kubernetes/", "already layout.kubernetes"),
        ("layout.units", "/opt/units", "systemd reads no units"),
        ("layout.units", "/tmp/units", "reboot"),
    ],
)
def test_a_wrong_value_is_one_problem_at_its_place(path, value, says):
    names = {
        "nodePortRange": "node_port_range",
        "dataDir": "data_dir",
        "sshAddress": "ssh_address",
        "leafLifetime": "leaf_lifetime",
        "caLifetime": "ca_lifetime",
        "logPath": "log_path",
        "policyFile": "policy_file",
        "maxAge": "max_age",
        "maxBackup": "max_backup",
        "maxSize": "max_size",
    }
    attribute = ".".join(names.get(part, part) for part in path.split("."))
    problem = only_problem(changed(attribute, value))
    assert problem.path == path
    assert says in str(problem)


def test_a_host_is_required():
    assert only_problem(Answers()).path == "hosts"


@pytest.mark.parametrize("count", [2, 4, 6])
def test_an_even_number_of_etcd_members_is_refused_with_the_reason(count):
    problem = only_problem(masters(*(f"192.0.2.{n}" for n in range(1, count + 1))))
    assert problem.path == "hosts"
    assert f"1, 3 or 5 masters with stacked etcd, got {count}" in problem.message
    assert "majority" in problem.hint or count > 5


def test_two_members_survive_no_loss():
    problem = only_problem(masters("192.0.2.1", "192.0.2.2"))
    assert "2 members survive the loss of 0, no more than 1 do" in problem.hint


def test_duplicate_hosts_are_told_with_the_first_of_them():
    answers = masters("192.0.2.1", "192.0.2.1", "192.0.2.3")
    answers.hosts[2].name = "MASTER01"
    found = problems(answers)
    assert set(found) == {"hosts.1.address", "hosts.2.name"}
    assert "hosts.0 already has the address 192.0.2.1" in found["hosts.1.address"].message
    assert "hosts.0 already has the name master01" in found["hosts.2.name"].message


def test_two_spellings_of_an_address_are_one_host():
    answers = masters("2001:db8::1", "2001:DB8:0::1", "2001:db8::3")
    answers.cluster.service_cidr, answers.cluster.pod_cidr = "fd00::/112", "fd01::/56"
    assert only_problem(answers).path == "hosts.1.address"


def test_one_ssh_target_is_one_host():
    answers = three()
    for host in answers.hosts[:2]:
        host.ssh_address = "gate.example"
    assert only_problem(answers).path == "hosts.1.sshAddress"
    answers.hosts[1].ssh = HostSsh(port=2222)
    assert problems(answers) == {}


def test_one_address_behind_two_jump_hosts_is_two_hosts():
    answers = three()
    for number, host in enumerate(answers.hosts):
        host.ssh_address = "10.1.1.1"
        host.ssh = HostSsh(jump=Jump(address=f"192.0.2.{100 + number}"))
    assert problems(answers) == {}


def test_duplicates_are_found_though_the_host_has_another_fault():
    answers = masters("192.0.2.1", "192.0.2.1", "192.0.2.3")
    answers.hosts[1].fingerprint = "x"
    assert set(problems(answers)) == {"hosts.1.address", "hosts.1.fingerprint"}


def test_a_virtual_ip_is_no_hosts_own():
    problem = only_problem(changed("cluster.endpoint", "192.0.2.12:6443"))
    assert problem.path == "cluster.endpoint"
    assert "hosts.1.address" in problem.message
    assert "virtual IP" in problem.message


def test_the_endpoint_of_a_single_master_may_be_its_address():
    answers = masters("192.0.2.1")
    answers.cluster.endpoint = "192.0.2.1"
    assert problems(answers) == {}
    answers.cluster.endpoint = "192.0.2.1:8443"
    assert "port 8443" in only_problem(answers).message


@pytest.mark.parametrize(
    ("service", "pods", "path", "says"),
    [
        ("10.96.0.0/16", "10.96.128.0/17", "cluster.podCIDR", "overlaps"),
        ("10.244.1.0/24", "10.244.0.0/16", "cluster.podCIDR", "overlaps"),
        ("192.0.2.0/24", "10.244.0.0/16", "cluster.serviceCIDR", "contains hosts.0.address"),
        ("10.0.0.0/24", "192.0.0.0/16", "cluster.podCIDR", "contains hosts.0.address"),
        ("10.0.0.5/24", "10.244.0.0/16", "cluster.serviceCIDR", "want 10.0.0.0/24"),
        ("10.0.0.0/11", "10.244.0.0/16", "cluster.serviceCIDR", "host bits"),
        ("10.0.0.0/30", "10.244.0.0/16", "cluster.serviceCIDR", "too small"),
        ("10.0.0.0/24", "10.244.0.0/25", "cluster.podCIDR", "too small"),
        ("fd00::/112", "10.244.0.0/16", "cluster.serviceCIDR", "the hosts are IPv4"),
        ("10.0.0.0/24", "fd00::/56", "cluster.podCIDR", "the hosts are IPv4"),
    ],
)
def test_networks_that_do_not_fit_are_refused(service, pods, path, says):
    if says == "host bits":
        service, says = "10.32.0.0/11", "too large"
    answers = changed("cluster.service_cidr", service)
    answers.cluster.pod_cidr = pods
    problem = only_problem(answers)
    assert problem.path == path
    assert says in problem.message


def test_the_proposed_network_is_free():
    answers = masters("10.0.0.11", "10.0.0.12", "10.0.0.13")
    problem = only_problem(answers)
    proposal = problem.hint.rpartition(" ")[2]
    answers.cluster.service_cidr = proposal
    assert problems(answers) == {}


@pytest.mark.parametrize("prefix", [108, 125])
def test_an_ipv6_service_network_has_bounds(prefix):
    answers = masters("2001:db8::1")
    answers.cluster.pod_cidr = "fd01::/56"
    answers.cluster.service_cidr = f"fd00::/{prefix}"
    assert problems(answers) == {}
    answers.cluster.service_cidr = f"fd00::/{107 if prefix == 108 else 126}"
    assert only_problem(answers).path == "cluster.serviceCIDR"


def test_hosts_of_both_families_are_refused():
    problem = only_problem(masters("192.0.2.1", "192.0.2.2", "2001:db8::3"))
    assert problem.path == "hosts.2.address"
    assert "one address family" in problem.hint


def test_ipv6_hosts_want_ipv6_networks_and_are_proposed_some():
    found = problems(masters("2001:db8::1"))
    assert set(found) == {"cluster.serviceCIDR", "cluster.podCIDR"}
    assert "fd00:" in found["cluster.serviceCIDR"].hint


def test_an_endpoint_within_the_clusters_networks_is_refused():
    problem = only_problem(changed("cluster.endpoint", "10.244.3.4"))
    assert "cluster.podCIDR 10.244.0.0/16" in problem.message


@pytest.mark.parametrize(
    ("mask", "good"), [("24", True), ("28", True), ("15", False), ("33", False)]
)
def test_a_nodes_part_must_fit_the_pod_network(mask, good):
    answers = three()
    answers.kubernetes.extra_args.controller_manager = {"node-cidr-mask-size": mask}
    assert (problems(answers) == {}) is good


@pytest.mark.parametrize(
    ("sans", "path", "says"),
    [
        (["a", "DNS:A"], "sans.1", "as sans.0"),
        (["192.0.2.9", "IP:192.0.2.9"], "sans.1", "as sans.0"),
        (["a\nb"], "sans.0", "newline"),
        (["a b"], "sans.0", "space"),
        (["a\0b"], "sans.0", "NUL"),
        (["fe80::1%eth0"], "sans.0", "scope id"),
        (["ok", "a.*.b"], "sans.1", "leftmost"),
        ([""], "sans.0", "want"),
    ],
)
def test_a_wrong_san_is_told_by_its_number(sans, path, says):
    problem = only_problem(changed("sans", sans))
    assert problem.path == path
    assert says in problem.message


def external(*endpoints):
    answers = masters("192.0.2.11", "192.0.2.12")
    answers.etcd.mode = "external"
    answers.etcd.external.endpoints = list(endpoints)
    return answers


@pytest.mark.parametrize(
    ("endpoints", "path", "says"),
    [
        ([], "etcd.external.endpoints", "required"),
        (["http://192.0.2.21:2379"], "etcd.external.endpoints.0", "want https"),
        (["https://192.0.2.21"], "etcd.external.endpoints.0", "HOST:PORT"),
        (["https://a:2379", "https://A:2379/"], "etcd.external.endpoints.1", "listed twice"),
        (["https://10.244.0.1:2379"], "etcd.external.endpoints.0", "podCIDR"),
    ],
)
def test_endpoints_of_an_external_etcd_are_judged(endpoints, path, says):
    problem = only_problem(external(*endpoints))
    assert problem.path == path
    assert says in problem.message


def test_files_on_the_hosts_want_absolute_paths():
    answers = external("https://192.0.2.21:2379")
    answers.etcd.external.ca = "ca.pem"
    assert problems(answers) == {}
    answers.etcd.external.files = "hosts"
    assert only_problem(answers).path == "etcd.external.ca"


def test_an_external_etcd_is_not_silently_left_out():
    answers = three()
    answers.etcd.external.endpoints = ["https://192.0.2.21:2379"]
    assert "etcd.mode is stacked" in only_problem(answers).message


def test_flags_of_an_external_etcd_are_refused():
    answers = external("https://192.0.2.21:2379")
    answers.etcd.extra_args = {"snapshot-count": "1"}
    assert only_problem(answers).path == "etcd.extraArgs"


@pytest.mark.parametrize(
    ("kind", "location", "says"),
    [
        ("folder", "", "required"),
        ("folder", "https://dl.k8s.io", "required"),
        ("tarball", "", "required"),
        ("tarball", "ftp://x.example/k.tar.gz", "https://"),
        ("folder", "a\0b", "NUL"),
        ("go", "/usr/bin", "takes no location"),
    ],
)
def test_a_source_wants_the_location_of_its_kind(kind, location, says):
    answers = three()
    answers.kubernetes.source.kind = kind
    answers.kubernetes.source.location = location
    found = problems(answers)
    assert says in found["kubernetes.source.location"].message


def test_a_tarballs_digest_is_judged():
    answers = three()
    answers.kubernetes.source.kind = "tarball"
    answers.kubernetes.source.location = "k.tar.gz"
    answers.kubernetes.source.sha256 = "abc"
    assert "64 hex" in only_problem(answers).message


def test_a_password_comes_from_one_place():
    answers = three()
    answers.ssh.sudo.password = SecretSource(file="a", env="B")
    assert only_problem(answers).path == "ssh.sudo.password"
    answers.ssh.sudo.password = SecretSource(env="$B")
    assert only_problem(answers).path == "ssh.sudo.password.env"


def test_a_hosts_own_log_in_is_judged_at_its_place():
    answers = three()
    answers.hosts[1].ssh = HostSsh(
        port=0,
        user="",
        identity_files=["~other/key"],
        passphrase=SecretSource(env="1"),
        jump=Jump(port=99999, fingerprint="x"),
    )
    assert set(problems(answers)) == {
        "hosts.1.ssh.port",
        "hosts.1.ssh.user",
        "hosts.1.ssh.identityFiles.0",
        "hosts.1.ssh.passphrase.env",
        "hosts.1.ssh.jump.address",
        "hosts.1.ssh.jump.port",
        "hosts.1.ssh.jump.fingerprint",
    }


@pytest.mark.parametrize(
    ("flags", "name", "says"),
    [
        ({"--v": "4"}, "--v", "without its dashes"),
        ({"Audit_Log": "x"}, "Audit_Log", "a-z"),
        ({"v": "4\n--insecure"}, "v", "newline"),
        ({"v": "\0"}, "v", "NUL"),
        ({"a\nb": "x"}, "'a\\nb'", "a-z"),
    ],
)
def test_extra_arguments_want_flag_names_and_one_line(flags, name, says):
    answers = three()
    answers.kubernetes.extra_args.scheduler = flags
    problem = only_problem(answers)
    assert problem.path == f"kubernetes.extraArgs.scheduler.{name}"
    assert says in problem.message


def test_every_problem_is_told_at_once():
    answers = masters("192.0.2.1", "192.0.2.1")
    answers.hosts.append(Host(name="a b"))
    answers.hosts.append(Host(address="10.0.0.7", fingerprint=FINGERPRINT[:-1]))
    answers.cluster.endpoint = "192.0.2.1"
    answers.cluster.pod_cidr = "10.0.0.0/8"
    answers.kubernetes.version = "1.20.0"
    answers.sans = ["*", "ok", "ok"]
    assert set(problems(answers)) == {
        "hosts",
        "hosts.1.address",
        "hosts.2.address",
        "hosts.2.name",
        "hosts.3.fingerprint",
        "cluster.endpoint",
        "cluster.serviceCIDR",
        "cluster.podCIDR",
        "kubernetes.version",
        "sans.0",
        "sans.2",
    }


TEXTS = st.sampled_from(
    [
        "",
        "a",
        "10.0.0.0/24",
        "10.244.0.0/16",
        "fd00::/112",
        "192.0.2.1",
        "192.0.2.2:1",
        "::1",
        "24h",
        "0",
        "1d",
        "v1.30.1",
        "/opt/x",
        "/opt/y",
        "30000-32767",
        "https://192.0.2.9:2379",
        "~/x",
        "x/y",
        FINGERPRINT,
        "ab" * 32,
        "\0",
        "é.example",
    ]
)


@st.composite
def any_answers(draw):
    """Good masters with some texts, numbers and lists anywhere replaced."""
    answers = three()

    def walk(block):
        for name in type(block).model_fields:
            value = getattr(block, name)
            if hasattr(value, "model_fields_set"):
                walk(value)
            elif draw(st.integers(0, 20)) == 0:
                new = {
                    str: TEXTS,
                    int: st.sampled_from([0, 22, 70000]),
                    list: st.lists(TEXTS, max_size=3),
                }
                if type(value) in new and name not in {
                    "hosts",
                    "kind",
                    "mode",
                    "files",
                    "key_type",
                    "enforce",
                    "warn",
                }:
                    setattr(block, name, draw(new[type(value)]))
        return block

    walk(answers)
    for host in answers.hosts:
        if draw(st.booleans()):
            host.ssh.jump = Jump(address=draw(TEXTS))
    answers.kubernetes.source.kind = draw(st.sampled_from(["mirror", "tarball", "folder", "go"]))
    answers.etcd.mode = draw(st.sampled_from(["stacked", "stacked", "external"]))
    return answers


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(answers=any_answers())
def test_answers_without_a_problem_can_be_built_and_others_are_told(answers):
    found = check(answers)
    assert len({problem.path for problem in found}) == len(found)
    assert all(str(problem).isprintable() for problem in found)
    if not found:
        assert len(build(answers).hosts) == 3
