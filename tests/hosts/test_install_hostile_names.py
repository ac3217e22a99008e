"""One master whose every free answer is as nasty as is taken: carried exactly, executed nowhere."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import hostile_texts
import pytest
from audit_commands import audit, failures
from cluster_work import ready, whoami
from encryption_commands import status
from real_programs import have
from site_under_test import COMPONENTS, V137, Site, assert_nothing_to_do, assert_verified

from tui_installer.kubernetes import kubeconfig
from tui_installer.kubernetes.quoting import csv_line
from tui_installer.model.secret import Secret
from tui_installer.store.kubeconfig import merge

pytestmark = pytest.mark.usefixtures("installed")  # every test stands on it
HOST, CLUSTER = "null", "1e3"
"""To YAML nothing, and a number."""
CANARY = hostile_texts.CANARY
ACTS = f"""$(touch {CANARY})`touch {CANARY}`;touch {CANARY};'"\\ %h ${{HOME}} é漢🙂"""
"""As a path on this machine, and as a password."""
USER = r"DOM\us+er@x.y$"
FOLDERS = {
    "kubernetes": "/srv/-rf/--help",
    "etcd": "/srv/.../-e",
    "units": "/usr/local/lib/systemd/system",
}
DATA = f"/srv/-n/{'-' * 220}"
LOG = "/var/log/-rf/.../--help"
POLICY = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n"
LOGIN = """
set -eu
cat >>/etc/passwd
echo "$(tail -n 1 /etc/passwd | cut -d: -f1):*:19000::::::" >>/etc/shadow
install -d -m 700 -o 4242 /home/odd /home/odd/.ssh
install -m 600 -o 4242 /root/.ssh/authorized_keys /home/odd/.ssh/
echo 'ALL ALL=(ALL) ALL' >/etc/sudoers.d/test
chmod 440 /etc/sudoers.d/test
"""
CLUSTERS = ("1e3", "0o17", "08", "017", "0x10", "y", "n", "no", "null", "true", "1-1", "2026-01-01")
"""Names that a cluster may have, each something else to a reader of YAML."""
CSV_TEXTS = tuple(
    text
    for text in hostile_texts.texts()
    if text and not any(unicodedata.category(char) == "Cc" for char in text)
)


def words(*, without: str, part: int) -> str:
    """Many of the texts that a flag may be given, in one. part: the first or second half."""
    fit = [text for text in hostile_texts.fit_for_flags() if not set(text) & set(without)]
    return " ".join(text for text in fit[part::2] if len(text) < 100)[:4000]


def flags(part: int) -> dict[str, dict[str, str]]:
    """Each flag takes any text but what its program splits it by."""
    paths = words(without='",*', part=part)
    issuer = " ".join(
        words(without=":", part=half) for half in (0, 1)
    )  # fixed for a cluster's life
    return {
        "apiserver": {
            "service-account-issuer": issuer,
            "external-hostname": words(without="", part=part),
        },
        "controllerManager": {"flex-volume-plugin-dir": words(without="", part=part)},
        "scheduler": {"authorization-always-allow-paths": f"/healthz,/readyz,/livez,/{paths}"},
    }


@pytest.fixture(scope="module")
def site(new_site, programs):
    plain: Site = new_site(HOST)
    made = Site(plain.lab, plain.home / ACTS, plain.answers)
    made.home.mkdir(parents=True)
    made.env["TUI_INSTALLER_CACHE"] = str(made.home / "cache")
    log_in(made)
    made.answers["cluster"] = {
        "name": CLUSTER, "domain": "münchen.null", "endpoint": "ÄPI.example.null:6443",
    }  # fmt: skip
    made.answers["kubernetes"] |= {"source": sources(made, programs), "extraArgs": flags(0)}
    whitelist = words(without=",", part=0)
    made.answers["etcd"] = {"dataDir": DATA, "extraArgs": {"host-whitelist": whitelist}}
    made.answers["sans"] = [
        "*.ÜBER.example",
        "no",
        "1e3.y",
        f"{'a' * 63}.xn--zckzah",
        "2001:DB8::1",
    ]
    made.answers["token"] = {"mode": "both"}
    made.answers["layout"] = FOLDERS
    policy = written(made, "policy", POLICY)
    made.answers["security"] = {"audit": {"logPath": LOG, "policyFile": str(policy)}}
    return made


def log_in(site: Site) -> None:
    """As a directory's user whom sudo asks for a password; key and password in files."""
    line = f"{USER}:x:4242:4242::/home/odd:/bin/bash\n"
    site.ssh(HOST, LOGIN, stdin=line.encode())
    site.ssh(HOST, "chpasswd -c SHA512", stdin=f"{USER}:{ACTS}\n".encode())
    (key,) = site.answers["ssh"]["identityFiles"]
    own = f"~/{ACTS}/key"
    written(site, "key", Path(key).read_text(), site.home / "person")
    password = written(site, "password", f"{ACTS}\n")
    sudo = {"password": {"file": str(password)}}
    site.answers["ssh"] |= {"user": USER, "identityFiles": [own], "sudo": sudo}


def written(site: Site, name: str, text: str, above: Path | None = None) -> Path:
    """A file of the person's alone in a folder whose name acts."""
    path = (above or site.home) / ACTS / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
    return path


def sources(site: Site, programs) -> dict[str, str]:
    folder = site.home / ACTS / "programs"
    folder.mkdir(parents=True, exist_ok=True)
    found = have(programs, V137, (*COMPONENTS, "kubectl")) | have(
        programs, "v3.7.3", ("etcd", "etcdctl")
    )
    for name, path in found.items():
        (folder / name).symlink_to(path)
    return {"kind": "folder", "location": str(folder)}


@pytest.fixture(scope="module")
def own(site):
    """A person's kubeconfig, of clusters with names of that kind."""
    path = written(site, "config", "")
    for name in CLUSTERS[1:]:
        merge([path], config(name))
    return path


def config(name: str) -> bytes:
    return kubeconfig.kubeconfig(
        cluster=name, server="https://192.0.2.1", user=f"{name}-admin", ca=name.encode(), cert=b"",
        key=Secret(b""),
    )  # fmt: skip


@pytest.fixture(scope="module")
def installed(site, own):
    return site.install("--merge-kubeconfig", str(own))


def test_it_is_verified_and_a_second_run_has_nothing_to_do(site, installed):
    assert_verified(installed, [HOST])
    login = installed.of("HostFound")[0]["login"]
    assert login == f"{USER} by ~/{ACTS}/key, sudo with password"
    assert_nothing_to_do(site)


def assert_running_with(site, part):
    answers = site.answers["kubernetes"]["extraArgs"]
    assert answers == flags(part)
    given = {f"kube-{kind}": args for kind, args in answers.items()}
    given["kube-controller-manager"] = given.pop("kube-controllerManager")
    given["etcd"] = site.answers["etcd"]["extraArgs"]
    for unit, args in given.items():
        line = site.ssh(HOST, f"cat /proc/$(systemctl show -P MainPID {unit})/cmdline")
        assert {f"--{name}={value}" for name, value in args.items()} <= set(line.split("\0")), unit


def test_flags_arrive_letter_by_letter(site):
    assert_running_with(site, 0)


def test_everything_lies_where_it_was_asked_for(site):
    assert site.ssh(HOST, "ls -A /opt") == ""
    assert site.ssh(HOST, f"ls -A {FOLDERS['kubernetes']}").split() == ["bin", "cfg", "ssl"]
    assert site.ssh(HOST, f"ls {DATA}").split() == ["member"]
    user = "kube-apiserver"
    assert site.ssh(HOST, f"stat -c '%a %U:%G' {LOG}") == f"600 {user}:{user}\n"
    for line in site.ssh(HOST, f"cat {LOG}").splitlines():
        assert json.loads(line)["kind"] == "Event"


def test_kubectl_and_the_programs_read_their_kubeconfigs(site):
    told = json.loads(site.kubectl("config", "view", "-o", "json"))
    assert told["current-context"] == f"{CLUSTER}-admin@{CLUSTER}"
    assert [one["name"] for one in told["clusters"]] == [CLUSTER]
    for name in ("controller-manager", "scheduler"):
        file = f"{FOLDERS['kubernetes']}/cfg/{name}.kubeconfig"
        kubectl = f"{FOLDERS['kubernetes']}/bin/kubectl --kubeconfig {file}"
        (cluster,) = json.loads(site.ssh(HOST, f"{kubectl} config view -o json"))["clusters"]
        assert cluster["name"] == CLUSTER


def test_kubectl_reads_every_name_of_a_merged_kubeconfig(site, own):
    told = site.kubectl("--kubeconfig", str(own), "config", "get-clusters")
    assert sorted(told.splitlines()[1:]) == sorted(CLUSTERS)
    told = site.kubectl("--kubeconfig", str(own), "config", "get-contexts", "-o", "name")
    assert sorted(told.split()) == sorted(f"{name}-admin@{name}" for name in CLUSTERS)


def test_the_audit_and_the_state_of_the_keys_are_read(site):
    done = audit(site, "--output", "json")
    assert set(failures(done)) == {("1.2.2", HOST)}, "token.csv was asked for"
    assert status(site)["keys"] == ["key1"]


def test_the_api_server_reads_users_and_groups_of_a_token_file_as_they_were_written(site):
    """The token file that the program writes has fixed names; its quoting takes any."""
    file = f"{FOLDERS['kubernetes']}/cfg/token.csv"
    rows = [row(number, text) for number, text in enumerate(CSV_TEXTS)]
    site.ssh(HOST, f"cp -p {file} /root/kept && cat >>{file}", stdin="\n".join(rows).encode())
    restart = "systemctl restart kube-apiserver"
    try:
        site.ssh(HOST, restart)
        ready(site)
        for number, text in enumerate(CSV_TEXTS):
            found = whoami(site, f"hostile-{number}")
            assert (found["username"], found["uid"]) == (text, text)
            assert found["groups"] == [*groups(text), "system:authenticated"]
    finally:
        site.ssh(HOST, f"cp -p /root/kept {file} && rm /root/kept && {restart}")
    ready(site)
    assert len(CSV_TEXTS) > 500
    assert_nothing_to_do(site)


def groups(text: str) -> list[str]:
    """A comma parts groups, so that none can have one."""
    return [text.replace(",", ";"), "second"]


def row(number: int, text: str) -> str:
    user = csv_line((f"hostile-{number}", text, text))
    return f"{user},{csv_line((','.join(groups(text)),), quote=True)}"


def test_other_values_of_that_kind_replace_them(site):
    other = site.variant(sans=["*.y.n", "null.true"])
    other.answers["kubernetes"]["extraArgs"] = flags(1)
    other.answers["etcd"]["extraArgs"]["host-whitelist"] = words(without=",", part=1)
    assert_verified(other.install("--verify"), [HOST])
    assert_running_with(other, 1)
    assert_nothing_to_do(other)


def test_nothing_of_it_was_executed_here_or_there(site):
    """Last: after all that could have executed it."""
    assert not Path(CANARY).exists()
    name = Path(CANARY).name
    places = "/ /tmp /run /dev/shm /home"
    assert site.ssh(HOST, f"find {places} -xdev -name '*{name}*'") == ""
