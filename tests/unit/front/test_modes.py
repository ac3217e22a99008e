"""Each way to install or to rotate goes by an option, or refuses it: every one is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tui_installer import cli
from tui_installer.actions.runs import run_operation
from tui_installer.actions.runs.background import Order
from tui_installer.engine.core.operation import RunOption
from tui_installer.engine.operations import INSTALL, OPERATIONS, ROTATE_ENCRYPTION
from tui_installer.front import detach
from tui_installer.front.command_line import leaves, parser_of
from tui_installer.front.tui import main as wizard
from tui_installer.model.run.events import RunFinished
from tui_installer.model.run.plan import Plan
from tui_installer.model.run.state import RunState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANSWERS = "apiVersion: tui-installer/v1\ncluster: {name: lab}\nhosts:\n- address: 192.0.2.11\n"
SOURCE = {"--answers", "--resume"}
WIZARD = {"--interactive", "--accept-new-host-keys"}
RUN = {"--accept-new-host-keys", "--break-lock"}
PARTICULAR = {"--verify", "--new-token", "--merge-kubeconfig", "--use-context"} | {
    "--passphrase-file",
    "--passphrase-env",
}
HONOURED: dict[tuple[str, ...], set[str]] = {
    ("install",): {"--check", "--plan", "--interactive", "--detach", "--output", *RUN, *PARTICULAR},
    ("install", "--check"): set(),
    ("install", "--plan"): {"--output", "--accept-new-host-keys", "--new-token"},
    ("install", "--verify"): {"--detach", "--output", *RUN, *PARTICULAR},
    ("install", "--detach"): {*RUN, *PARTICULAR},
    ("install", "--interactive"): {"--accept-new-host-keys"},
    ("encryption", "rotate"): {"--plan", "--detach", "--output", *RUN},
    ("encryption", "rotate", "--detach"): RUN,
    ("encryption", "rotate", "--plan"): {"--output", "--accept-new-host-keys"},
}
"""Command and mode → the options that change what it does; it refuses all others."""
WORDS = {
    "--output": ["jsonl"],
    "--passphrase-file": ["f"],
    "--passphrase-env": ["V"],
    "--answers": ["x"],
}
OPTIONS = {path: set(parser_of(command, "").options()) for path, command in leaves()}


def path_of(mode: tuple[str, ...]) -> str:
    return " ".join(word for word in mode if not word.startswith("-"))


def cases() -> list[tuple[tuple[str, ...], str]]:
    """Every option of every mode; a new option comes of itself."""
    return [
        (mode, option)
        for mode in HONOURED
        for option in sorted(OPTIONS[path_of(mode)] - SOURCE - {*mode})
    ]


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("TUI_INSTALLER_HOME", str(home))
    (home / "lab").mkdir(parents=True, mode=0o700)
    (home / "lab/answers.yaml").write_text(ANSWERS)
    file = tmp_path / "answers.yaml"
    file.write_text(ANSWERS)
    return file


@pytest.fixture
def does(
    answers: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, Any, str]]:
    """(exit code, what would be done and how, stdout and stderr) of a command line."""
    done: list[object] = []

    async def plan(
        operation: object, spec: object, session: object, options: object, emit: object
    ) -> Plan:
        done.append(("plan", operation, options, type(emit)))
        return Plan(())

    async def carry_out(
        operation: object,
        spec: object,
        session: object,
        options: object,
        emit: object,
        stop: object,
    ) -> RunState:
        done.append(("run", operation, options, type(emit)))
        state = RunState()
        state.apply(RunFinished(0, 0.0, 0, 0, ()))
        return state

    def in_background(session: object, lock: object, order: Order) -> int:
        done.append(("background", order))
        return 0

    monkeypatch.setattr(run_operation, "plan_only", plan)
    monkeypatch.setattr(run_operation, "carry_out", carry_out)
    monkeypatch.setattr(detach, "detach", in_background)
    monkeypatch.setattr(
        wizard, "run", lambda *given, **more: done.append(("wizard", given, more)) or 0
    )

    def run(mode: tuple[str, ...], *options: str) -> tuple[int, Any, str]:
        done.clear()
        source = ["--answers", str(answers)] if mode[0] == "install" else ["lab"]
        code = cli.run([*mode, *source, *options])
        said = capsys.readouterr()
        return code, list(done), said.out + said.err

    return run


@pytest.mark.parametrize(("mode", "option"), cases())
def test_a_mode_goes_by_an_option_or_refuses_it(mode, option: str, does) -> None:
    needed = ["--merge-kubeconfig"] if option == "--use-context" else []
    code, done, said = does(mode, *needed, option, *WORDS.get(option, []))
    if option in HONOURED[mode]:
        assert code == 0, said
        without = does(mode, *needed)
        assert without[0] == 0
        assert (done, said) != without[1:]
    else:
        assert (code, done) == (2, [])
        assert option in said or f"{needed[0]} " in said
        assert "has no effect" in said


def test_every_mode_is_tried() -> None:
    for path, command in leaves():
        for mode in command.modes:
            if mode.name.startswith("--"):
                assert (*path.split(), mode.name) in HONOURED


@pytest.mark.parametrize(
    ("one", "path"), [(INSTALL, "install"), (ROTATE_ENCRYPTION, "encryption rotate")]
)
def test_the_command_of_an_operation_has_the_options_that_it_takes(one, path: str) -> None:
    particular = {name for option in RunOption for name in option.split(", ")}
    taken = {name for option in one.options for name in option.split(", ")}
    assert OPTIONS[path] & particular == taken
    assert OPTIONS[path] >= {"--plan", "--detach", "--output", *RUN}
    assert len(OPERATIONS) == 2, "the new one belongs into this test"


@pytest.mark.parametrize("option", sorted(OPTIONS["install"] - SOURCE - WIZARD))
def test_the_wizard_is_told_nothing_that_it_would_drop(option: str, does, capsys) -> None:
    for argv in ([], ["--resume", "--interactive"]):
        words = [*argv, *(["--merge-kubeconfig"] if option == "--use-context" else [])]
        assert cli.run([*words, option, *WORDS.get(option, [])]) == 2
        assert "has no effect in the wizard" in capsys.readouterr().err


@pytest.mark.parametrize("mode", [mode for mode in HONOURED if mode[0] == "install"])
def test_a_session_goes_as_answers_go(mode: tuple[str, ...], answers: Path, does) -> None:
    assert does(mode)[0] == 0
    argv = [*mode, "--resume", "lab"]
    assert cli.run(argv) == 0


def test_a_background_run_gets_whole_paths(does, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    _, done, _ = does(
        ("install", "--detach"), "--merge-kubeconfig", "own", "--passphrase-file", "secret"
    )
    ((_, order),) = done
    assert order == Order(
        operation="install",
        merge_kubeconfig=(str(tmp_path / "own"),),
        passphrase_file=str(tmp_path / "secret"),
    )
