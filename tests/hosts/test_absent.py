"""A small operation on a real host: what its wants put there is absent again, others' things stay.

No program of Kubernetes is needed: the steps are of the tests, the engine is the one that installs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import Log
from remote_support import Machines
from small_operation import surveyed

from tui_installer.engine.core.runner import run_pipeline
from tui_installer.engine.core.wants import (
    Absent,
    AbsentFile,
    AbsentUnit,
    FolderWant,
    UnitWant,
    Wants,
    private,
    text,
)
from tui_installer.engine.hosts import deliver, owners, units
from tui_installer.engine.hosts.host_step import HostStep
from tui_installer.errors import ExitCode, InstallerError
from tui_installer.model.run.events import Failed, LogLine

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from tui_installer.engine.core.run import Run
    from tui_installer.model.run.plan import Plan

HOST = "absent01"
USER = "absent-app"
UNIT = "absent-app.service"
UNIT_FILE = f"/etc/systemd/system/{UNIT}"
FOLDER, DATA = "/opt/absent-app", "/srv/absent-app"
CONF, KEY = f"{FOLDER}/app.conf", f"{FOLDER}/app.key"
MANIFEST = "/opt/kubernetes/cfg/tui-installer.manifest"
UNIT_TEXT = f"""\
[Service]
User={USER}
ExecStart=/bin/sh -c 'test -r {KEY} && exec sleep infinity'
[Install]
WantedBy=multi-user.target
""".encode()

THERE = Wants(
    accounts=(USER,),
    files=(
        text(CONF, b"one\ntwo\n"),
        private(KEY, b"of the app\n", f"{USER}:{USER}"),
        text(UNIT_FILE, UNIT_TEXT),
    ),
    folders=(FolderWant(DATA, f"{USER}:{USER}", UNIT),),
    units=(UnitWant(UNIT, (CONF, KEY, UNIT_FILE)),),
)
ABSENT = Wants(
    absent=Absent(
        units=(AbsentUnit(UNIT, UNIT_FILE),),
        files=(AbsentFile(UNIT_FILE), AbsentFile(CONF), AbsentFile(KEY, secret=True)),
        folders=(FOLDER, DATA),
        accounts=(USER,),
    )
)
GONE = [
    f"stop {UNIT}",
    f"disable {UNIT}",
    f"remove {UNIT_FILE}",
    f"remove {CONF}",
    f"remove {KEY}",
    f"unload {UNIT}",
    f"remove {FOLDER}",
    f"remove {DATA}",
    f"remove {USER}",
]
STATE = f"""
systemctl show -p ActiveState -p LoadState -p UnitFileState {UNIT} | sort
systemctl list-units --all --failed --no-legend '{UNIT}'
find /etc/systemd /opt/absent-app /srv/absent-app -name '*absent*' 2>/dev/null
getent passwd {USER}; getent group {USER}
cut -d ' ' -f 6 {MANIFEST}
"""


NOTHING_LEFT = [
    "ActiveState=inactive",
    "LoadState=not-found",
    "UnitFileState=",
    "/opt/kubernetes",
    "/opt/kubernetes/cfg",
]
"""Of the state: the manifest and its folder stay."""


def step(wants: Wants) -> HostStep:
    async def ready(run: Run, host: str) -> None:
        if wants.units:
            await units.wait(run, host, "app", UNIT)

    return HostStep("app", "An app", lambda *_: wants, ready=ready)


class Site:
    """The host, and what runs have said of it."""

    def __init__(self, machines: Machines, folder: Path) -> None:
        self.machines, self.folder, self.log = machines, folder, Log()

    def sh(self, script: str) -> str:
        return self.machines.sh(HOST, script)

    def state(self) -> list[str]:
        return self.sh(f"{STATE}\ntrue").splitlines()

    def run(self, wants: Wants) -> AbstractAsyncContextManager[tuple[Run, Plan]]:
        """Connected, with facts and the plan."""
        self.log = Log()
        spec = kube_samples.spec(hosts=(self.machines.spec(HOST),))
        known = self.machines.lab.known_hosts
        return surveyed(step(wants), spec, self.folder, known, self.log)

    async def bring(self, wants: Wants) -> list[str]:
        """What changed, as planned."""
        async with self.run(wants) as (run, plan):
            code = await run_pipeline(run, run.operation.work.pipeline)
            assert (code, self.log.of(Failed)) == (ExitCode.OK, [])
            return verbs(plan)

    async def plan(self, wants: Wants) -> Plan:
        async with self.run(wants) as (_, plan):
            return plan


def verbs(plan: Plan) -> list[str]:
    return [f"{change.verb} {change.target}" for item in plan.items for change in item.changes]


@pytest.fixture(scope="module")
def machines(new_lab, tmp_path_factory):
    return Machines(new_lab(HOST), tmp_path_factory.mktemp("own") / "known_hosts")


@pytest.fixture
def site(machines, tmp_path):
    """A host with nothing of the app, whatever the test before left."""
    made = Site(machines, tmp_path)
    made.sh(
        f"systemctl disable -q --now {UNIT} 2>/dev/null; rm -rf {UNIT_FILE} {FOLDER} {DATA};"
        f" systemctl daemon-reload; systemctl reset-failed; userdel {USER} 2>/dev/null;"
        f" rm -rf /opt/kubernetes; true"
    )
    return made


async def test_what_was_wanted_there_is_absent_again_and_a_second_run_changes_nothing(site):
    await site.bring(THERE)
    assert verbs(await site.plan(THERE)) == []
    assert site.sh(f"systemctl is-active {UNIT}; systemctl is-enabled {UNIT}").split() == [
        "active", "enabled",
    ]  # fmt: skip
    assert USER in site.sh(f"stat -c %U {DATA} {KEY}; ps -o user= -C sleep")
    plan = await site.plan(ABSENT)
    assert verbs(plan) == GONE
    shown = {change.target: change.diff for item in plan.items for change in item.changes}
    assert "-two" in shown[CONF]
    assert shown[KEY] == ""
    assert await site.bring(ABSENT) == GONE
    assert site.state() == NOTHING_LEFT
    assert await site.bring(ABSENT) == []
    assert not site.log.of(LogLine)


async def test_it_can_be_made_present_and_absent_again(site):
    for _ in range(2):
        await site.bring(THERE)
        assert site.sh(f"systemctl is-active {UNIT}").strip() == "active"
        assert await site.bring(ABSENT) == GONE


async def test_what_others_put_there_is_left_alone_and_reported(site):
    site.sh(
        f"mkdir -p {FOLDER} {DATA}; echo theirs >{CONF}; useradd -r {USER};"
        f" printf '[Service]\\nExecStart=/bin/sleep infinity\\n' >{UNIT_FILE};"
        f" systemctl daemon-reload; systemctl start {UNIT}"
    )
    before = site.state()
    plan = await site.plan(ABSENT)
    assert verbs(plan) == []
    assert await site.bring(ABSENT) == []
    assert site.state()[: len(before)] == before
    told = "\n".join(line.text for line in site.log.of(LogLine))
    for name in (UNIT, UNIT_FILE, CONF, FOLDER, DATA, USER):
        assert f"{name} is left in place: " in told
    assert site.sh(f"systemctl is-active {UNIT}; cat {CONF}").split() == ["active", "theirs"]


async def test_of_an_app_whose_files_were_changed_by_hand_only_what_is_ours_goes(site):
    await site.bring(THERE)
    site.sh(f"echo more >>{CONF}; echo theirs >{DATA}/file")
    assert await site.bring(ABSENT) == [one for one in GONE if one.split()[1] not in
                                        (CONF, FOLDER, DATA)]  # fmt: skip
    left = site.sh(f"find {FOLDER} {DATA} -type f").split()
    assert sorted(left) == [CONF, f"{DATA}/file"]
    assert verbs(await site.plan(ABSENT)) == []
    site.sh(f"rm {CONF} {DATA}/file")
    assert await site.bring(ABSENT) == [f"remove {path}" for path in (CONF, FOLDER, DATA)]


@pytest.mark.parametrize(
    ("module", "name", "calls"),
    [
        (deliver, "deliver", 1),  # the unit is stopped
        (units, "apply", 2),  # its files are removed
        (owners, "remove", 1),  # it is unloaded
    ],
)
async def test_a_run_that_is_cut_in_between_is_finished_by_the_next(
    site, monkeypatch, module, name, calls
):
    await site.bring(THERE)
    real, made = getattr(module, name), []

    async def cut(*args):
        made.append(name)
        if len(made) == calls:
            raise InstallerError("cut")
        return await real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(module, name, cut)
        async with site.run(ABSENT) as (run, _):
            assert await run_pipeline(run, run.operation.work.pipeline) is ExitCode.STEP_FAILED
    done = await site.bring(ABSENT)
    assert done
    assert set(done) < set(GONE)
    assert site.state() == NOTHING_LEFT
    assert await site.bring(ABSENT) == []
