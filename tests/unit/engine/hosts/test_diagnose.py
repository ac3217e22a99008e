"""Units on a host: what is asked of systemd, and the card of one that does not run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from engine_samples import FakeHost, context, run_of

from tui_installer.engine.hosts import units
from tui_installer.engine.hosts.diagnose import LAST_LINES, unit_failure
from tui_installer.errors import ConnectionFailed, ConnectionLost, ExitCode, InstallerError
from tui_installer.model.run.plan import Change, ChangeKind
from tui_installer.remote.host import Completed

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.core.run import Run

HOST = "master01"
ETCD = "etcd.service"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return run_of(context(tmp_path / "c", make=False), tmp_path)[0]


def host(run: Run) -> FakeHost:
    found = run.hosts[HOST]
    assert isinstance(found, FakeHost)
    return found


def says(run: Run, stdout: str, status: int = 0, stderr: str = "") -> None:
    host(run).answer = Completed(status, stdout.encode(), stderr)


async def card(run: Run, unit: str = ETCD) -> InstallerError:
    return await unit_failure(run, HOST, "etcd", unit, "ActiveState=failed")


SHOW = "show\tActiveState=activating\nshow\tResult=exit-code\nshow\tExecMainStatus=1\n"
TAKEN = (
    "log\tlisten tcp 127.0.0.1:2379: bind: address already in use\n"
    'port\t2379\tLISTEN 0 4096 127.0.0.1:2379 0.0.0.0:* users:(("nginx",pid=812,fd=5))\n'
)


async def test_a_card_has_state_holder_log_cause_and_next_command(run: Run) -> None:
    says(run, SHOW + TAKEN)
    error = await card(run)
    assert error.message == (
        "etcd.service does not run on master01: port 2379 is in use by nginx (pid 812)"
    )
    assert error.details == (
        "systemd: ActiveState=activating Result=exit-code ExecMainStatus=1",
        "port 2379 is in use by nginx (pid 812)",
        "log: listen tcp 127.0.0.1:2379: bind: address already in use",
    )
    assert error.hint == "on master01: ss -Hltnp"
    assert (error.host, error.step) == (HOST, "etcd")
    assert host(run).calls == [(ETCD, "2379", "2380", "2381")]


async def test_only_the_last_lines_of_the_log_are_shown(run: Run) -> None:
    says(run, "".join(f"log\tline {number}\n" for number in range(40)))
    lines = [detail for detail in (await card(run)).details if detail.startswith("log: ")]
    assert lines == [f"log: line {number}" for number in range(40 - LAST_LINES, 40)]


async def test_a_holder_without_a_name_is_reported_as_unknown(run: Run) -> None:
    says(run, "port\t2379\tLISTEN 0 4096 *:2379 *:*\n")
    assert "port 2379 is in use by an unknown process" in (await card(run)).details


async def test_without_evidence_the_state_that_was_seen_is_reported(run: Run) -> None:
    says(run, "")
    assert (await card(run)).details == ("systemd: ActiveState=failed",)


async def test_a_unit_of_no_known_program_has_a_card_too(run: Run) -> None:
    says(run, SHOW)
    error = await card(run, "other.service")
    assert error.message.startswith("other.service does not run on master01")
    assert host(run).calls == [("other.service",)]


async def test_a_log_cannot_steer_the_terminal(run: Run) -> None:
    says(run, "log\t\x1b[2Jpanic\x1b]0;x\x07\u202e\n")
    assert (await card(run)).details[-1] == "log: panic"


async def test_a_lost_connection_is_what_is_reported(run: Run, monkeypatch) -> None:
    lost = ConnectionLost("lost")
    fails(run, lost, monkeypatch)
    assert await card(run) is lost


@pytest.mark.parametrize("kind", [InstallerError, ConnectionFailed])
async def test_a_unit_is_named_also_where_its_host_says_too_much_or_nothing_of_it(
    run: Run, kind: type[InstallerError], monkeypatch: pytest.MonkeyPatch
) -> None:
    fails(run, kind("a script did not end"), monkeypatch)
    error = await card(run)
    assert error.message == "etcd.service does not run on master01"
    assert error.details == (
        "systemd: ActiveState=failed",
        "no evidence from the host: a script did not end",
    )
    assert error.code is ExitCode.STEP_FAILED


def fails(run: Run, error: InstallerError, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> Completed:
        raise error

    monkeypatch.setattr(host(run), "run", fail)


@pytest.mark.parametrize(
    "said",
    [
        "show\tResult=x\n" * 100_000,
        "port\t2379\tusers\n" * 100_000,
        "port\n" + "port\t\n" + "port\t2379\n",
        'port\tusers:(("x",pid=1\n',
        "log\t" + "x" * 4000 + "\n" + "log\n" * 9,
        "show\nlog\nport\nshow\t\nlog\t\nport\t\t\t\n",
        'log\t{"level": [], "msg": {}, "error": ' + "[" * 3000 + "\n",
        "log\tlisten tcp {0} {unit}: bind: address already in use\n",
    ],
)
async def test_evidence_of_any_form_and_length_makes_a_card_of_some_lines(
    run: Run, said: str
) -> None:
    says(run, said)
    error = await card(run)
    assert error.message.startswith("etcd.service does not run on master01")
    assert len(error.details) <= LAST_LINES + 2
    assert len("".join((error.message, error.hint, *error.details))) < 10_000


CHANGES = (
    Change(ChangeKind.FILE, "create", "/a"),
    Change(ChangeKind.UNIT, "enable", ETCD),
    Change(ChangeKind.UNIT, "restart", ETCD),
)


async def test_units_are_changed_in_one_round_trip_after_a_reload(run: Run) -> None:
    await units.apply(run, HOST, "etcd", CHANGES)
    assert host(run).calls == [("reload", f"enable:{ETCD}", f"restart:{ETCD}")]
    assert (run.changes, run.restarts) == (2, 1)


async def test_without_unit_changes_systemd_is_not_asked(run: Run) -> None:
    await units.apply(run, HOST, "etcd", CHANGES[:1])
    assert host(run).calls == []


async def test_what_systemd_refuses_is_reported_with_its_words(run: Run) -> None:
    says(run, "", status=1, stderr="Unit etcd.service is masked.")
    with pytest.raises(InstallerError) as caught:
        await units.apply(run, HOST, "etcd", CHANGES)
    assert caught.value.message == f"systemd on master01 refused: enable:{ETCD}, restart:{ETCD}"
    assert caught.value.details == ("Unit etcd.service is masked.",)
    assert caught.value.hint == f"on master01: systemctl status {ETCD}"
    assert run.changes == 0


async def test_waiting_ends_when_the_units_run(run: Run) -> None:
    await units.wait(run, HOST, "etcd", ETCD)
    assert host(run).calls == [(str(units.READY_SECONDS), ETCD)]


async def test_a_unit_that_does_not_come_up_is_reported_by_its_card(run: Run) -> None:
    says(run, "kube-scheduler.service\tActiveState=failed\n", status=1)
    with pytest.raises(InstallerError, match=r"kube-scheduler\.service does not run on master01"):
        await units.wait(run, HOST, "controllers", ETCD, "kube-scheduler.service")
    assert host(run).calls[1] == ("kube-scheduler.service", "10259")


@pytest.mark.parametrize(
    "said", ["", "\n", "x\ty", "other.service\tfailed", "a\n" * 100_000, "x" * 10_000, "\t\t"]
)
async def test_a_unit_that_was_not_waited_for_is_not_the_one_that_does_not_run(
    run: Run, said: str
) -> None:
    says(run, said, status=1)
    with pytest.raises(InstallerError, match=r"^etcd\.service does not run on master01"):
        await units.wait(run, HOST, "etcd", ETCD, "kube-scheduler.service")
    assert host(run).calls[1][0] == ETCD
