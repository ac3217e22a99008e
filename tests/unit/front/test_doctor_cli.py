"""`tui-installer doctor` at the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tui_installer import cli

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUI_INSTALLER_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TUI_INSTALLER_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    return tmp_path


def test_text_has_a_line_for_each_finding(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    marks = ("✓ ok  ", "! warn", "✗ BAD ")
    assert all(line.startswith(marks) or line.lstrip().startswith("Next: ") for line in lines)
    for topic in ("Terminal", "Locale", "Python", "known_hosts", "Sessions", "CAs"):
        assert any(f"  {topic}  " in line for line in lines), topic


def test_json_is_one_document_and_something_bad_is_exit_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    assert cli.run(["doctor", "--output", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["schema"] == 1
    bad = [one for one in data["findings"] if one["level"] == "bad"]
    assert [one["topic"] for one in bad] == ["CAs"]
    assert bad[0]["hint"] == "correct or unset SSL_CERT_FILE"


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["docter"], "'doctor'"),
        (["sessions", "lst"], "'list'"),
        (["encryption", "rotat"], "'rotate'"),
        (["lab", "stats"], "'status'"),
        (["answers", "exmple"], "'example'"),
    ],
)
def test_the_nearest_name_of_a_mistyped_command(
    words: list[str], near: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(words) == 2
    assert f"did you mean {near}?" in capsys.readouterr().err
