"""Flags and files that close the cluster: the secure side alone, each toggle, an operator's own."""

from __future__ import annotations

import dataclasses
import re

import pytest
import yaml
from engine_samples import context
from kube_samples import etcd, hosts, spec, version

from tui_installer.actions.runs.check import check
from tui_installer.engine.cluster.local_files import POLICY as POLICY_FILE
from tui_installer.engine.cluster.local_files import policy, read
from tui_installer.engine.operations.install.work import WORK
from tui_installer.errors import UsageError
from tui_installer.front.tui.screens.review.explain import explain
from tui_installer.kubernetes import admission, audit, lint_extra_args, unit
from tui_installer.kubernetes.components import (
    APISERVER,
    COMPONENTS,
    CONTROLLER_MANAGER,
    ETCD,
    SCHEDULER,
)
from tui_installer.kubernetes.options import options
from tui_installer.kubernetes.policy_lines import LINES
from tui_installer.model.check.problems import AnswersInvalid
from tui_installer.model.security import AuditSpec, PodLevel, PodSecuritySpec, SecuritySpec
from tui_installer.model.spec import ExtraArgs

ADMISSION = "/opt/kubernetes/cfg/admission.yaml"
POLICY = "/opt/kubernetes/cfg/audit-policy.yaml"


def closed(*extra, **security):
    return spec(
        hosts=hosts(1),
        security=SecuritySpec(**security),
        extra_args=ExtraArgs(apiserver=tuple(extra)),
    )


def api(*extra, **security):
    chosen = closed(*extra, **security)
    return dict(options(APISERVER, chosen, chosen.hosts[0]))


def plugins(*extra, **security):
    return api(*extra, **security)["enable-admission-plugins"].split(",")


def configured(*extra, **security):
    """plugin → its configuration, as a YAML parser reads the file."""
    found = yaml.safe_load(admission.configuration(closed(*extra, **security)))
    return {one["name"]: one["configuration"] for one in found["plugins"]}


def test_an_api_server_of_which_nothing_is_said_is_closed():
    found = api()
    assert found["anonymous-auth"] == "false"
    assert found["profiling"] == "false"
    assert found["service-account-extend-token-expiration"] == "false"
    assert found["service-account-lookup"] == "true"
    assert found["request-timeout"] == "1m0s"
    assert found["admission-control-config-file"] == ADMISSION
    assert plugins() == [
        "NodeRestriction", "DenyServiceExternalIPs", "EventRateLimit", "AlwaysPullImages",
    ]  # fmt: skip


def test_the_audit_log_is_bounded_and_has_a_policy():
    found = {name: value for name, value in api().items() if name.startswith("audit-")}
    assert found == {
        "audit-policy-file": POLICY,
        "audit-log-path": "/var/log/kubernetes/audit.log",
        "audit-log-maxage": "30",
        "audit-log-maxbackup": "10",
        "audit-log-maxsize": "100",
    }


@pytest.mark.parametrize(
    ("security", "flag", "value"),
    [
        ({"anonymous_auth": True}, "anonymous-auth", None),
        ({"audit": None}, "audit-log-path", None),
        ({"audit": None}, "audit-policy-file", None),
        ({"audit": AuditSpec(max_age=0)}, "audit-log-maxage", "0"),
        (
            {"service_account_extend_token_expiration": True},
            "service-account-extend-token-expiration",
            "true",
        ),
    ],
)
def test_a_toggle_changes_its_flag(security, flag, value):
    assert api(**security).get(flag) == value


def test_each_plugin_has_its_toggle():
    every = {"NodeRestriction", "DenyServiceExternalIPs", "EventRateLimit", "AlwaysPullImages"}
    assert set(plugins()) == every
    assert set(plugins(deny_service_external_ips=False)) == every - {"DenyServiceExternalIPs"}
    assert set(plugins(event_rate_limit=False)) == every - {"EventRateLimit"}
    assert set(plugins(always_pull_images=False)) == every - {"AlwaysPullImages"}


def test_an_own_list_of_plugins_adds_to_ours():
    own = ("enable-admission-plugins", "PodNodeSelector, NodeRestriction")
    assert plugins(own) == [
        "NodeRestriction", "DenyServiceExternalIPs", "EventRateLimit", "AlwaysPullImages",
        "PodNodeSelector",
    ]  # fmt: skip


def test_a_plugin_that_is_disabled_is_not_enabled_beside():
    off = ("disable-admission-plugins", "EventRateLimit,NodeRestriction")
    assert plugins(off) == ["DenyServiceExternalIPs", "AlwaysPullImages"]
    assert "EventRateLimit" not in configured(off)


def test_event_limits_are_there_whenever_their_plugin_is_on():
    own = ("enable-admission-plugins", "EventRateLimit")
    for found in (configured(), configured(own, event_rate_limit=False)):
        limits = found["EventRateLimit"]["limits"]
        assert {limit["type"] for limit in limits} == {"Server", "Namespace"}
        assert all(limit["burst"] >= limit["qps"] > 0 for limit in limits)
    assert "EventRateLimit" not in configured(event_rate_limit=False)


@pytest.mark.parametrize("enforce", list(PodLevel))
@pytest.mark.parametrize("warn", list(PodLevel))
def test_pod_security_has_the_levels_and_spares_kube_system(enforce, warn):
    found = configured(pod_security=PodSecuritySpec(enforce, warn))["PodSecurity"]
    assert (found["defaults"]["enforce"], found["defaults"]["warn"]) == (enforce, warn)
    assert found["exemptions"] == {"namespaces": ["kube-system"]}
    made = admission.configuration(closed(pod_security=PodSecuritySpec(enforce, warn)))
    assert admission.levels_of(made) == {"enforce": enforce, "warn": warn}


def test_an_own_admission_file_may_not_leave_event_limits_out_unsaid():
    own = ("admission-control-config-file", "/srv/mine.yaml")
    (problem,) = lint_extra_args(closed(own))
    assert problem.path == "kubernetes.extraArgs.apiserver.admission-control-config-file"
    assert "security.eventRateLimit: false" in problem.hint
    assert lint_extra_args(closed(own, event_rate_limit=False)) == ()
    assert api(own, event_rate_limit=False)["admission-control-config-file"] == "/srv/mine.yaml"


def test_two_audit_policies_are_a_problem():
    own = ("audit-policy-file", "/srv/policy.yaml")
    (problem,) = lint_extra_args(closed(own, audit=AuditSpec(policy_file="/here.yaml")))
    assert "security.audit.policyFile" in problem.message
    assert lint_extra_args(closed(own)) == ()


def wanted(tmp_path, *extra, **security):
    ctx = context(tmp_path, closed(*extra, **security))
    wants = WORK.wants_of(ctx, ctx.spec.hosts[0])
    unit_files = next(u.files for u in wants.units if u.name == "kube-apiserver.service")
    return {want.path: want for want in wants.files}, unit_files


def test_the_api_server_is_restarted_for_its_policy_files(tmp_path):
    files, restarts_for = wanted(tmp_path)
    assert files[POLICY].data == audit.POLICY
    assert {ADMISSION, POLICY} <= set(restarts_for)


def test_a_file_that_no_flag_names_is_not_sent(tmp_path):
    files, _ = wanted(tmp_path / "1", audit=None)
    assert POLICY not in files
    own = (("admission-control-config-file", "/a"), ("audit-policy-file", "/b"))
    files, restarts_for = wanted(tmp_path / "2", *own, event_rate_limit=False)
    assert not {ADMISSION, POLICY} & (set(files) | set(restarts_for))


def test_an_own_policy_goes_to_the_hosts_in_place_of_ours(tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_bytes(b"apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None}]\n")
    files, _ = wanted(tmp_path / "s", audit=AuditSpec(policy_file=str(mine)))
    assert files[POLICY].data == mine.read_bytes()
    assert str(mine) in files[POLICY].about


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"a: [", "not YAML"),
        (b"\xff\xfe\xfd", "not YAML"),
        (b"[]", "kind: Policy"),
        (b"kind: Policy\n", "apiVersion: audit.k8s.io/v1"),
        (b"kind: Policy\napiVersion: audit.k8s.io/v1\n", "no rules"),
        (b"kind: Policy\napiVersion: audit.k8s.io/v1\nrules: []\n", "no rules"),
    ],
)
def test_what_is_no_audit_policy_is_refused_before_a_host_has_it(tmp_path, text, why):
    mine = tmp_path / "mine.yaml"
    mine.write_bytes(text)
    with pytest.raises(UsageError, match=why):
        read(closed(audit=AuditSpec(policy_file=str(mine))))


def test_a_policy_that_is_not_there_is_named_with_its_answer(tmp_path):
    with pytest.raises(UsageError) as caught:
        read(closed(audit=AuditSpec(policy_file=str(tmp_path / "none.yaml"))))
    assert "security.audit.policyFile" in caught.value.hint


def test_a_folder_or_a_file_without_an_end_is_no_policy(tmp_path):
    for path, why in ((str(tmp_path), "cannot read"), ("/dev/zero", "larger than 256 KB")):
        with pytest.raises(UsageError, match=why):
            policy(path)
        answers = tmp_path / "answers.yaml"
        answers.write_text(
            "apiVersion: tui-installer/v1\nhosts:\n  - address: 192.0.2.11\n"
            f"security:\n  audit:\n    policyFile: {path}\n"
        )
        with pytest.raises(AnswersInvalid) as caught:
            check(answers)
        (problem,) = caught.value.problems
        assert (problem.path, problem.line, problem.column) == (POLICY_FILE, 6, 17)


def decided(user="jane", groups=(), verb="get", group="", resource="", page=""):
    """The level that our policy gives a request; as k8s.io/apiserver/pkg/audit/policy decides."""
    for rule in yaml.safe_load(audit.POLICY)["rules"]:
        if _fits(rule, user, groups, verb) and _about(rule, group, resource, page):
            return rule["level"]
    raise AssertionError("no rule fits")


def _fits(rule, user, groups, verb):
    return (
        user in rule.get("users", [user])
        and (not rule.get("userGroups") or set(groups) & set(rule["userGroups"]))
        and verb in rule.get("verbs", [verb])
    )


def _about(rule, group, resource, page):
    pages = rule.get("nonResourceURLs", [])
    if page:
        fits = any(page == p or (p.endswith("*") and page.startswith(p[:-1])) for p in pages)
        return fits or not (pages or rule.get("resources"))
    named = rule.get("resources", [])
    fits = any(g["group"] == group and resource in g.get("resources", [resource]) for g in named)
    return fits or not (pages or named)


NODE = {"user": "system:node:a", "groups": ("system:nodes",)}
RBAC = "rbac.authorization.k8s.io"


@pytest.mark.parametrize(
    ("request_of", "level"),
    [
        ({"resource": "secrets", "verb": "create"}, "Metadata"),
        ({"resource": "secrets", "verb": "watch"}, "Metadata"),
        ({"resource": "secrets", "user": "system:kube-controller-manager"}, "Metadata"),
        ({"resource": "configmaps", "verb": "update"}, "Metadata"),
        ({"resource": "serviceaccounts/token", "verb": "create"}, "Metadata"),
        ({"group": "authentication.k8s.io", "resource": "tokenreviews", "verb": "create"},
         "Metadata"),
        ({"group": RBAC, "resource": "clusterroles", "verb": "create"}, "RequestResponse"),
        ({"group": RBAC, "resource": "clusterroles", "verb": "get"}, "Metadata"),
        ({"group": "certificates.k8s.io", "resource": "certificatesigningrequests/approval",
          "verb": "update"}, "RequestResponse"),
        ({"resource": "pods/exec", "verb": "create"}, "Metadata"),
        ({"resource": "pods", "verb": "list"}, "Metadata"),
        ({"resource": "pods", "verb": "watch"}, "None"),
        ({"resource": "events", "verb": "create"}, "None"),
        ({"page": "/readyz"}, "None"),
        ({"page": "/livez/ping"}, "None"),
        ({"page": "/debug/pprof"}, "Metadata"),
        ({"group": "coordination.k8s.io", "resource": "leases", "verb": "update", **NODE}, "None"),
        ({"group": "coordination.k8s.io", "resource": "leases", "verb": "update"}, "Metadata"),
        ({"resource": "nodes/status", "verb": "patch", **NODE}, "None"),
        ({"resource": "nodes", "verb": "patch", **NODE}, "Metadata"),
        ({"resource": "pods", "verb": "list", "user": "system:kube-scheduler"}, "None"),
        ({"resource": "pods", "verb": "delete", "user": "system:kube-scheduler"}, "Metadata"),
    ],
)  # fmt: skip
def test_the_policy_tells_who_did_what_and_no_secret(request_of, level):
    assert decided(**request_of) == level


def test_the_policy_of_ours_is_one():
    assert audit.fault(audit.POLICY) == ""


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (b"kind: Pod", "no `kind: Policy`"),
        (b"kind: 2026-13-45", "no `kind: Policy`"),
        (b"a: [", "not YAML"),
        (b"{kind: Policy, apiVersion: audit.k8s.io/v1, rules: [{level: None}]}", "is not JSON"),
        (b'\n {"kind": "Policy", "apiVersion": "audit.k8s.io/v1", "rules": [{}]}', ""),
        (b"kind: Policy\napiVersion: audit.k8s.io/v1\nrules: []", "no rules"),
    ],
)
def test_a_policy_that_the_api_server_could_not_read_is_reported(policy, why):
    found = audit.fault(policy)
    assert why in found
    assert bool(why) is bool(found)


@pytest.mark.parametrize("component", COMPONENTS, ids=str)
def test_every_program_takes_only_authenticated_ciphers_with_forward_secrecy(component):
    chosen = spec()
    found = dict(options(component, chosen, chosen.hosts[0]))
    name = "cipher-suites" if component is ETCD else "tls-cipher-suites"
    suites = found[name].split(",")
    assert all("_ECDHE_" in suite for suite in suites)
    assert all("_GCM_" in suite or "_CHACHA20_POLY1305_" in suite for suite in suites)
    # HTTP/2 wants one of these (RFC 9113, 9.2.2), for a certificate of either key type.
    for key in ("ECDSA", "RSA"):
        assert f"TLS_ECDHE_{key}_WITH_AES_128_GCM_SHA256" in suites
    assert found["tls-min-version"] == ("TLS1.2" if component is ETCD else "VersionTLS12")


def test_etcd_gets_no_suites_where_tls_1_3_is_the_least():
    chosen = spec(etcd=etcd(extra_args=(("tls-min-version", "TLS1.3"),)))
    assert "cipher-suites" not in dict(options(ETCD, chosen, chosen.hosts[0]))


def test_an_etcd_whose_releases_differ_on_it_is_not_given_a_least_version():
    chosen = spec(etcd=etcd(version=version("v3.5.21")))
    assert "tls-min-version" not in dict(options(ETCD, chosen, chosen.hosts[0]))


def test_ended_pods_do_not_pile_up():
    chosen = spec()
    found = dict(options(CONTROLLER_MANAGER, chosen, chosen.hosts[0]))
    assert found["terminated-pod-gc-threshold"] == "1000"


def lines(component, **changes):
    chosen = dataclasses.replace(closed(), **changes)
    return unit(component, chosen, chosen.hosts[0]).decode().splitlines()


def test_the_logs_folder_is_made_and_closed_by_systemd():
    log = SecuritySpec(audit=AuditSpec(log_path="/var/log/a/b/c.log"))
    assert "LogsDirectory=a/b" in lines(APISERVER, security=log)
    assert "LogsDirectoryMode=0700" in lines(APISERVER)
    own = ExtraArgs(apiserver=(("audit-log-path", "-"),))
    for none in (
        lines(APISERVER, security=SecuritySpec(audit=None)),
        lines(APISERVER, extra_args=own),
        lines(SCHEDULER),
    ):
        assert not [line for line in none if line.startswith("Logs")]


@pytest.mark.parametrize("name", list(LINES))
def test_every_key_of_the_policy_files_is_explained(name):
    data = audit.POLICY if name == audit.FILE else admission.configuration(closed())
    keys = [
        line
        for line in data.decode().splitlines()
        if re.match(r"[ -]*(?!apiVersion|kind)[A-Za-z-]+:( |$)", line)
    ]
    assert len(keys) > 10
    for line in keys:
        assert explain(f"/opt/kubernetes/cfg/{name}", f"+{line}"), line
