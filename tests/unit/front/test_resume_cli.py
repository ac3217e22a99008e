"""Which operation a command line runs on a session whose rotation was interrupted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tui_installer import cli
from tui_installer.actions.runs import run_operation
from tui_installer.engine.cluster import stored
from tui_installer.engine.operations import INSTALL, ROTATE_ENCRYPTION
from tui_installer.front import detach
from tui_installer.kubernetes.encryption import EncryptionKey
from tui_installer.model.run.plan import Plan
from tui_installer.pki import tokens
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.actions.runs.background import Order
    from tui_installer.engine.core.operation import Operation

ANSWERS = "apiVersion: tui-installer/v1\ncluster: {name: lab}\nhosts: [{address: 192.0.2.11}]\n"


@pytest.fixture
def session(own_home: Path) -> SessionFolder:
    """Its rotation was interrupted."""
    folder = SessionFolder(own_home / "state" / "lab")
    keys = [EncryptionKey(f"key{n}", tokens.encryption_key()) for n in (2, 1)]
    stored.write_encryption_keys(folder, keys)
    folder.root.chmod(0o700)
    folder.answers.write_text(ANSWERS)
    return folder


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[Operation]:
    """The operations that were planned; no host is asked."""
    found: list[Operation] = []

    async def plan_only(operation: Operation, *_: object) -> Plan:
        found.append(operation)
        return Plan(())

    monkeypatch.setattr(run_operation, "plan_only", plan_only)
    return found


@pytest.mark.parametrize(
    ("argv", "wanted"),
    [
        (["--resume", "lab"], ROTATE_ENCRYPTION),
        (["--resume"], ROTATE_ENCRYPTION),
        (["encryption", "rotate", "lab"], ROTATE_ENCRYPTION),
        (["install", "--resume", "lab"], INSTALL),
        (["--answers", "FILE"], INSTALL),
        (["install", "--answers", "FILE"], INSTALL),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_only_resuming_without_a_command_continues_what_was_interrupted(
    session: SessionFolder, planned: list[Operation], capsys, argv: list[str], wanted: Operation
) -> None:
    words = [str(session.answers) if word == "FILE" else word for word in argv]
    assert cli.run([*words, "--plan", "--output", "jsonl"]) == 0
    assert planned == [wanted]
    done = capsys.readouterr()
    shown = json.loads(done.out)
    assert (shown["operation"], shown["title"]) == (wanted.name, wanted.title)
    said = "continuing what was interrupted in this session: Rotate the encryption key" in done.err
    assert said is (argv[0] == "--resume")


def test_a_session_without_an_interruption_is_installed(
    session: SessionFolder, planned: list[Operation], capsys
) -> None:
    stored.write_encryption_keys(
        session, stored.encryption_keys(session)[:1]
    )  # the rotation has ended
    assert cli.run(["--resume", "lab", "--plan"]) == 0
    assert planned == [INSTALL]
    done = capsys.readouterr()
    assert done.out.startswith("Install\n")
    assert done.err == ""


@pytest.mark.parametrize("option", ["--new-token", "--verify", "--merge-kubeconfig"])
def test_an_option_of_an_install_is_refused_where_a_rotation_is_continued(
    session: SessionFolder, capsys, option: str
) -> None:
    before = sorted(session.root.rglob("*"))
    assert cli.run(["--resume", "lab", option]) == 2
    assert f"Rotate the encryption key does not take {option}" in capsys.readouterr().err
    assert sorted(session.root.rglob("*")) == before


@pytest.mark.parametrize("argv", [["--resume", "lab"], ["encryption", "rotate", "lab"]])
def test_a_rotation_in_the_background_is_ordered_with_its_options(
    session: SessionFolder, monkeypatch: pytest.MonkeyPatch, argv: list[str]
) -> None:
    ordered: list[Order] = []
    monkeypatch.setattr(detach, "detach", lambda *args: ordered.append(args[-1]) or 0)
    assert cli.run([*argv, "--detach", "--accept-new-host-keys", "--break-lock"]) == 0
    (order,) = ordered
    assert order.operation == "encryption-rotate"
    assert (order.accept_new_host_keys, order.break_lock, order.verify) == (True, True, False)
