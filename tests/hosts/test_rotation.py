"""The key of Secrets at rest, rotated on real masters: all along, cut, and with a master away."""

from __future__ import annotations

import base64
import json
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from chaos.running import resume, running
from chaos.stop import Point, Stop
from cluster_work import asked_all_along
from encryption_commands import (
    argv,
    assert_rotated,
    next_name,
    rotate,
    rotating,
    secrets,
    session_keys,
)
from site_under_test import outcome

from tui_installer.lab import faults
from tui_installer.model.run.events import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from site_under_test import Site

MASTERS = ["master01", "master02", "master03"]
STEPS = ["new-key", "add-key", "use-key", "rewrite", "remove-key", "verify", "forget-key"]
COUNT = 300


def make_secrets(site: Site) -> None:
    items = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": f"s{number}", "annotations": {"odd": "\x1b[31m \u202e <b>"}},
            "data": {"value": base64.b64encode(f"value {number}".encode()).decode()},
            "immutable": number % 7 == 0,
        }
        for number in range(COUNT)
    ]
    listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    site.kubectl("create", "-f", "-", stdin=listed)


@contextmanager
def read_all_along(site: Site, before: dict[str, object]) -> Iterator[list[str]]:
    """Reads all Secrets through every master, round and round; yields what was wrong."""
    wrong: list[str] = []
    over = threading.Event()
    wanted = {name for name in before if name.startswith("default/")}

    def read(server: str) -> bool:
        try:
            raw = "/api/v1/namespaces/default/secrets"
            items = json.loads(site.kubectl("--server", server, "get", "--raw", raw))["items"]
        except AssertionError as error:  # it restarts; a Secret that can't be read is another thing
            if "Internal" in str(error):
                wrong.append(f"{server}: {error}")
            return False
        found = {f"default/{i['metadata']['name']}": i.get("data") for i in items}
        if found != {name: before[name].get("data") for name in wanted}:
            wrong.append(f"{server}: {len(found)} Secrets, not as they were")
        return True

    def work() -> None:
        servers = [f"https://{host['address']}:6443" for host in site.answers["hosts"]]
        while not over.is_set():
            answered = [read(server) for server in servers]
            if not any(answered):
                wrong.append("no master showed the Secrets")
            over.wait(0.3)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield wrong
    finally:
        over.set()
        thread.join()


@pytest.fixture(scope="module")
def three(new_site) -> Site:
    site: Site = new_site(*MASTERS)
    site.install()
    make_secrets(site)
    return site


def test_three_masters_answer_all_along_and_every_secret_is_written_anew(three):
    before, (former,) = secrets(three), session_keys(three)
    key = next_name(three)
    addresses = [host["address"] for host in three.answers["hosts"]]
    shown = rotate(three, "--plan").plan
    planned = {item["step"] for item in shown["items"] if item["changes"] or item["always"]}
    assert planned == set(STEPS)
    assert session_keys(three) == [former]
    with asked_all_along(three, addresses) as gaps, read_all_along(three, before) as wrong:
        done = rotate(three)
    assert done.code == 0, done.explain()
    assert gaps == []
    assert wrong == []
    (rewritten,) = done.of("StepFinished", step="rewrite")
    assert rewritten["reason"] == f"{len(before)} of {len(before)} Secrets written with {key}"
    assert done.finish["restarts"] == 9
    assert [check for check in done.of("Checked") if not check["ok"]] == []
    assert_rotated(three, key, former, before)


def test_nothing_is_begun_while_a_master_is_off_and_nothing_removed_when_it_was(three):
    before, (former,) = secrets(three), session_keys(three)
    key = next_name(three)
    faults.power_off(three.lab.folder, "master03")
    try:
        refused = rotate(three)
        assert refused.code == 3, refused.explain()
        assert refused.card["host"] == "master03"
        assert session_keys(three) == [former]
    finally:
        faults.power_on(three.lab.folder, "master03")
    three.install()  # waits until all is up again
    with rotating(three, "use-key") as process:
        process.kill()
    faults.power_off(three.lab.folder, "master02")
    try:
        assert rotate(three).code == 3
        assert former in session_keys(three)
        for host in ("master01", "master03"):
            assert former in three.ssh(host, "cat /opt/kubernetes/cfg/encryption.yaml")
    finally:
        faults.power_on(three.lab.folder, "master02")
    done = rotate(three)
    assert done.code == 0, done.explain()
    assert_rotated(three, key, former, before)


def test_a_master_that_loses_its_power_in_a_rotation_is_waited_for(three):
    before, (former,) = secrets(three), session_keys(three)
    key = next_name(three)
    with rotating(three, "use-key") as process:
        faults.power_cut(three.lab.folder, "master02")
        faults.power_on(three.lab.folder, "master02")
        stdout, _ = process.communicate(timeout=300)
    assert process.returncode == 0, stdout[-3000:]
    assert_rotated(three, key, former, before)


def test_a_rotation_in_the_background_is_watched_to_its_end(three):
    before, (former,) = secrets(three), session_keys(three)
    key, name = next_name(three), three.answers["cluster"]["name"]
    started = three.program(*argv(three, "rotate", "--detach"))
    assert started.returncode == 0, started.stderr
    assert "Rotate the encryption key: cluster" in started.stderr
    assert f"tui-installer attach {name}" in started.stderr
    watched = three.program("attach", name, "--output", "jsonl", timeout=400)
    done = outcome(watched.returncode, watched.stdout, watched.stderr)
    assert done.code == 0, done.explain()
    (start,) = done.of("RunStarted")
    assert (start["operation"], start["steps"]) == ("encryption-rotate", STEPS)
    assert done.finish["restarts"] == 9
    assert_rotated(three, key, former, before)


def test_resuming_continues_a_rotation_that_was_killed(three):
    before, (former,) = secrets(three), session_keys(three)
    key, name = next_name(three), three.answers["cluster"]["name"]
    with rotating(three, "use-key") as process:
        process.kill()
    new, old = session_keys(three)
    assert old == former
    assert "cut: encryption-rotate" in three.program("sessions", "list").stdout
    assert resume(three, "--plan").plan["operation"] == "encryption-rotate"
    refused = three.program("--resume", name, "--new-token")
    assert refused.returncode == 2
    assert "Rotate the encryption key does not take --new-token" in refused.stderr
    installed = three.program("install", "--resume", name, timeout=400)
    assert installed.returncode == 0, installed.stderr
    assert session_keys(three) == [new, old], "an install leaves the keys as they are"
    done = resume(three)
    assert done.code == 0, done.explain()
    assert "continuing what was interrupted in this session: Rotate the" in done.stderr
    assert session_keys(three) == [new]
    assert_rotated(three, key, former, before)
    assert resume(three, "--plan").plan["operation"] == "install"


def test_one_master_cut_in_every_phase_goes_on_with_the_same_key(new_site):
    site: Site = new_site("master01")
    site.install()
    make_secrets(site)
    before, (former,) = secrets(site), session_keys(site)
    for step in STEPS[1:-1]:
        with rotating(site, step) as process:
            process.send_signal(signal.SIGINT if step == "rewrite" else signal.SIGKILL)
            process.wait(60)
        assert process.returncode == (130 if step == "rewrite" else -signal.SIGKILL)
        new, old = session_keys(site)
        assert old == former
        if step == "use-key":  # an ordinary run mends the cluster and leaves the keys alone
            site.install()
            assert session_keys(site) == [new, old]
    # The last step is over in a moment, so the run is stopped dead before it.
    last, command = Stop(STEPS[-1], OPERATOR, Point.BEFORE), argv(site, "rotate")
    with running(site, last, "--output", "jsonl", command=command) as run:
        run.stopped_at()
        run.kill()
    assert session_keys(site) == [new, former]
    done = rotate(site)
    assert done.code == 0, done.explain()
    assert session_keys(site) == [new]
    assert_rotated(site, "key2", former, before)
