"""The flags each program is started with."""

from __future__ import annotations

import dataclasses

import pytest
from kube_samples import etcd, external, host, hosts, spec, version

from tui_installer.kubernetes import cert_files, options_bytes
from tui_installer.kubernetes.components import (
    APISERVER,
    COMPONENTS,
    CONTROLLER_MANAGER,
    CONTROLLERS,
    ETCD,
    SCHEDULER,
)
from tui_installer.kubernetes.options import (
    options,
)
from tui_installer.kubernetes.unquoting import read_options
from tui_installer.model.check.parse import networks
from tui_installer.model.spec import ExtraArgs, TokenMode, TokenSpec


def flags(found):
    assert len(dict(found)) == len(found), "a flag stands twice"
    return dict(found)


def api(chosen=None, at=0):
    chosen = chosen or spec()
    return flags(options(APISERVER, chosen, chosen.hosts[at]))


def test_an_api_server_has_all_members_of_etcd_and_its_own_first():
    assert api(at=1)["etcd-servers"] == (
        "https://192.0.2.12:2379,https://192.0.2.11:2379,https://192.0.2.13:2379"
    )
    assert api()["etcd-cafile"] == "/opt/etcd/ssl/ca.pem"
    assert api()["etcd-certfile"] == "/opt/kubernetes/ssl/apiserver-etcd-client.pem"
    assert api()["etcd-keyfile"] == "/opt/kubernetes/ssl/apiserver-etcd-client-key.pem"


def test_an_external_etcd_is_used_with_the_files_on_the_hosts():
    found = api(spec(etcd=external(on_hosts=True)))
    assert found["etcd-servers"] == "https://192.0.2.50:2379,https://[2001:db8::5]:2379"
    assert found["etcd-cafile"] == "/opt/etcd/ssl/ca.pem"
    assert found["etcd-certfile"] == "/opt/etcd/ssl/server.pem"
    assert found["etcd-keyfile"] == "/opt/etcd/ssl/server-key.pem"


def test_an_external_etcds_files_from_here_lie_in_the_ssl_folder():
    found = api(spec(etcd=external(on_hosts=False)))
    assert found["etcd-cafile"] == "/opt/kubernetes/ssl/etcd-ca.pem"
    assert found["etcd-certfile"] == "/opt/kubernetes/ssl/etcd-client.pem"
    assert found["etcd-keyfile"] == "/opt/kubernetes/ssl/etcd-client-key.pem"


def test_an_external_etcd_without_files_is_refused():
    lost = dataclasses.replace(external(on_hosts=True), files=None)
    with pytest.raises(ValueError, match="external etcd"):
        api(spec(etcd=lost))


def test_every_master_listens_everywhere_and_advertises_itself():
    assert api(at=2)["advertise-address"] == "192.0.2.13"
    assert api(at=2)["bind-address"] == "0.0.0.0"


def test_ipv6_hosts_get_brackets_in_urls_and_listen_on_both_families():
    six = spec(hosts=(host("m1", "2001:db8::1"), host("m2", "2001:db8::2")))
    assert api(six)["bind-address"] == "::"
    assert api(six)["advertise-address"] == "2001:db8::1"
    assert api(six)["etcd-servers"] == "https://[2001:db8::1]:2379,https://[2001:db8::2]:2379"
    member = flags(options(ETCD, six, six.hosts[0]))
    assert (
        member["initial-cluster"] == "m1=https://[2001:db8::1]:2380,m2=https://[2001:db8::2]:2380"
    )
    assert member["listen-client-urls"] == "https://[2001:db8::1]:2379,https://127.0.0.1:2379"


def test_networks_and_names_come_from_the_spec():
    found = api(
        spec(
            domain="example.test",
            node_port_range=(30000, 50000),
            service_cidr=networks("10.96.0.0/12"),
        )
    )
    assert found["service-cluster-ip-range"] == "10.96.0.0/12"
    assert found["service-node-port-range"] == "30000-50000"
    assert found["service-account-issuer"] == "https://kubernetes.default.svc.example.test"


@pytest.mark.parametrize("mode", list(TokenMode))
def test_token_csv_is_read_only_in_its_modes(mode):
    found = api(spec(token=TokenSpec(mode, 0)))
    assert ("token-auth-file" in found) == (mode is not TokenMode.SECRET)
    assert found["enable-bootstrap-token-auth"] == "true"


def test_secrets_at_rest_are_encrypted():
    assert api()["encryption-provider-config"] == "/opt/kubernetes/cfg/encryption.yaml"


def test_service_account_keys_are_a_pair_of_their_own():
    found = api()
    assert found["service-account-key-file"] == "/opt/kubernetes/ssl/sa.pub"
    assert found["service-account-signing-key-file"] == "/opt/kubernetes/ssl/sa.key"
    assert found["client-ca-file"] == "/opt/kubernetes/ssl/client-ca.pem"


def test_the_controller_manager_signs_with_the_signing_ca_and_hands_out_the_root():
    found = flags(options(CONTROLLER_MANAGER, spec(), hosts()[0]))
    assert found["cluster-signing-cert-file"] == "/opt/kubernetes/ssl/signing-ca.pem"
    assert found["cluster-signing-key-file"] == "/opt/kubernetes/ssl/signing-ca-key.pem"
    assert found["root-ca-file"] == "/opt/kubernetes/ssl/ca.pem"
    assert found["controllers"] == "*,bootstrapsigner,tokencleaner"
    assert found["tls-cert-file"] == "/opt/kubernetes/ssl/kube-controller-manager-serving.pem"


@pytest.mark.parametrize("component", CONTROLLERS, ids=str)
def test_both_speak_https_on_loopback_and_elect_a_leader(component):
    found = flags(options(component, spec(), hosts()[0]))
    assert found["bind-address"] == "127.0.0.1"
    assert found["leader-elect"] == "true"
    assert found["kubeconfig"] == found["authentication-kubeconfig"]
    assert found["kubeconfig"] == found["authorization-kubeconfig"]
    assert found["kubeconfig"].startswith("/opt/kubernetes/cfg/")
    assert found["tls-private-key-file"].endswith("-serving-key.pem")


@pytest.mark.parametrize(("pods", "size"), [
    ("10.244.0.0/16", None), ("10.244.0.0/24", None), ("10.0.0.0/8", None),
    ("10.244.0.0/26", "30"), ("10.244.0.0/30", "32"), ("0.0.0.0/4", "20"),
    ("fd00::/48", None), ("fd00::/64", None), ("fd00::/32", "48"), ("fd00::/112", "116"),
])  # fmt: skip
def test_a_nodes_part_of_the_pod_network_always_fits(pods, size):
    found = flags(options(CONTROLLER_MANAGER, spec(pod_cidr=networks(pods)), hosts()[0]))
    assert found.get("node-cidr-mask-size") == size


def test_a_member_of_etcd_knows_all_members_and_wants_certificates():
    chosen = spec(name="prod")
    found = flags(options(ETCD, chosen, chosen.hosts[1]))
    assert found["name"] == "master02"
    assert found["initial-cluster"] == (
        "master01=https://192.0.2.11:2380,master02=https://192.0.2.12:2380,"
        "master03=https://192.0.2.13:2380"
    )
    assert found["initial-cluster-token"] == "prod"
    assert found["initial-cluster-state"] == "new"
    assert found["client-cert-auth"] == found["peer-client-cert-auth"] == "true"
    assert found["listen-metrics-urls"] == "http://127.0.0.1:2381"
    assert found["listen-client-urls"] == "https://192.0.2.12:2379,https://127.0.0.1:2379"


def test_etcd_below_3_6_is_told_in_its_own_words():
    old = spec(etcd=etcd(version=version("v3.5.21")))
    found = flags(options(ETCD, old, old.hosts[0]))
    assert found["experimental-initial-corrupt-check"] == "true"
    assert "feature-gates" not in found


def test_an_extra_argument_replaces_ours_in_its_place_and_others_come_last():
    plain = [name for name, _ in options(SCHEDULER, spec(), hosts()[0])]
    chosen = spec(extra_args=ExtraArgs(scheduler=(("v", "4"), ("tls_min_version", "VersionTLS13"))))
    found = options(SCHEDULER, chosen, chosen.hosts[0])
    assert [name for name, _ in found] == [*plain, "v"]
    assert flags(found)["tls-min-version"] == "VersionTLS13"


def test_an_authorization_file_takes_the_place_of_the_modes():
    chosen = spec(extra_args=ExtraArgs(apiserver=(("authorization-config", "/a.yaml"),)))
    assert "authorization-mode" not in api(chosen)


@pytest.mark.parametrize("component", COMPONENTS, ids=str)
def test_the_options_file_says_the_same(component):
    chosen = spec(extra_args=ExtraArgs(apiserver=(("x", "a 'b' $c"),)))
    wanted = options(component, chosen, chosen.hosts[0])
    variable, words = read_options(options_bytes(component, chosen, chosen.hosts[0]).decode())
    assert variable == component.variable
    assert words == tuple(f"--{name}={value}" for name, value in wanted)


def test_variables_are_the_tutorials():
    assert [component.variable for component in COMPONENTS] == [
        "ETCD_OPTS",
        "KUBE_APISERVER_OPTS",
        "KUBE_CONTROLLER_MANAGER_OPTS",
        "KUBE_SCHEDULER_OPTS",
    ]


@pytest.mark.parametrize("of_etcd", [etcd(), external(on_hosts=False)])
def test_every_certificate_that_a_flag_names_is_sent_to_the_host(of_etcd):
    chosen = spec(etcd=of_etcd)
    components = [c for c in COMPONENTS if c is not ETCD or of_etcd.files is None]
    sent = {file.path for file in cert_files.host_files(chosen, chosen.hosts[0])}
    named = {
        value
        for component in components
        for _, value in options(component, chosen, chosen.hosts[0])
        if "/ssl/" in value
    }
    assert named
    assert named <= sent
