from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui_installer import cli
from tui_installer.front import lab_commands
from tui_installer.lab.folders import BASES

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_command_for_a_host_keeps_its_own_options(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(
        lab_commands.lab, "ssh_argv", lambda _folder, name, *command: ["ssh", name, *command]
    )

    def replaced(_file: str, argv: list[str]) -> None:
        seen.append(argv)
        raise SystemExit  # the real one never returns

    monkeypatch.setattr(lab_commands.os, "execvp", replaced)
    with pytest.raises(SystemExit):
        cli.run(["lab", "ssh", "master01", "kubectl", "--kubeconfig", "/dev/stdin", "get", "cs"])
    assert seen == [["ssh", "master01", "kubectl", "--kubeconfig", "/dev/stdin", "get", "cs"]]


@pytest.mark.parametrize("verb", ["up", "status", "answers", "down"])
def test_each_command_asks_the_lab(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def stand_in(name: str) -> Callable[..., dict[str, str]]:
        return lambda *_args, **_more: asked.append(name) or {}

    for name in ("up", "status", "answers", "down"):
        monkeypatch.setattr(lab_commands.lab, name, stand_in(name))
    assert cli.run(["lab", verb]) == 0
    assert verb in asked


@pytest.mark.parametrize(
    ("words", "base"), [([], "bookworm"), *((["--base", name], name) for name in BASES)]
)
def test_hosts_are_of_the_base_that_was_chosen(
    words: list[str], base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(lab_commands.lab, "up", lambda *_, suite, **__: made.append(suite))
    monkeypatch.setattr(lab_commands.lab, "status", lambda _folder: [])
    assert cli.run(["lab", "up", *words]) == 0
    assert made == [base]


def test_an_unknown_base_is_refused_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.run(["lab", "up", "--base", "buster"]) == 2
    error = capsys.readouterr().err
    assert all(name in error for name in BASES)
