"""Plain text and JSON lines: what a run looks like on stderr and stdout."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import pytest

from tui_installer.engine.hosts.facts import Query, gather
from tui_installer.front.text import plain
from tui_installer.front.text.jsonl import jsonl
from tui_installer.front.text.plain import Plain, amount
from tui_installer.front.text.style import Style, duration, size
from tui_installer.model.run.events import (
    Checked,
    Failed,
    HostFound,
    Level,
    LogLine,
    Outcome,
    Planned,
    Progress,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    from_json,
)

RUN = (
    RunStarted("demo", "v1.37.2", ("master01", "master02"), ("etcd", "verify")),
    HostFound("master01", "192.0.2.11", "Debian 12, x86_64, systemd 252", "root by key, root", 0.1),
    Planned("etcd", "master01", run=True, reason="create etcd", changes=1),
    StepStarted("etcd", "master01"),
    LogLine("master01", "etcd", Level.INFO, "waiting for its peers"),
    LogLine("master01", "etcd", Level.DEBUG, "not for a person"),
    StepFinished("etcd", "master01", Outcome.OK, "create etcd", 1.25),
    StepFinished("etcd", "master02", Outcome.SKIPPED, "3 files up to date", 0.0),
    StepStarted("verify", "cluster"),
    Checked("master01", "unit etcd.service", ok=True, evidence="active (running)"),
    StepFinished("verify", "cluster", Outcome.OK, "1 checks passed", 2.0),
    RunFinished(0, 65.04, 7, 0, (("kubeconfig", "/s/admin.kubeconfig"), ("journal", "/s/j"))),
)
NARRATION = """\
   0.0s          Install: cluster demo, Kubernetes v1.37.2, 2 hosts
   0.0s master01 192.0.2.11: Debian 12, x86_64, systemd 252; root by key, root
   0.0s master01 etcd: waiting for its peers
   0.0s master01 ✓ etcd: create etcd (1.2 s)
   0.0s master02 – etcd: 3 files up to date
   0.0s cluster  ✓ verify: 1 checks passed (2.0 s)
"""
REPORT = """
step     master01   master02    cluster
etcd       1.25 s       skip
verify                           2.00 s

verification
✓ master01  unit etcd.service  active (running)

✓ control plane verified: 1 checks, 7 changes, 0 restarts, 1 min 05 s
  kubeconfig: /s/admin.kubeconfig
  journal: /s/j
  next: kubectl --kubeconfig /s/admin.kubeconfig get --raw '/readyz?verbose'
"""
FAILED = (
    RunStarted("demo", "v1.37.2", ("m1", "m2"), ("etcd", "apiserver")),
    StepStarted("etcd", "m1"),
    Failed(
        "m1",
        "etcd",
        "etcd.service does not run on m1: its data is another member's",
        ("systemd: ActiveState=failed", "log: member count is unequal"),
        "on m1: journalctl -u etcd",
    ),
    StepFinished("etcd", "m1", Outcome.FAILED, "etcd.service does not run", 3.0),
    StepFinished("apiserver", "m1", Outcome.STOPPED, "not run: an earlier step failed", 0.0),
    RunFinished(1, 4.0, 2, 0, (("journal", "/s/j"),)),
)
FAILED_NARRATION = """\
   0.0s          Install: cluster demo, Kubernetes v1.37.2, 2 hosts

✗ FAILED on m1 in step etcd
  etcd.service does not run on m1: its data is another member's
    systemd: ActiveState=failed
    log: member count is unequal
  Next: on m1: journalctl -u etcd

   0.0s m1       ✗ etcd: etcd.service does not run
   0.0s m1       · apiserver: not run: an earlier step failed
"""
FAILED_REPORT = """
step              m1
etcd          FAILED
apiserver    not run

✗ failed (exit 1): 1 failure, 2 changes, 0 restarts, 4.0 s
  run the same command again to continue: finished work is not repeated
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that stands until a test moves it."""
    clock = SimpleNamespace(now=50.0)
    monkeypatch.setattr(plain, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return clock


def told(events, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    sink = plain.Plain(_started=plain.time.monotonic())
    for event in events:
        sink(event)
    done = capsys.readouterr()
    return done.out, done.err


def test_a_good_run_is_narrated_and_reported(capsys) -> None:
    assert told(RUN, capsys) == (REPORT, NARRATION)


def test_a_failed_run_shows_its_card_and_how_to_go_on(capsys) -> None:
    assert told(FAILED, capsys) == (FAILED_REPORT, FAILED_NARRATION)


def test_a_run_without_changes_says_so(capsys) -> None:
    out, _ = told([RUN[0], RUN[9], RunFinished(0, 0.8, 0, 0, ())], capsys)
    assert out == (
        "\nverification\n✓ master01  unit etcd.service  active (running)\n\n"
        "✓ nothing to do, control plane ready: 1 checks, 0 changes, 0 restarts, 0.8 s\n"
    )


def test_the_result_comes_when_the_run_ends_and_not_before(capsys) -> None:
    assert told(RUN[:-1], capsys)[0] == ""


def test_checks_are_listed_in_the_hosts_order_and_the_cluster_last(capsys) -> None:
    checks = [Checked(host, "unit", ok=False, evidence="x") for host in ("cluster", "b", "a")]
    out, _ = told([RunStarted("c", "v1", ("a", "b"), ()), *checks, RUN[-1]], capsys)
    assert out.splitlines()[2:5] == [
        "✗ a        unit  x",
        "✗ b        unit  x",
        "✗ cluster  unit  x",
    ]


def test_progress_is_told_every_few_seconds(capsys, still: SimpleNamespace) -> None:
    sink = Plain(_started=50.0)
    capsys.readouterr()
    for after in (0.0, 2.9, 0.2, 1.0, 3.0):
        still.now += after
        sink(Progress("etcd", "m1", "upload", int(still.now * 1e6), 119_200_000))
    assert capsys.readouterr().err == (
        "   3.1s m1       … etcd: upload 53.1 MB of 119.2 MB\n"
        "   7.1s m1       … etcd: upload 57.1 MB of 119.2 MB\n"
    )


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        (Progress("s", "h", "l", 12_000_000, 119_200_000), "12.0 MB of 119.2 MB"),
        (Progress("s", "h", "l", 999, 0), "999 B"),
        (Progress("s", "h", "l", 3, 7, "packages"), "3 packages of 7 packages"),
        (Progress("s", "h", "l", 3, 0, "packages"), "3 packages"),
    ],
)
def test_an_amount_is_told_with_its_total_where_that_is_known(event: Progress, shown: str) -> None:
    assert amount(event) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (119_200_000, "119.2 MB"),
        (10**13, "10000.0 GB"),
    ],
)
def test_bytes_are_told_in_si_units(amount: int, shown: str) -> None:
    assert size(amount) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.04, "0.0 s"), (12.34, "12.3 s"), (60.0, "1 min 00 s"), (125.9, "2 min 05 s")],
)
def test_seconds_are_told_in_minutes_where_they_are_many(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize("events", [RUN, FAILED])
def test_nothing_is_painted_where_no_terminal_reads(events, capsys) -> None:
    assert "\x1b" not in "".join(told(events, capsys))


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_nothing_is_painted_where_a_person_wants_none(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert not Style.of(Terminal()).colour


def test_nothing_is_painted_on_a_terminal_of_no_known_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TERM")
    assert not Style.of(Terminal()).colour


def test_a_terminal_is_painted_and_each_colour_is_ended() -> None:
    style = Style.of(Terminal())
    assert style.paint("x", "red", "bold") == "\x1b[31;1mx\x1b[0m"
    assert style.paint("x") == "x"


def test_a_terminal_sees_the_same_words_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = Terminal(), Terminal()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", err)
    sink = Plain(_started=50.0)
    for event in RUN:
        sink(event)
    for painted, words in ((out, REPORT), (err, NARRATION)):
        text = painted.getvalue()
        assert "\x1b[" in text
        for code in ("1", "2", "32", "32;1", "0"):
            text = text.replace(f"\x1b[{code}m", "")
        assert text == words


async def test_what_a_host_says_of_itself_cannot_steer_the_terminal(capsys) -> None:
    # From the bytes of a hostile answer to what is printed.
    import kube_samples  # noqa: PLC0415 - only here
    from engine_samples import FakeHost  # noqa: PLC0415 - only here

    answer = "time\t1800000000\nsystem\tDebian\x1b[2J\x1b]0;x\x07\u202e\x9b1m\r12\nend\n"
    host = FakeHost(kube_samples.host("m1", "192.0.2.11"), answer.encode())
    facts = await gather(host, Query("/m"))
    _, err = told([HostFound("m1", "192.0.2.11", facts.system, facts.login, 0.1)], capsys)
    assert all(c.isprintable() for line in err.splitlines() for c in line)


def test_markup_is_shown_as_it_is(capsys) -> None:
    _, err = told([LogLine("m1", "etcd", Level.ERROR, "[red]{0} %s[/red]")], capsys)
    assert err == "   0.0s m1       etcd: [red]{0} %s[/red]\n"


@pytest.mark.parametrize("events", [RUN, FAILED])
def test_json_lines_are_the_events_and_the_first_has_the_schema(events, capsys) -> None:
    for event in events:
        jsonl(event)
    done = capsys.readouterr()
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert [from_json(line) for line in lines] == list(events)
    assert lines[0]["schema"] == 1
    assert done.err == ""


def test_a_json_line_stays_one_line_whatever_it_says(capsys) -> None:
    jsonl(LogLine("m1", "etcd", Level.INFO, "one\ntwo\u2028é"))
    assert len(capsys.readouterr().out.split("\n")) == 2


def test_a_run_of_no_hosts_is_told(capsys) -> None:
    assert "0 hosts" in told([RunStarted("c", "v1.37.2", (), ())], capsys)[1]
