from __future__ import annotations

import dataclasses

import pytest
from kube_samples import external, host, hosts, spec

from tui_installer.kubernetes.cert_files import host_files
from tui_installer.kubernetes.certificates import host_profiles, profiles
from tui_installer.kubernetes.components import COMPONENTS, ETCD
from tui_installer.kubernetes.components.certificate import CertFileKind
from tui_installer.kubernetes.options import options
from tui_installer.kubernetes.sans import server_sans
from tui_installer.model.certificates import San, SanKind, Usage
from tui_installer.model.check.parse import networks
from tui_installer.model.spec import Endpoint
from tui_installer.pki.describe import describe
from tui_installer.pki.issue import issue_ca, issue_leaf

ROOTS = {"ca", "front-proxy-ca", "etcd-ca"}
ONE = spec(hosts=hosts(1))
MASTER = ONE.hosts[0]
CLIENT, SERVER = frozenset({Usage.CLIENT}), frozenset({Usage.SERVER})


def texts(sans):
    return [str(san) for san in sans]


def named(which):
    return {profile.name: profile for profile in profiles(which)}


def test_the_servers_sans_are_in_the_order_people_know():
    assert texts(server_sans(spec(endpoint=Endpoint("api.example.org")))) == [
        "IP:10.0.0.1", "IP:127.0.0.1",
        "IP:192.0.2.11", "DNS:master01", "IP:192.0.2.12", "DNS:master02",
        "IP:192.0.2.13", "DNS:master03",
        "DNS:api.example.org",
        "DNS:kubernetes", "DNS:kubernetes.default", "DNS:kubernetes.default.svc",
        "DNS:kubernetes.default.svc.cluster", "DNS:kubernetes.default.svc.cluster.local",
    ]  # fmt: skip


def test_every_san_has_its_reason():
    sans = server_sans(spec(endpoint=Endpoint("192.0.2.100"), extra_sans=(dns("x.org"),)))
    reasons = {str(san): san.reason for san in sans}
    assert all(reasons.values())
    assert reasons["IP:10.0.0.1"] == (
        "first address of service CIDR 10.0.0.0/24: the `kubernetes` Service"
    )
    assert reasons["IP:127.0.0.1"] == "loopback: checks on the host itself"
    assert reasons["IP:192.0.2.12"] == "address of master02"
    assert "endpoint" in reasons["IP:192.0.2.100"]
    assert reasons["DNS:x.org"] == "asked for in the answers"


def dns(value, reason=""):
    return San(SanKind.DNS, value, reason)


def test_the_first_service_address_follows_its_cidr():
    assert str(server_sans(spec(service_cidr=networks("10.96.0.0/12")))[0]) == "IP:10.96.0.1"


def test_the_cluster_domain_is_in_the_service_names():
    found = texts(server_sans(spec(domain="corp.example.org")))
    assert found[-2:] == [
        "DNS:kubernetes.default.svc.corp", "DNS:kubernetes.default.svc.corp.example.org",
    ]  # fmt: skip
    assert texts(server_sans(spec(domain="local"))).count("DNS:kubernetes.default.svc.local") == 1


def test_duplicates_are_dropped_and_the_first_reason_stays():
    repeated = (San(SanKind.IP, "192.0.2.11", "again"), dns("kubernetes", "again"), dns("new"))
    sans = server_sans(spec(endpoint=Endpoint("master01"), extra_sans=repeated))
    assert len(set(texts(sans))) == len(sans)
    assert "again" not in {san.reason for san in sans}
    assert texts(sans)[-1] == "DNS:new"
    assert len(sans) == len(server_sans(spec())) + 1


@pytest.mark.parametrize(
    "change",
    [{"service_cidr": networks("fd00::/112")}, {"hosts": (host("m1", "2001:db8::1"),)}],
    ids=str,
)
def test_ipv6_clusters_have_ipv6_loopback_and_others_do_not(change):
    assert "IP:::1" in texts(server_sans(spec(**change)))
    assert "IP:::1" not in texts(server_sans(spec()))


TABLE = {
    # profile: signer, CN, O, usages — section 2 of the project's Kubernetes facts
    "admin": ("ca", "kubernetes-admin", ("kubeadm:cluster-admins",), CLIENT),
    "super-admin": ("ca", "kubernetes-super-admin", ("system:masters",), CLIENT),
    "kube-proxy": ("ca", "system:kube-proxy", (), CLIENT),
    "etcd-operator": ("etcd-ca", "tui-installer", (), CLIENT),
    "master01/server": ("ca", "kube-apiserver", (), SERVER),
    "master01/apiserver-kubelet-client": ("ca", "kube-apiserver-kubelet-client", (), CLIENT),
    "master01/front-proxy-client": ("front-proxy-ca", "front-proxy-client", (), CLIENT),
    "master01/controller-manager": ("ca", "system:kube-controller-manager", (), CLIENT),
    "master01/controller-manager-serving": ("ca", "kube-controller-manager", (), SERVER),
    "master01/scheduler": ("ca", "system:kube-scheduler", (), CLIENT),
    "master01/scheduler-serving": ("ca", "kube-scheduler", (), SERVER),
    "master01/etcd-server": ("etcd-ca", "master01", (), CLIENT | SERVER),
    "master01/etcd-peer": ("etcd-ca", "master01", (), CLIENT | SERVER),
    "master01/apiserver-etcd-client": ("etcd-ca", "kube-apiserver-etcd-client", (), CLIENT),
}
AUTHORITIES = {
    "ca": "kubernetes",
    "front-proxy-ca": "front-proxy-ca",
    "signing-ca": "kubernetes-signing-ca",
    "etcd-ca": "etcd-ca",
}


def test_leaves_are_those_of_the_table():
    leaves = {
        p.name: (p.signer, p.common_name, p.organizations, p.usages)
        for p in profiles(ONE)
        if not p.is_ca
    }
    assert leaves == TABLE


def test_authorities_sign_themselves():
    found = [p for p in profiles(ONE) if p.is_ca]
    assert {p.name: p.common_name for p in found} == AUTHORITIES
    assert all(p.signer == p.name and not p.usages and not p.sans for p in found)


def test_only_servers_have_sans():
    assert all(bool(p.sans) == (Usage.SERVER in p.usages) for p in profiles(spec()))


def test_an_authority_comes_before_what_it_signs_and_names_are_unique():
    names = [p.name for p in profiles(spec())]
    assert len(names) == len(set(names)) == 4 + 4 + 3 * 10
    assert all(names.index(p.signer) <= names.index(p.name) for p in profiles(spec()))


def test_an_external_etcd_has_no_certificates_of_ours():
    found = profiles(spec(etcd=external(on_hosts=False)))
    assert not [p.name for p in found if "etcd" in p.name or "etcd" in p.signer]


def test_etcd_and_local_servers_answer_to_the_host_and_loopback():
    found = named(ONE)
    assert texts(found["master01/etcd-peer"].sans) == [
        "DNS:master01", "DNS:localhost", "IP:192.0.2.11", "IP:127.0.0.1", "IP:::1",
    ]  # fmt: skip
    assert found["master01/etcd-server"].sans == found["master01/etcd-peer"].sans
    assert set(texts(found["master01/scheduler-serving"].sans)) == {
        "DNS:localhost", "IP:127.0.0.1", "DNS:master01", "IP:192.0.2.11",
    }  # fmt: skip


def test_a_host_called_localhost_is_named_once():
    only = spec(hosts=(host("localhost", "192.0.2.1"),))
    assert texts(named(only)["localhost/etcd-peer"].sans).count("DNS:localhost") == 1


def test_a_long_host_name_is_whole_in_the_sans_and_short_in_the_common_name():
    long = f"master01.{'a' * 60}.example.org"
    peer = named(spec(hosts=(host(long, "192.0.2.1"),)))[f"{long}/etcd-peer"]
    assert peer.common_name == "master01"
    assert f"DNS:{long}" in texts(peer.sans)


@pytest.mark.parametrize(
    "which",
    [
        spec(),
        ONE,
        spec(etcd=external(on_hosts=False)),
        spec(etcd=external(on_hosts=True)),
        spec(hosts=(host("m1", "2001:db8::1"),), service_cidr=networks("fd00::/112")),
        spec(hosts=(host(f"master01.{'a' * 60}.example.org", "192.0.2.1"),)),
    ],
    ids=["three", "one", "external here", "external there", "ipv6", "long name"],
)
class TestEverySpec:
    def test_profiles_can_be_issued_and_read_back(self, which):
        settings, now, made = which.certificates, 1_800_000_000, {}
        for p in profiles(which):
            made[p.name] = (
                issue_ca(p, key_type=settings.key_type, lifetime=settings.ca_lifetime, now=now)
                if p.is_ca
                else issue_leaf(
                    p, made[p.signer], key_type=settings.key_type,
                    lifetime=settings.leaf_lifetime, now=now,
                )
            )  # fmt: skip
            info = describe(made[p.name].cert)
            assert (info.common_name, info.organizations) == (p.common_name, p.organizations)
            assert (info.sans, info.usages, info.is_ca) == (p.sans, p.usages, p.is_ca)

    def test_no_root_key_lies_on_a_host(self, which):
        for h in which.hosts:
            keys = {f.profile for f in host_files(which, h) if f.secret}
            assert not keys & ROOTS
            assert not keys & {"admin", "super-admin", "kube-proxy", "etcd-operator"}

    def test_keys_are_private_and_nothing_else_is_secret(self, which):
        for file in (f for h in which.hosts for f in host_files(which, h)):
            is_key = file.path.endswith(("-key.pem", "sa.key"))
            assert (file.secret, file.mode) == (is_key, 0o600 if is_key else 0o644)
            assert (file.kind is CertFileKind.KEY) <= is_key
            assert (file.reader is not None) == is_key

    def test_files_are_made_of_known_profiles_and_of_no_other_host(self, which):
        for h in which.hosts:
            own = {p.name for p in host_profiles(which, h)}
            shared = {p.name for p in profiles(which) if p.is_ca} | {"sa"}
            for file in host_files(which, h):
                if file.kind in {CertFileKind.CERT, CertFileKind.KEY}:
                    assert file.profile in own | shared
                assert set(file.members) <= shared
            used = {f.profile for f in host_files(which, h)}
            assert own <= used

    def test_paths_are_unique(self, which):
        for h in which.hosts:
            paths = [f.path for f in host_files(which, h)]
            assert len(paths) == len(set(paths))

    def test_every_pem_that_a_program_is_started_with_is_there(self, which):
        theirs = which.etcd.files if which.etcd.files and which.etcd.files.on_hosts else None
        given = {theirs.ca, theirs.cert, theirs.key} if theirs else set()
        for h in which.hosts:
            wanted = {path for component in programs(which) for path in pems(component, which, h)}
            assert len(wanted) > 15
            assert wanted - given <= {f.path for f in host_files(which, h)}


def programs(which):
    return [c for c in COMPONENTS if c is not ETCD or which.etcd.files is None]


def pems(component, which, on):
    values = (value for _, value in options(component, which, on))
    return {v for v in values if v.startswith("/") and v.endswith((".pem", ".key", ".pub"))}


def test_client_ca_holds_the_cluster_ca_and_the_signing_ca():
    bundles = [f for f in host_files(ONE, MASTER) if f.kind is CertFileKind.BUNDLE]
    assert [(f.path, f.members) for f in bundles] == [
        ("/opt/kubernetes/ssl/client-ca.pem", ("ca", "signing-ca"))
    ]


def test_the_signing_cas_key_is_the_only_cas_key_on_a_host():
    cas = {p.name for p in profiles(ONE) if p.is_ca}
    assert {f.profile for f in host_files(ONE, MASTER) if f.secret} & cas == {"signing-ca"}


def test_a_stacked_master_has_exactly_these_files():
    paths = [f.path.removeprefix("/opt/") for f in host_files(ONE, MASTER)]
    pairs = [
        "kubernetes/ssl/signing-ca", "kubernetes/ssl/server",
        "kubernetes/ssl/apiserver-kubelet-client", "kubernetes/ssl/front-proxy-client",
        "kubernetes/ssl/kube-controller-manager", "kubernetes/ssl/kube-controller-manager-serving",
        "kubernetes/ssl/kube-scheduler", "kubernetes/ssl/kube-scheduler-serving",
        "kubernetes/ssl/apiserver-etcd-client", "etcd/ssl/server", "etcd/ssl/peer",
    ]  # fmt: skip
    single = ["ca.pem", "client-ca.pem", "front-proxy-ca.pem", "sa.pub", "sa.key"]
    single += ["kube-controller-manager-sa.key"]
    expected = [f"{stem}{end}" for stem in pairs for end in (".pem", "-key.pem")]
    expected += [f"kubernetes/ssl/{name}" for name in single] + ["etcd/ssl/ca.pem"]
    assert sorted(paths) == sorted(expected)


def test_an_external_etcds_files_from_here_are_copied():
    which = spec(etcd=external(on_hosts=False))
    local = [f for f in host_files(which, which.hosts[0]) if f.kind is CertFileKind.LOCAL]
    assert [(f.source, f.path, f.mode) for f in local] == [
        ("/opt/etcd/ssl/ca.pem", "/opt/kubernetes/ssl/etcd-ca.pem", 0o644),
        ("/opt/etcd/ssl/server.pem", "/opt/kubernetes/ssl/etcd-client.pem", 0o644),
        ("/opt/etcd/ssl/server-key.pem", "/opt/kubernetes/ssl/etcd-client-key.pem", 0o600),
    ]


def test_an_external_etcds_files_on_the_hosts_are_left_alone():
    which = spec(etcd=external(on_hosts=True))
    assert not [f for f in host_files(which, which.hosts[0]) if "etcd" in f.path]


def test_an_external_etcd_without_files_is_refused():
    nothing = dataclasses.replace(external(on_hosts=True), files=None)
    with pytest.raises(ValueError, match="needs its CA"):
        host_files(spec(etcd=nothing), MASTER)
