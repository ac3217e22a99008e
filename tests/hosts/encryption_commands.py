"""`tui-installer encryption`, as the tests on real hosts call it."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cluster_work import etcdctl
from site_under_test import Outcome, Site, assert_nothing_to_do, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator


def argv(site: Site, command: str, *options: str) -> list[str]:
    """With the session of the site's cluster."""
    return ["encryption", command, site.answers["cluster"]["name"], *options]


def rotate(site: Site, *options: str) -> Outcome:
    done = site.program(*argv(site, "rotate", "--output", "jsonl", *options), timeout=400)
    return outcome(done.returncode, done.stdout, done.stderr)


@contextmanager
def rotating(site: Site, step: str) -> Iterator[subprocess.Popen[str]]:
    """The program once it has begun a step."""
    with subprocess.Popen(
        [sys.executable, "-m", "tui_installer", *argv(site, "rotate", "--output", "jsonl")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=site.environ(),
    ) as process:
        try:
            told = [json.loads(line) for line in iter_until(process, step)]
            assert told[-1]["event"] == "StepStarted", told[-1]
            yield process
        finally:
            process.kill()


def iter_until(process: subprocess.Popen[str], step: str) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line
        if f'"event": "StepStarted", "step": "{step}"' in line:
            return


def status(site: Site) -> dict[str, object]:
    done = site.program(*argv(site, "status", "--output", "json"))
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def secrets(site: Site) -> dict[str, object]:
    """Everything of every Secret but its version."""
    items = json.loads(site.kubectl("get", "secrets", "-A", "-o", "json"))["items"]
    for item in items:
        del item["metadata"]["resourceVersion"]
    return {f"{i['metadata']['namespace']}/{i['metadata']['name']}": i for i in items}


def session_keys(site: Site) -> list[str]:
    """The secrets of the keys, the new one first."""
    return [line.split()[-1] for line in _lines(site)]


def next_name(site: Site) -> str:
    """Of the key that the next rotation makes."""
    *name, _ = _lines(site)[0].split()
    return f"key{int((name or ['key1'])[0].removeprefix('key')) + 1}"


def _lines(site: Site) -> list[str]:
    return (site.pki / "encryption.key").read_text().splitlines()


def assert_rotated(site: Site, key: str, former: str, before: dict[str, object]) -> None:
    assert secrets(site) == before
    stored = etcdctl(site, site.hosts[0], "get /registry/secrets/ --prefix")
    assert stored.count(f"k8s:enc:secretbox:v1:{key}:") == len(before)
    assert stored.count("k8s:enc:") == len(before)
    found = status(site)
    assert found["keys"] == [key]
    assert found["secrets"] == {key: len(before)}
    assert found["hosts"] == [{"host": h, "keys": [key], "loaded": True} for h in site.hosts]
    for host in site.hosts:
        assert site.ssh(host, f"grep -rlF '{former}' /opt /etc /root /tmp /var/lib || true") == ""
    own = [path for path in site.state.rglob("*") if path.is_file()]
    assert [path for path in own if former.encode() in path.read_bytes()] == []
    assert (site.pki / "encryption.key").stat().st_mode & 0o777 == 0o600
    assert_nothing_to_do(site)
