"""What hosts say for an audit: every way to set a flag, and answers that make no sense."""

from __future__ import annotations

import base64
import json
import random
import time

import kube_samples
import pytest
from audit_samples import API, ETCD, MANAGER, SCHEDULER, Said, Told, good
from engine_samples import FakeHost

from tui_installer.engine.audit import gather
from tui_installer.engine.audit.audit_policy import Request, level
from tui_installer.engine.audit.controls.api_data import providers_of_secrets
from tui_installer.engine.audit.evaluate import evaluate
from tui_installer.engine.audit.flags import of_words
from tui_installer.errors import ConnectionFailed
from tui_installer.front.text import audit_text
from tui_installer.kubernetes import components
from tui_installer.model.audit import Result, Verdict


def result(told: Told, number: str) -> tuple[Result, str]:
    audit = evaluate([gather.read("m", told.text())])
    (control,) = [one for one in audit.controls if one.number == number]
    return control.result, control.verdicts["m"].evidence


def test_flags_are_read_as_the_programs_read_them():
    words = ["--a=1", "--b", "2", "--c", "--d_e=x=y", "--l=1, 2", "--l=3", "--a=9"]
    flags = of_words(components.APISERVER, words)
    assert flags.get("a") == "9"
    assert flags.get("b") == "2"
    assert flags.true("c", default=False)
    assert flags.get("d-e") == "x=y"
    assert flags.many("l") == ("1", "2", "3")
    assert "z" not in flags
    assert of_words(components.ETCD, ["-client-cert-auth"]).true("client-cert-auth", default=False)
    assert of_words(components.APISERVER, ["stray"]).get("stray", "no") == "no"


AUTHENTICATION = "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n"


@pytest.mark.parametrize(
    ("anonymous", "wanted"),
    [
        ("anonymous: {enabled: false}", Result.PASS),
        ("anonymous: {enabled: true, conditions: [{path: /livez}, {path: /readyz}]}", Result.PASS),
        ("anonymous: {enabled: true, conditions: [{path: /livez}, {path: /api}]}", Result.FAIL),
        ("anonymous: {enabled: true}", Result.FAIL),
        ("anonymous: yes-please", Result.FAIL),
        ("jwt: []", Result.FAIL),
        ("]", Result.FAIL),
    ],
)
def test_anonymous_requests_by_a_file(anonymous, wanted):
    told = good()
    said = told.programs[API]
    del said.flags["anonymous-auth"]
    said.flags["authentication-config"] = "/srv/authn"
    said.texts["/srv/authn"] = AUTHENTICATION + anonymous
    assert result(told, "1.2.1")[0] is wanted


@pytest.mark.parametrize(
    ("listed", "wanted"),
    [
        ("[{type: Node}, {type: RBAC}]", [Result.PASS, Result.PASS, Result.PASS]),
        ("[{type: RBAC}, {type: AlwaysAllow}]", [Result.FAIL, Result.FAIL, Result.PASS]),
        ("12", [Result.FAIL, Result.FAIL, Result.FAIL]),
    ],
)
def test_authorizers_by_a_file(listed, wanted):
    told = good()
    said = told.programs[API]
    del said.flags["authorization-mode"]
    said.flags["authorization-config"] = "/srv/authz"
    said.texts["/srv/authz"] = f"authorizers: {listed}\n"
    assert [result(told, number)[0] for number in ("1.2.6", "1.2.7", "1.2.8")] == wanted


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("enableProfiling: false\nclientConnection: {kubeconfig: /srv/s.conf}", Result.PASS),
        ("enableProfiling: true", Result.FAIL),
        ("profiles: []", Result.FAIL),
        ("[", Result.FAIL),
    ],
)
def test_with_a_file_the_schedulers_flag_does_not_count(file, wanted):
    told = good()
    said = told.programs[SCHEDULER]
    said.flags["config"] = "/srv/scheduler.yaml"
    said.texts["/srv/scheduler.yaml"] = file
    assert result(told, "1.4.1")[0] is wanted


def test_the_schedulers_file_names_its_kubeconfig():
    told = good()
    said = told.programs[SCHEDULER]
    said.flags["config"] = "/srv/c"
    said.texts["/srv/c"] = "clientConnection: {kubeconfig: /srv/other.conf}"
    said.files["/srv/other.conf"] = ["kubeconfig", 0o644, 0, 0]
    assert result(told, "1.1.15")[0] is Result.FAIL


ETCD_FILE = """\
data-dir: /data
client-transport-security:
  cert-file: /srv/etcd/cert-file
  key-file: /srv/etcd/key-file
  client-cert-auth: {auth}
peer-transport-security: {{client-cert-auth: true, auto-tls: {auth}}}
"""


@pytest.mark.parametrize("auth", ["true", "false"])
def test_etcd_by_a_file_alone(auth):
    told = good()
    said = told.programs[ETCD]
    said.flags["config-file"] = "/srv/etcd.yaml"  # what else is on the command line counts no more
    said.texts["/srv/etcd.yaml"] = ETCD_FILE.format(auth=auth)
    good_one, bad_one = (Result.PASS, Result.FAIL) if auth == "true" else (Result.FAIL, Result.PASS)
    assert result(told, "2.2")[0] is good_one
    assert result(told, "2.6")[0] is bad_one
    assert result(told, "2.1")[0] is Result.PASS
    assert result(told, "2.4")[0] is Result.FAIL


def test_etcd_by_its_environment_where_no_flag_says_other():
    told = good()
    said = told.programs[ETCD]
    del said.flags["client-cert-auth"]
    said.environ = "ETCD_CLIENT_CERT_AUTH=true\nETCD_PEER_CLIENT_CERT_AUTH=false"
    assert result(told, "2.2")[0] is Result.PASS
    assert result(told, "2.5")[0] is Result.PASS


def test_standard_output_as_the_audit_log_is_the_journals_to_rotate():
    told = good()
    flags = told.programs[API].flags
    flags["audit-log-path"] = "-"
    del flags["audit-log-maxage"]
    assert result(told, "1.2.16")[0] is Result.PASS
    assert result(told, "1.2.17")[0] is Result.NOT_APPLICABLE


def test_tls_13_alone_needs_no_ciphers():
    told = good()
    told.programs[API].flags["tls-min-version"] = "VersionTLS13"
    del told.programs[API].flags["tls-cipher-suites"]
    assert result(told, "1.2.29")[0] is Result.NOT_APPLICABLE


def test_a_static_pods_manifest_is_held_to_0600():
    told = good()
    said = told.programs[API]
    said.pod = "pod"
    said.sources = {"/etc/kubernetes/manifests/a.yaml": "manifest"}
    said.files["/etc/kubernetes/manifests/a.yaml"] = ["text", 0o644, 0, 0]
    assert result(told, "1.1.1")[0] is Result.FAIL
    assert result(told, "1.1.2")[0] is Result.PASS


def test_a_program_started_by_hand_has_no_such_file():
    told = good()
    told.programs[MANAGER].sources = {}
    verdict, evidence = result(told, "1.1.3")
    assert verdict is Result.NOT_APPLICABLE
    assert "by hand" in evidence


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("resources resources secrets providers kms identity", ("kms", "identity")),
        ("resources resources configmaps providers aescbc resources secrets providers secretbox",
         ("secretbox",)),
        ("resources resources *.* providers aescbc", ("aescbc",)),
        ("resources", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_providers_of_secrets(words, wanted):
    assert providers_of_secrets(tuple(words.split())) == wanted


@pytest.mark.parametrize(
    ("rule", "request_", "wanted"),
    [
        ({"resources": [{"resources": ["pods"]}]}, Request("get", "", "pods/exec"), "None"),
        ({"resources": [{"resources": ["pods/*"]}]}, Request("get", "", "pods/exec"), "Metadata"),
        ({"resources": [{"resources": ["*/exec"]}]}, Request("get", "", "pods/exec"), "Metadata"),
        ({"resources": [{"group": "apps"}]}, Request("get", "", "pods"), "None"),
        ({"namespaces": ["kube-system"]}, Request("get", "", "pods"), "None"),
        ({"userGroups": ["system:authenticated"]}, Request("get", "", "pods"), "Metadata"),
        ({"userGroups": ["system:nodes"]}, Request("get", "", "pods"), "None"),
        ({"nonResourceURLs": ["*"]}, Request("get", "", "pods"), "None"),
    ],
)
def test_audit_rules_match_as_upstream(rule, request_, wanted):
    policy = {"rules": [{"level": "Metadata", **rule}]}
    assert level(policy, request_) == wanted


SECRET = "c2VjcmV0LWtleS1vZi10aGUtY2x1c3Rlcg=="


def test_no_secret_that_a_command_line_holds_gets_into_the_result():
    told = good()
    for said in told.programs.values():
        said.flags |= {"password": SECRET, "token": SECRET}
        said.words_of_argv = (SECRET, "--basic-auth", SECRET)
        said.texts["/srv/x"] = SECRET
        said.environ = f"ETCD_PASSWORD={SECRET}"
    audit = evaluate([gather.read("m", told.text())])
    assert SECRET not in audit_text.as_json(audit) + repr(audit)


ESCAPES = "\x1b]0;owned\x07\x1b[31mred\u202eabc\x9b"


def test_nothing_that_a_terminal_obeys_gets_through():
    told = good()
    said = told.programs[API]
    said.flags |= {"profiling": ESCAPES, "request-timeout": ESCAPES * 1000}
    said.texts["/srv/pod-security.yaml"] = json.dumps({"defaults": {"enforce": ESCAPES}})
    audit = evaluate([gather.read("m", told.text())])
    for control in audit.controls:
        for verdict in control.verdicts.values():
            assert verdict.evidence.isprintable(), verdict
            assert len(verdict.evidence) < 800


async def test_a_good_answer_is_read(tmp_path):
    host = FakeHost(kube_samples.hosts(1)[0], good().text().encode())
    found = await gather.gather(host)
    assert [str(one.component) for one in found.programs] == [API, MANAGER, SCHEDULER, ETCD]
    assert host.calls == [()]


ANSWERS = (
    b"", b"end", b"end\n", b"\n", b"garbage\nend\n", b"host\tx\n", b"program\t1\nend\n",
    b"program\tx\tkube-apiserver\t0\t0\troot\t\tYQ==\nend\n",
    b"program\t1\tsurprise\t0\t0\troot\t\tYQ==\nend\n",
    b"program\t1\tetcd\t0\tx\troot\t\tYQ==\nend\n",
    b"program\t1\tetcd\t0\t0\troot\t\t%%%\nend\n",
    b"file\tnear\t/x\tkey\t999\t0\t0\troot\troot\nend\n",
    b"file\tnear\t/x\todd\t600\t0\t0\troot\troot\nend\n",
    b"surprise\t1\t2\nend\n", b"\xff\xfe\tx\nend\n", b"x" * 5_000_000, b"\n" * 100_000 + b"end\n",
    b"file\tadmin\t/x\tkey\t600\t-1\t\t\t\nend\n",
    b"program\t1\tetcd\t0\t0\troot\t\tYQ==\nsource\t1\tunit\t/not/told\nend\n",
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(ANSWERS)))
async def test_garbage_is_told_not_crashed_on(number):
    host = FakeHost(kube_samples.hosts(1)[0], ANSWERS[number])
    if ANSWERS[number] in {b"end", b"end\n"}:  # nothing runs there: an answer, too
        assert (await gather.gather(host)).programs == ()
        return
    with pytest.raises(ConnectionFailed) as caught:
        await gather.gather(host)
    assert caught.value.host == host.spec.name
    assert caught.value.hint


def test_spoilt_answers_are_read_or_refused():
    """Mutations of a good answer, of its lines and of what its base64 holds."""
    chance = random.Random(6)
    whole = good().text()
    began = time.monotonic()
    read = 0
    for _ in range(600):
        try:
            audit = evaluate([gather.read("m", _spoilt(whole, chance))])
        except (ValueError, KeyError, IndexError, TypeError):
            continue
        read += 1
        assert all(one.verdicts["m"].evidence is not None for one in audit.controls)
    assert read > 50
    assert time.monotonic() - began < 240


def _spoilt(text: str, chance: random.Random) -> str:
    lines = text.splitlines()
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(lines) - 1)
        fields = lines[at].split("\t")
        part = chance.randrange(len(fields))
        fields[part] = _other(fields[part], chance)
        lines[at] = "\t".join(fields)
    return "\n".join(lines)


def _other(field: str, chance: random.Random) -> str:
    try:
        raw = base64.b64decode(field, validate=True) if len(field) > 40 else b""
    except ValueError:
        raw = b""
    if not raw:
        return chance.choice(["", "0", "-1", "x", "/", "é", "9" * 30, field[1:], field * 2])
    data = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.choice(b"[]{}:-,\n \x00\xff*&!'\"x0")
    return base64.b64encode(bytes(data)).decode()


def test_the_worst_host_decides_and_comes_first_in_the_text():
    fine, bad = Verdict(Result.PASS, "x"), Verdict(Result.FAIL, "y")
    one = evaluate([gather.read("m", Told({}).text())]).controls[0]
    one.verdicts.clear()
    one.verdicts.update({"a": fine, "b": bad, "c": fine})
    assert audit_text.grouped(one) == [(bad, ["b"]), (fine, ["a", "c"])]


def test_several_processes_of_a_program_are_all_looked_at():
    told = good()
    text = told.text().removesuffix("end\n")
    other = Said(605, {"profiling": "true"})
    audit = evaluate([gather.read("m", text + "\n".join([*other.lines(999, API), "end"]))])
    (control,) = [one for one in audit.controls if one.number == "1.2.15"]
    assert control.verdicts["m"].evidence == "pid 999: --profiling=true"
