"""tui-installer encryption, by its command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tui_installer import cli
from tui_installer.actions.runs import encryption, run_operation
from tui_installer.actions.runs.encryption import HostKeys, Status
from tui_installer.engine.operations import ROTATE_ENCRYPTION
from tui_installer.model.run.plan import Plan

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.actions.runs.run_options import Options

ANSWERS = """\
apiVersion: tui-installer/v1
cluster: {name: lab}
hosts:
  - address: 192.0.2.11
"""
UNDER_WAY = Status(
    ("key2", "key1"),
    (
        HostKeys("master01", ("key1", "key2"), loaded=True),
        HostKeys("m2", ("key1",), loaded=False),
        HostKeys("m3", (), loaded=False),
    ),
    {"key1": 12, "no key": 1},
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "home"
    monkeypatch.setenv("TUI_INSTALLER_HOME", str(root))
    (root / "lab").mkdir(parents=True)
    (root / "lab").chmod(0o700)
    (root / "lab/answers.yaml").write_text(ANSWERS)
    return root


def given(monkeypatch: pytest.MonkeyPatch, found: Status) -> None:
    async def status(*_: object) -> Status:
        return found

    monkeypatch.setattr(encryption, "status", status)


def test_a_status_says_who_has_which_keys(monkeypatch, capsys):
    given(monkeypatch, UNDER_WAY)
    assert cli.run(["encryption", "status", "lab"]) == 0
    assert capsys.readouterr().out == (
        "key2 is replacing key1; to continue: tui-installer encryption rotate lab\n"
        "master01  encrypts with key1, can decrypt with key2\n"
        "m2        encrypts with key1; its API server has not been restarted since\n"
        "m3        has no key yet\n"
        "Secrets in etcd: 12 with key1, 1 with no key\n"
    )


def test_a_status_without_a_rotation_and_with_another_etcd(monkeypatch, capsys):
    given(monkeypatch, Status(("key1",), (HostKeys("m", ("key1",), loaded=True),), None))
    assert cli.run(["encryption", "status"]) == 0
    assert capsys.readouterr().out == (
        "key1 is the only key\n"
        "m  encrypts with key1\n"
        "Secrets: in an external etcd, which is not read\n"
    )


def test_a_status_as_json(monkeypatch, capsys):
    given(monkeypatch, UNDER_WAY)
    assert cli.run(["encryption", "status", "lab", "--output", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == 1
    assert told["hosts"][1] == {"host": "m2", "keys": ["key1"], "loaded": False}


def test_rotating_is_planned_with_its_own_steps(monkeypatch, capsys):
    asked: list[tuple[object, Options]] = []

    async def plan_only(
        operation: object, spec: object, session: object, options: Options, emit: object
    ) -> Plan:
        asked.append((operation, options))
        return Plan(())

    monkeypatch.setattr(run_operation, "plan_only", plan_only)
    line = ["encryption", "rotate", "lab", "--plan", "--accept-new-host-keys"]
    assert cli.run([*line, "--break-lock"]) == 2
    assert "--break-lock has no effect together with --plan" in capsys.readouterr().err
    assert cli.run(line) == 0
    told = capsys.readouterr().out
    assert told.startswith("Rotate the encryption key\n")
    assert "nothing was changed" in told
    ((operation, options),) = asked
    assert operation is ROTATE_ENCRYPTION
    assert options.accept_new_host_keys


@pytest.mark.parametrize("verb", ["rotate", "status"])
def test_an_unknown_session_is_told_with_the_nearest(verb, capsys):
    assert cli.run(["encryption", verb, "labb"]) == 2
    assert "did you mean lab?" in capsys.readouterr().err
