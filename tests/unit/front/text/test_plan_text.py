"""The plan on the terminal and as JSON."""

from __future__ import annotations

import json

import pytest

from tui_installer.engine.operations import INSTALL, ROTATE_ENCRYPTION
from tui_installer.front.text.show_plan import plan_json, plan_text
from tui_installer.front.text.style import Style
from tui_installer.front.text.upload import upload
from tui_installer.model.run.plan import Change, ChangeKind, Plan, PlanItem

DIFF = "--- /a (host)\n+++ /a (wanted)\n@@ -1 +1 @@\n-old\n+new"
PLAN = Plan(
    (
        PlanItem("etcd-files", "m1", "update a", (
            Change(ChangeKind.FILE, "update", "/a", "its options", DIFF, 4),
            Change(ChangeKind.FILE, "create", "/etcd", "etcd v3.7.3", "", 25_000_000),
            Change(ChangeKind.FILE, "mode", "/b", "0600 root:root → 0644 root:root"),
        )),
        PlanItem("etcd-files", "m2", "5 files up to date"),
        PlanItem("etcd", "m1", "restart etcd.service", (
            Change(ChangeKind.UNIT, "restart", "etcd.service", "a changes"),
        )),
        PlanItem("verify", "cluster", "check 2 hosts", always=True),
    )
)  # fmt: skip
HEAD = """\
Install
  may restart: every service whose files or options change, one host at a time
  may ask for: the passphrase of encrypted CA keys, if a certificate is to be issued

"""
TEXT = f"""\
{HEAD}m1
  run   etcd-files         update a
          update  /a  (its options, 4 B)
            --- /a (host)
            +++ /a (wanted)
            @@ -1 +1 @@
            -old
            +new
          create  /etcd  (etcd v3.7.3, 25.0 MB)
          mode    /b  (0600 root:root → 0644 root:root)
  run   etcd               restart etcd.service
          restart etcd.service  (a changes)

m2
  skip  etcd-files         5 files up to date

cluster
  run   verify             check 2 hosts

4 changes, 1 restarts, 25.0 MB to upload; nothing was changed
"""


def test_a_plan_is_shown_by_host_with_reasons_and_diffs() -> None:
    assert plan_text(INSTALL, PLAN, Style(colour=False)) == TEXT


def test_an_empty_plan_says_so_and_names_its_operation() -> None:
    assert plan_text(ROTATE_ENCRYPTION, Plan(()), Style(colour=False)) == (
        "Rotate the encryption key\n"
        "  may restart: every API server three times, one host at a time\n"
        "\n"
        "0 changes, 0 restarts, 0 B to upload; nothing was changed\n"
    )


def test_removals_and_what_is_left_are_shown() -> None:
    plan = Plan(
        (
            PlanItem("reset", "m1", "stop a.service; left in place: b", (
                Change(ChangeKind.UNIT, "stop", "a.service", "active"),
                Change(ChangeKind.FILE, "remove", "/a", "", "--- /a (host)\n-old"),
            ), left=(Change(ChangeKind.FILE, "leave", "/b", "this program did not put it there"),)),
        )
    )  # fmt: skip
    assert (
        plan_text(INSTALL, plan, Style(colour=False))
        == HEAD
        + """\
m1
  run   reset              stop a.service; left in place: b
          stop    a.service  (active)
          remove  /a
            --- /a (host)
            -old
          leave   /b  (this program did not put it there)

2 changes, 0 restarts, 1 units stopped, 0 B to upload; nothing was changed
"""
    )


def test_colour_adds_no_word() -> None:
    painted = plan_text(INSTALL, PLAN, Style(colour=True))
    assert "\x1b[31m-old\x1b[0m" in painted
    assert "\x1b[32m+new\x1b[0m" in painted
    for code in ("1", "2", "31", "32", "33", "36", "0"):
        painted = painted.replace(f"\x1b[{code}m", "")
    assert painted == TEXT


def test_a_plan_as_json_is_one_line_with_the_schema() -> None:
    line = plan_json(INSTALL, PLAN)
    assert line.count("\n") == 1
    data = json.loads(line)
    assert (data["event"], data["schema"]) == ("Plan", 1)
    assert (data["operation"], data["title"]) == ("install", "Install")
    assert [item["step"] for item in data["items"]] == [
        "etcd-files",
        "etcd-files",
        "etcd",
        "verify",
    ]
    assert data["items"][0]["changes"][0] == {
        "kind": "file",
        "verb": "update",
        "target": "/a",
        "summary": "its options",
        "diff": DIFF,
        "size": 4,
        "unsized": False,
    }


def test_a_plan_counts_its_changes_and_restarts() -> None:
    assert (PLAN.changes, PLAN.restarts) == (4, 1)
    assert PLAN.items[3].run
    assert not PLAN.items[1].run


def program(size: int = 0, *, unsized: bool = False) -> Change:
    return Change(ChangeKind.FILE, "create", "/bin/a", "a v1", size=size, unsized=unsized)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ((program(25_000_000),), "25.0 MB to upload"),
        (
            (program(24_000), program(unsized=True)),
            "24.0 kB and 1 program to upload (size known after the download)",
        ),
        (
            (program(unsized=True), program(unsized=True)),
            "0 B and 2 programs to upload (size known after the download)",
        ),
        ((program(),), "less than 1 MB to upload"),
        ((Change(ChangeKind.UNIT, "start", "etcd.service"),), "0 B to upload"),
    ],
)
def test_what_is_sent_is_said_as_far_as_it_is_known(changes, told) -> None:
    assert upload((PlanItem("etcd-files", "m1", "", changes),)) == told
