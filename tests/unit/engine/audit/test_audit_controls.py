"""Every control: a host with nothing wrong passes it, and one with that fault alone fails it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from audit_samples import (
    ADMISSION,
    API,
    CERT,
    ETCD,
    MANAGER,
    POD_SECURITY,
    POLICY,
    SCHEDULER,
    Told,
    audit,
    good,
)  # fmt: skip

from tui_installer.engine.audit.controls import CONTROLS
from tui_installer.engine.audit.evaluate import evaluate
from tui_installer.engine.audit.gather import read
from tui_installer.model.audit import Result

if TYPE_CHECKING:
    from collections.abc import Callable


Fault = tuple[str, "Callable[[Told], object]"]


def results(told: Told) -> dict[str, Result]:
    return {one.number: one.result for one in audit(told).controls}


def flag(program: str, name: str, value: str) -> Callable[[Told], object]:
    return lambda told: told.programs[program].flags.update({name: value})


def unset(program: str, *names: str) -> Callable[[Told], object]:
    return lambda told: [told.programs[program].flags.pop(name) for name in names]


def mode(program: str, path: str, bits: int) -> Callable[[Told], object]:
    return lambda told: told.programs[program].files[path].__setitem__(1, bits)


def owner(program: str, path: str, uid: int, gid: int) -> Callable[[Told], object]:
    return lambda told: told.programs[program].files[path].__setitem__(slice(2, 4), [uid, gid])


def gone(program: str, path: str) -> Callable[[Told], object]:
    return lambda told: told.programs[program].files.pop(path)


def text(program: str, path: str, content: str) -> Callable[[Told], object]:
    return lambda told: told.programs[program].texts.update({path: content})


def words(said: str) -> Callable[[Told], object]:
    return lambda told: setattr(told.programs[API], "words", said)


def policy(old: str, new: str) -> Callable[[Told], object]:
    assert old in POLICY
    return text(API, "/srv/audit-policy-file", POLICY.replace(old, new))


PLUGINS, OFF = "enable-admission-plugins", "disable-admission-plugins"
POD_SECURITY_FILE = "/srv/pod-security.yaml"
SOURCES = {API: 1, MANAGER: 3, SCHEDULER: 5, ETCD: 7}
FAULTS: tuple[Fault, ...] = (
    *((f"1.1.{n}", mode(p, f"/srv/{p}.env", 0o644)) for p, n in SOURCES.items()),
    *((f"1.1.{n}", mode(p, f"/etc/systemd/system/{p}.service", 0o664)) for p, n in SOURCES.items()),
    *((f"1.1.{n + 1}", owner(p, f"/srv/{p}.env", 7, 0)) for p, n in SOURCES.items()),
    ("1.1.9", lambda t: t.cni["/etc/cni/net.d/10-x.conf"].__setitem__(1, 0o644)),
    ("1.1.10", lambda t: t.cni["/etc/cni/net.d/10-x.conf"].__setitem__(2, 9)),
    ("1.1.11", mode(ETCD, "/data", 0o750)),
    ("1.1.11", gone(ETCD, "/data")),
    ("1.1.12", owner(ETCD, "/data", 0, 0)),
    ("1.1.12", owner(ETCD, "/data", 601, 601)),
    ("1.1.12", gone(ETCD, "/data")),
    ("1.1.13", lambda t: t.admin["/etc/kubernetes/admin.conf"].__setitem__(1, 0o640)),
    ("1.1.14", lambda t: t.admin["/etc/kubernetes/admin.conf"].__setitem__(2, 1000)),
    ("1.1.15", mode(SCHEDULER, "/srv/s.conf", 0o644)),
    ("1.1.15", lambda t: setattr(t.programs[ETCD], "gids", "604 603")),
    ("1.1.16", owner(SCHEDULER, "/srv/s.conf", 1000, 603)),
    ("1.1.16", owner(SCHEDULER, "/srv/s.conf", 0, 601)),
    ("1.1.17", mode(MANAGER, "/srv/m.conf", 0o604)),
    ("1.1.18", owner(MANAGER, "/srv/m.conf", 603, 602)),
    ("1.1.19", owner(API, "/srv/pki", 1000, 0)),
    ("1.1.19", owner(MANAGER, "/srv/pki/sa.key", 601, 602)),
    ("1.1.19", lambda t: t.near["/srv/pki/old.key"].__setitem__(2, 1000)),
    ("1.1.20", mode(API, "/srv/pki/client-ca-file", 0o664)),
    ("1.1.20", mode(API, "/srv/pki", 0o777)),
    ("1.1.21", mode(ETCD, "/srv/etcd/key-file", 0o644)),
    ("1.1.21", mode(API, "/srv/encryption-provider-config", 0o644)),
    ("1.1.21", lambda t: t.near["/srv/pki/old.key"].__setitem__(1, 0o640)),
    ("1.2.1", unset(API, "anonymous-auth")),
    ("1.2.1", flag(API, "anonymous-auth", "true")),
    ("1.2.2", flag(API, "token-auth-file", "/srv/token.csv")),
    ("1.2.3", flag(API, PLUGINS, "NodeRestriction")),
    ("1.2.4", unset(API, "kubelet-client-key")),
    ("1.2.4", gone(API, "/srv/pki/kubelet-client-certificate")),
    ("1.2.5", unset(API, "kubelet-certificate-authority")),
    ("1.2.6", flag(API, "authorization-mode", "RBAC,AlwaysAllow")),
    ("1.2.6", unset(API, "authorization-mode")),
    ("1.2.7", flag(API, "authorization-mode", "RBAC")),
    ("1.2.8", flag(API, "authorization-mode", "Node")),
    ("1.2.9", flag(API, PLUGINS, "NodeRestriction")),
    ("1.2.10", flag(API, PLUGINS, "AlwaysAdmit")),
    ("1.2.11", unset(API, PLUGINS)),
    ("1.2.12", flag(API, OFF, "ServiceAccount")),
    ("1.2.13", flag(API, OFF, "EventRateLimit,NamespaceLifecycle")),
    ("1.2.14", flag(API, PLUGINS, "EventRateLimit")),
    ("1.2.15", unset(API, "profiling")),
    ("1.2.16", unset(API, "audit-log-path")),
    ("1.2.16", flag(API, "audit-log-path", "/dev/null")),
    ("1.2.17", flag(API, "audit-log-maxage", "29")),
    ("1.2.18", flag(API, "audit-log-maxbackup", "-10")),
    ("1.2.19", flag(API, "audit-log-maxsize", "x")),
    ("1.2.20", flag(API, "request-timeout", "0s")),
    ("1.2.20", flag(API, "request-timeout", "1h0m0s")),
    ("1.2.20", flag(API, "request-timeout", "soon")),
    ("1.2.21", flag(API, "service-account-lookup", "false")),
    ("1.2.22", unset(API, "service-account-key-file")),
    ("1.2.23", unset(API, "etcd-certfile")),
    ("1.2.24", gone(API, "/srv/pki/tls-cert-file")),
    ("1.2.25", unset(API, "client-ca-file")),
    ("1.2.26", unset(API, "etcd-cafile")),
    ("1.2.27", unset(API, "encryption-provider-config")),
    ("1.2.28", words("resources resources secrets providers identity secretbox")),
    ("1.2.28", words("resources resources configmaps providers secretbox")),
    ("1.2.28", words("resources resources secrets providers aesgcm")),
    ("1.2.28", words("")),
    ("1.2.29", unset(API, "tls-cipher-suites")),
    ("1.2.29", flag(API, "tls-cipher-suites", "TLS_RSA_WITH_AES_128_GCM_SHA256")),
    ("1.2.29", flag(API, "tls-cipher-suites", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")),
    ("1.2.30", unset(API, "service-account-extend-token-expiration")),
    ("1.3.1", unset(MANAGER, "terminated-pod-gc-threshold")),
    ("1.3.1", flag(MANAGER, "terminated-pod-gc-threshold", "0")),
    ("1.3.2", flag(MANAGER, "profiling", "true")),
    ("1.3.3", unset(MANAGER, "use-service-account-credentials")),
    ("1.3.4", unset(MANAGER, "service-account-private-key-file")),
    ("1.3.5", unset(MANAGER, "root-ca-file")),
    ("1.3.6", flag(MANAGER, "feature-gates", "A=true,RotateKubeletServerCertificate=false")),
    ("1.3.7", flag(MANAGER, "bind-address", "0.0.0.0")),
    ("1.3.7", unset(MANAGER, "bind-address")),
    ("1.4.1", unset(SCHEDULER, "profiling")),
    ("1.4.2", flag(SCHEDULER, "bind-address", "::")),
    ("2.1", unset(ETCD, "key-file")),
    ("2.2", unset(ETCD, "client-cert-auth")),
    ("2.3", flag(ETCD, "auto-tls", "true")),
    ("2.4", unset(ETCD, "peer-cert-file", "peer-key-file")),
    ("2.5", flag(ETCD, "peer-client-cert-auth", "false")),
    ("2.6", flag(ETCD, "peer-auto-tls", "true")),
    ("2.7", text(ETCD, "/srv/etcd/trusted-ca-file", CERT.format("Y2x1c3\nRlcg=="))),
    ("2.7", unset(ETCD, "trusted-ca-file")),
    ("3.2.1", unset(API, "audit-policy-file")),
    ("3.2.2", unset(API, "audit-policy-file")),
    ("3.2.2", text(API, "/srv/audit-policy-file", "rules: [{level: None}]")),
    ("3.2.2", text(API, "/srv/audit-policy-file", "a: &a [*a]")),
    ("3.2.2", text(API, "/srv/audit-policy-file", "rules: 3")),
    ("3.2.2", text(API, "/srv/audit-policy-file", "rules: [{verbs: 3, level: None}]")),
    ("3.2.2", text(API, "/srv/audit-policy-file", "rules: [{resources: 3, level: None}]")),
    ("3.2.2", policy("[secrets, configmaps]", "[secrets]")),
    ("3.2.2", policy("[tokenreviews]", "[other]")),
    ("3.2.2", policy("rules:", "rules: [{level: None, verbs: [get, list, watch]}]\nnone:")),
    ("3.2.2", policy("- level: Request\n", "- level: None\n")),
    ("own.1", lambda told: setattr(told.programs[SCHEDULER], "uid", 0)),
    ("own.2", flag(ETCD, "tls-min-version", "TLS1.1")),
    *(
        (number, fault)
        for number in ("5.2.1", "5.2.2", "5.2.3", "5.2.4", "5.2.5", "5.2.10", "5.2.11", "5.2.12")
        for fault in (
            unset(API, "admission-control-config-file"),
            flag(API, OFF, "PodSecurity"),
            text(API, POD_SECURITY_FILE, POD_SECURITY.replace("baseline", "privileged")),
            text(API, POD_SECURITY_FILE, POD_SECURITY.replace("[kube-system]", "[default]")),
            text(API, POD_SECURITY_FILE, "]"),
            text(API, "/srv/admission-control-config-file", ADMISSION.replace("PodSec", "Sec")),
        )
    ),
)


def test_a_host_with_nothing_wrong_passes_all():
    found = results(good())
    assert set(found.values()) == {Result.PASS}
    assert len(found) == len(CONTROLS)


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=lambda n: f"{FAULTS[n][0]}-{n}")
def test_a_fault_fails_its_control(number: int):
    control, spoil = FAULTS[number]
    told = good()
    spoil(told)
    found = {one.number: one for one in audit(told).controls}
    assert found[control].result is Result.FAIL
    assert found[control].verdicts["master01"].evidence
    assert found[control].fix


def test_every_control_can_fail():
    assert {number for number, _ in FAULTS} == {control.number for control in CONTROLS}


def test_controls_are_told_once_in_the_benchmarks_order():
    numbers = [control.number for control in CONTROLS]
    assert len(set(numbers)) == len(numbers)
    assert numbers[:3] == ["1.1.1", "1.1.2", "1.1.3"]
    assert numbers[-2:] == ["own.1", "own.2"]
    assert numbers.index("1.2.9") < numbers.index("1.2.10") < numbers.index("2.1")


def test_what_does_not_run_is_not_applicable_to_its_controls():
    told = good()
    del told.programs[ETCD], told.programs[SCHEDULER]
    found = results(told)
    for number in ("1.1.5", "1.1.6", "1.1.7", "1.1.11", "1.1.15", "1.4.1", "2.1", "2.7"):
        assert found[number] is Result.NOT_APPLICABLE, number
    assert found["1.2.1"] is Result.PASS


def test_a_host_with_nothing_on_it_passes_nothing():
    found = audit(Told({}))
    assert found.count(Result.PASS) == 0
    assert found.count(Result.FAIL) == 0
    assert found.programs == {"master01": ()}


def test_one_bad_host_of_several_fails_the_control_and_is_named():
    bad = good()
    flag(API, "profiling", "true")(bad)
    hosts = [read("alpha", good().text()), read("beta", bad.text())]
    (control,) = [one for one in evaluate(hosts).controls if one.number == "1.2.15"]
    assert control.result is Result.FAIL
    assert control.verdicts["alpha"].result is Result.PASS
    assert control.verdicts["beta"].evidence == "--profiling=true"


def test_the_etcd_of_another_host_is_compared_with_the_clients_ca_of_all():
    first, second = good(), good()
    del first.programs[ETCD]
    del second.programs[API]
    text(ETCD, "/srv/etcd/trusted-ca-file", CERT.format("Y2x1c3Rlcg=="))(second)
    hosts = [read("alpha", first.text()), read("beta", second.text())]
    (control,) = [one for one in evaluate(hosts).controls if one.number == "2.7"]
    assert control.verdicts["beta"].result is Result.FAIL
