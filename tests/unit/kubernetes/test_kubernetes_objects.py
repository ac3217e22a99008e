"""API objects, what of them is missing on a cluster, kubeconfigs and the encryption file."""

from __future__ import annotations

import base64
import copy
import json
import re

import pytest
import yaml
from kube_samples import host, spec

from tui_installer.kubernetes import encryption, kubeconfig, objects
from tui_installer.kubernetes.components import CONTROLLER_MANAGER, ETCD, SCHEDULER
from tui_installer.kubernetes.encryption import EncryptionKey
from tui_installer.model.secret import Secret
from tui_installer.model.spec import Endpoint, TokenMode, TokenSpec

WORD = "0123456789abcdef"


def bound(mode):
    """(role, kind, subject) of every binding."""
    return {
        (b["roleRef"]["name"], b["subjects"][0]["kind"], b["subjects"][0]["name"])
        for b in objects.bindings(spec(token=TokenSpec(mode, 0)))
    }


ALWAYS = {
    (
        "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
        "Group",
        "system:nodes",
    ),
    ("system:kubelet-api-admin", "User", "kube-apiserver-kubelet-client"),
    ("cluster-admin", "Group", "kubeadm:cluster-admins"),
}
SECRET = {
    ("system:node-bootstrapper", "Group", objects.BOOTSTRAP_GROUP),
    (
        "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
        "Group",
        objects.BOOTSTRAP_GROUP,
    ),
}
CSV = {
    ("system:node-bootstrapper", "User", "kubelet-bootstrap"),
    ("system:node-bootstrapper", "Group", "system:kubelet-bootstrap"),
    (
        "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
        "Group",
        "system:kubelet-bootstrap",
    ),
}


@pytest.mark.parametrize(
    ("mode", "more"),
    [(TokenMode.SECRET, SECRET), (TokenMode.CSV, CSV), (TokenMode.BOTH, SECRET | CSV)],
)
def test_each_token_mode_gets_the_rights_it_needs_and_no_others(mode, more):
    assert bound(mode) == ALWAYS | more


def test_every_object_has_a_name_of_its_own_and_says_who_made_it():
    made = objects.bindings(spec(token=TokenSpec(TokenMode.BOTH, 0)))
    assert len({b["metadata"]["name"] for b in made}) == len(made)
    assert all(b["metadata"]["labels"] == objects.LABELS for b in made)


def test_the_tokens_group_is_one_that_the_api_server_allows():
    assert re.fullmatch(r"system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]", objects.BOOTSTRAP_GROUP)
    made = objects.token_secret("abcdef", Secret(WORD), 0)
    assert made["stringData"]["auth-extra-groups"] == objects.BOOTSTRAP_GROUP


def test_a_token_secret_is_in_the_form_the_controllers_look_for():
    made = objects.token_secret("abcdef", Secret(WORD), 1_700_000_000)
    assert made["type"] == "bootstrap.kubernetes.io/token"
    assert made["metadata"]["name"] == "bootstrap-token-abcdef"
    assert made["metadata"]["namespace"] == "kube-system"
    assert made["stringData"]["expiration"] == "2023-11-14T22:13:20Z"
    assert made["stringData"]["token-secret"] == WORD
    json.dumps(made)


def test_a_token_that_never_expires_has_no_expiration():
    assert "expiration" not in objects.token_secret("abcdef", Secret(WORD), 0)["stringData"]


def as_stored(secret):
    live = copy.deepcopy(secret)
    plain = live.pop("stringData")
    live["data"] = {k: base64.b64encode(v.encode()).decode() for k, v in plain.items()}
    live["metadata"]["uid"] = "x"
    return live


def test_a_stored_secret_is_as_wanted():
    made = objects.token_secret("abcdef", Secret(WORD), 0)
    assert objects.subset_differences(made, as_stored(made)) == []


def test_a_secrets_difference_is_named_but_never_told():
    made = objects.token_secret("abcdef", Secret(WORD), 0)
    live = as_stored(made)
    live["data"]["token-secret"] = base64.b64encode(b"fedcba9876543210").decode()
    del live["data"]["description"]
    told = objects.subset_differences(made, live)
    assert told == ["data.token-secret: •••, wanted another", "data.description: missing"]


def test_what_the_cluster_adds_is_no_difference():
    (binding, *_) = objects.bindings(spec())
    live = copy.deepcopy(binding) | {"extra": 1}
    live["metadata"] |= {"uid": "x", "annotations": {}}
    live["metadata"]["labels"]["more"] = "y"
    assert objects.subset_differences(binding, live) == []


def test_a_subject_too_many_a_wrong_role_and_a_lost_label_are_differences():
    (binding, *_) = objects.bindings(spec())
    live = copy.deepcopy(binding)
    live["roleRef"]["name"] = "view"
    live["subjects"].append({"kind": "Group", "name": "system:unauthenticated"})
    live["metadata"]["labels"] = {}
    told = objects.subset_differences(binding, live)
    assert len(told) == 3
    assert "roleRef.name: view, wanted system:node-bootstrapper" in told


def test_a_kubeconfig_of_a_program_names_files_and_the_api_server_of_its_host():
    chosen = spec()
    found = yaml.safe_load(kubeconfig.for_component(SCHEDULER, chosen, chosen.hosts[1]))
    assert found["clusters"][0]["cluster"] == {
        "server": "https://127.0.0.1:6443",
        "certificate-authority": "/opt/kubernetes/ssl/ca.pem",
    }
    assert found["users"][0] == {
        "name": "system:kube-scheduler",
        "user": {
            "client-certificate": "/opt/kubernetes/ssl/kube-scheduler.pem",
            "client-key": "/opt/kubernetes/ssl/kube-scheduler-key.pem",
        },
    }
    (context,) = found["contexts"]
    assert found["current-context"] == context["name"]
    assert context["context"] == {"cluster": "kubernetes", "user": "system:kube-scheduler"}


def test_on_an_ipv6_host_the_api_server_is_called_by_the_hosts_address():
    assert kubeconfig.local_server(host("m", "2001:db8::1")) == "https://[2001:db8::1]:6443"


def test_kubeconfigs_lie_in_the_cfg_folder():
    layout = spec().layout
    assert kubeconfig.path(CONTROLLER_MANAGER, layout) == (
        "/opt/kubernetes/cfg/controller-manager.kubeconfig"
    )
    with pytest.raises(KeyError):
        kubeconfig.path(ETCD, layout)


def test_the_administrators_kubeconfig_is_complete_in_itself():
    chosen = spec(endpoint=Endpoint("api.example.test", 8443))
    found = yaml.safe_load(kubeconfig.admin(chosen, b"CA", b"CERT", Secret(b"KEY")))
    cluster, user = found["clusters"][0]["cluster"], found["users"][0]["user"]
    assert cluster["server"] == "https://api.example.test:8443"
    assert base64.b64decode(cluster["certificate-authority-data"]) == b"CA"
    assert base64.b64decode(user["client-certificate-data"]) == b"CERT"
    assert base64.b64decode(user["client-key-data"]) == b"KEY"


def test_secretbox_writes_and_identity_still_reads():
    key = base64.b64encode(bytes(32)).decode()
    keys = (EncryptionKey("key1", Secret(key)),)
    text = encryption.configuration(keys)
    assert encryption.keys_of(text) == keys
    (resources,) = yaml.safe_load(text)["resources"]
    assert resources["resources"] == ["secrets"]
    assert resources["providers"] == [
        {"secretbox": {"keys": [{"name": "key1", "secret": key}]}},
        {"identity": {}},
    ]
    assert b"\n  - secretbox:\n" in text, "kube-bench reads block YAML line by line"
