"""The Go source, with a `go` that is a script: what it is asked, and how its answers are taken."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import pytest
from release_support import Getter, fake_elf, until

from tui_installer.errors import InstallerError
from tui_installer.model.spec import Version
from tui_installer.release import gotool
from tui_installer.release.programs import ETCD, KUBERNETES

FAKE_GO = """#!{python}
import json, os, pathlib, subprocess, sys, time
root = pathlib.Path({root!r})
plan = json.loads((root / "plan.json").read_text())
args = sys.argv[1:]
with (root / "calls").open("a") as log:
    log.write(json.dumps([args, dict(os.environ), os.getpriority(os.PRIO_PROCESS, 0)]) + chr(10))
def say(text): print(text, file=sys.stderr, flush=True)
def fail(text): say(text); sys.exit(1)
what = " ".join(args[:2])
for key, text in plan["fail"].items():
    if " ".join(args).startswith(key): fail(text)
if args[0] == "env": print(json.dumps(plan["env"]))
elif what == "mod download":
    module, version = args[-1].split("@")
    if version not in plan["versions"]:
        print(json.dumps({{"Error": module + ": 404 Not Found"}})); sys.exit(1)
    folder = root / "src" / module; folder.mkdir(parents=True, exist_ok=True)
    (folder / "go.sum").write_text("shared v1 h1:x\\n" + module + "-dep v1 h1:y\\n")
    info = folder / "info"
    info.write_text('{{"Time": "2026-10-27T12:01:04Z", "Origin": {{"Hash": "0123456789abcdef"}}}}')
    print(json.dumps({{"Dir": str(folder), "Info": str(info), "GoMod": module}}))
elif what == "mod edit":
    staging = "./staging/src/k8s.io/api" if "kubernetes" in args[-1] else "../api"
    print(json.dumps({{"Go": plan["go"], "Replace": [
        {{"Old": {{"Path": "k8s.io/api"}}, "New": {{"Path": staging}}}},
        {{"Old": {{"Path": "a.b/c"}}, "New": {{"Path": "d.e/f", "Version": "v1.2.3"}}}}],
        "GoDebug": [{{"Key": "default", "Value": "go1.26"}}]}}))
elif what == "list -m": print(json.dumps({{"Versions": plan["versions"]}}))
elif what == "list -deps":
    say("go: downloading a.b/c v1"); say("go: downloading d.e/f v1"); print("p1\\np2\\np3")
elif args[0] == "build":
    (root / "go.mod").write_text(pathlib.Path("go.mod").read_text())
    (root / "go.sum").write_text(pathlib.Path("go.sum").read_text())
    if plan.get("hang"):
        child = subprocess.Popen(["sleep", "100"])
        (root / "pids").write_text(str(os.getpid()) + " " + str(child.pid)); time.sleep(100)
    say("p1"); say("p2")
    for package in args[args.index("out/") + 1:]:
        parts = [p for p in package.split("/") if p != "v3"]
        pathlib.Path("out", parts[-1]).write_bytes((root / "program").read_bytes())
"""


class FakeGo:
    def __init__(self, root):
        self.root = root
        self.plan = {
            "env": {"GOVERSION": "go1.26.8", "GOPROXY": "https://p", "GOSUMDB": "sums.invalid"},
            "versions": ["v1.36.3", "v1.37.1", "v1.37.2", "v3.7.3"],
            "go": "1.26.0",
            "fail": {},
        }
        (root / "bin").mkdir()
        go = root / "bin" / "go"
        go.write_text(FAKE_GO.format(python=sys.executable, root=str(root)))
        go.chmod(0o755)
        (root / "program").write_bytes(fake_elf("x"))
        self.save()

    def save(self, **plan):
        self.plan |= plan
        (self.root / "plan.json").write_text(json.dumps(self.plan))

    def calls(self, *start):
        """(arguments, environment, nice) of the commands that begin so."""
        lines = (self.root / "calls").read_text().splitlines()
        return [c for c in map(json.loads, lines) if tuple(c[0][: len(start)]) == start]


@pytest.fixture
def go(tmp_path, monkeypatch):
    root = tmp_path / "go"
    root.mkdir()
    monkeypatch.setenv("PATH", f"{root / 'bin'}:{os.environ['PATH']}")
    return FakeGo(root)


async def refused(get, says, **how):
    with pytest.raises(InstallerError, match=says) as caught:
        await get("go", **how)
    assert get.kept() == get.leftovers() == []
    return caught.value


async def test_all_programs_are_built_by_one_command(get, go):
    found = await get("go")
    assert tuple(found) == KUBERNETES
    ((arguments, env, nice),) = go.calls("build")
    assert arguments[-4:] == [f"k8s.io/kubernetes/cmd/{name}" for name in KUBERNETES]
    assert {"-trimpath", "-v"} < set(arguments)
    assert nice - os.getpriority(os.PRIO_PROCESS, 0) in (9, 10)
    assert (env["CGO_ENABLED"], env["GOOS"], env["GOARCH"]) == ("0", "linux", "amd64")
    assert get.leftovers() == []


async def test_the_programs_are_told_their_version(get, go):
    await get("go")
    ((arguments, *_),) = go.calls("build")
    flags = arguments[arguments.index("-ldflags") + 1]
    for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version"):
        assert f"-X {package}.gitVersion=v1.37.2" in flags
        assert f"-X {package}.gitMinor=37" in flags
        assert f"-X {package}.gitCommit=0123456789abcdef" in flags
        assert f"-X {package}.buildDate=2026-10-27T12:01:04Z" in flags


async def test_the_module_requires_what_is_published(get, go):
    await get("go")
    assert (go.root / "go.mod").read_text().splitlines() == [
        "module release",
        "go 1.26.0",
        "require k8s.io/kubernetes v1.37.2",
        "replace k8s.io/api  => k8s.io/api v0.37.2",
        "replace a.b/c  => d.e/f v1.2.3",
        "godebug default=go1.26",
    ]


async def test_etcd_is_built_from_its_three_modules_at_once(get, go):
    found = await get("go", names=ETCD)
    assert tuple(found) == ETCD
    ((arguments, *_),) = go.calls("build")
    assert arguments[-3:] == [f"go.etcd.io/etcd/{d}/v3" for d in ("server", "etcdctl", "etcdutl")]
    mod = (go.root / "go.mod").read_text()
    assert "../" not in mod
    assert mod.count("require ") == 3
    assert (go.root / "go.sum").read_text().count("shared v1") == 1


async def test_the_origin_names_go_the_module_and_the_checksum_database(get, go):
    origin = (await get("go"))["kubectl"].origin
    for part in ("go1.26.8", "from k8s.io/kubernetes at v1.37.2", "checksum database sums.invalid"):
        assert part in origin


async def test_what_was_built_is_not_built_again(get, go):
    assert await get("go") == await get("go")
    assert len(go.calls("build")) == 1


async def test_only_the_missing_program_is_built(get, go):
    await get("go", names=KUBERNETES[:3])
    await get("go")
    assert go.calls("build")[1][0][-1:] == ["k8s.io/kubernetes/cmd/kubectl"]
    assert "k8s.io/kubernetes/cmd/kube-scheduler" not in go.calls("build")[1][0]


async def test_progress_and_narration_say_what_is_done(get, go):
    await get("go")
    assert ("Go modules", 2, 0) in get.seen
    assert ("Go packages", 2, 3) in get.seen
    assert ("Go packages", 3, 3) in get.seen
    assert any(line.startswith("building Kubernetes v1.37.2") for line in get.said)


async def test_no_setting_of_the_user_switches_verifying_off(get, go, monkeypatch):
    for name in ("GONOSUMDB", "GOPRIVATE", "GONOPROXY", "GOINSECURE"):
        monkeypatch.setenv(name, "*")
    monkeypatch.setenv("GOFLAGS", "-insecure -tags=x")
    monkeypatch.setenv("GOAMD64", "v4")
    await get("go")
    for _, env, _ in go.calls():
        values = {env[n] for n in ("GONOSUMDB", "GOPRIVATE", "GONOPROXY", "GOINSECURE")}
        assert values == {"none"}
        assert env["GOFLAGS"] == "-mod=mod -buildvcs=false"
        assert (env["GOTOOLCHAIN"], env["GOAMD64"]) == ("local", "v1")


async def test_go_is_handed_what_it_needs_of_the_environment_and_no_password(get, go, monkeypatch):
    for name in ("MY_SUDO", "GODEBUG", "https_proxy", "NO_PROXY", "GOPATH", "GOPROXY_PASSWORD"):
        monkeypatch.setenv(name, "/there")
    await get("go")
    for _, env, _ in go.calls():
        assert {"https_proxy", "NO_PROXY", "GOPATH", "PATH", "HOME"} <= env.keys()
        assert not {"MY_SUDO", "GODEBUG", "GOPROXY_PASSWORD"} & env.keys()


@pytest.mark.parametrize("setting", ["GOSUMDB", "GOPROXY"])
async def test_a_database_or_a_proxy_that_is_off_is_refused(get, go, setting):
    go.save(env=go.plan["env"] | {setting: "off"})
    await refused(get, f"{setting}=off")


async def test_without_go_the_error_says_so(get, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    await refused(get, "the go command, which builds the programs, is not installed")


async def test_an_old_go_is_refused_before_it_builds(get, go):
    go.save(go="1.27.1")
    await refused(get, "needs Go 1.27.1 or newer; this machine has go1.26.8")
    assert go.calls("build") == []


@pytest.mark.parametrize(
    ("version", "hint"),
    [
        (Version(1, 37, 99), "the newest v1.37.x there is v1.37.2"),
        (Version(1, 99, 0), "the newest version there is v3.7.3"),
    ],
)
async def test_a_version_that_is_not_there_is_told_with_the_nearest(get, go, version, hint):
    error = await refused(get, f"{version} for amd64 is not at the Go module", version=version)
    assert error.hint == hint


async def test_a_proxy_that_fails_is_quoted(get, go):
    go.save(fail={"list -m": "dial tcp: no such host"})
    error = await refused(get, "go mod download failed", version=Version(1, 99, 0))
    assert error.details == ("k8s.io/kubernetes: 404 Not Found",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "verifying x: checksum mismatch\\nSECURITY ERROR",
            "does not match Go's checksum database",
        ),
        ("write /x: no space left on device", "the disk is full"),
        ("compile: signal: killed", "memory ran out"),
        ("dial tcp: lookup p: no such host", "the module proxy can't be reached"),
        ("x.go:1: undefined: y", "exit status 1"),
    ],
)
async def test_a_failed_build_names_the_cause_and_shows_the_last_lines(get, go, text, says):
    go.save(fail={"build": text})
    error = await refused(get, says)
    assert text in error.details


async def test_a_build_for_another_architecture_is_noticed(get, go):
    (go.root / "program").write_bytes(fake_elf("x", machine=183))
    await refused(get, "is built for arm64, the host is amd64")


async def test_cancelling_ends_go_and_its_children(get, go):
    go.save(hang=True)
    task = asyncio.ensure_future(get("go"))
    pids = go.root / "pids"
    await until(lambda: pids.exists() and pids.read_text().count(" ") == 1, task)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for pid in map(int, pids.read_text().split()):
        gone(pid)
    assert get.kept() == get.leftovers() == []


def gone(pid):
    """The process has ended (a zombie has, too: it only waits for its parent)."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] == "Z":
                return
        except FileNotFoundError:
            return
        time.sleep(0.02)
    raise AssertionError(f"{pid} still runs")


async def test_two_builds_of_one_cache_take_turns(get, go):
    other = Getter(get.root)
    first, second = await asyncio.gather(get("go"), other("go", names=ETCD))
    assert (tuple(first), tuple(second)) == (KUBERNETES, ETCD)
    assert sum("another process" in line for line in get.said + other.said) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.26.8", (1, 26, 8)), ("1.21", (1, 21)), ("1.27rc1", (1, 27)), ("devel", ())],
)
def test_go_versions_compare_as_numbers(text, value):
    assert gotool.numbers(text) == value
