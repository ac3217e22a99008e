from __future__ import annotations

import pytest

from tui_installer import cli
from tui_installer.front import lab_cli


def test_a_command_for_a_host_keeps_its_own_options(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(
        lab_cli.lab, "ssh_argv", lambda _folder, name, *command: ["ssh", name, *command]
    )

    def replaced(_file: str, argv: list[str]) -> None:
        seen.append(argv)
        raise SystemExit  # the real one never returns

    monkeypatch.setattr(lab_cli.os, "execvp", replaced)
    with pytest.raises(SystemExit):
        cli.run(["lab", "ssh", "master01", "kubectl", "--kubeconfig", "/dev/stdin", "get", "cs"])
    assert seen == [["ssh", "master01", "kubectl", "--kubeconfig", "/dev/stdin", "get", "cs"]]
