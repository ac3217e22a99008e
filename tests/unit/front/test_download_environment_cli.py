"""Variables that downloads depend on: a wrong one is exit 2 with its name, before hosts are met."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui_installer import cli
from tui_installer.release.certificates import VARIABLES

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = """\
apiVersion: tui-installer/v1
cluster: {{name: hunt2}}
kubernetes:
  version: v1.36.2
  source: {{kind: mirror, location: "https://127.0.0.1:8802/plain"}}
ssh:
  port: 1
  identityFiles: [{0}]
hosts:
- address: 192.0.2.2
  name: m1
  sshAddress: 127.0.0.1
"""


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (*VARIABLES, "http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    (tmp_path / "k1").touch(mode=0o600)
    path = tmp_path / "answers.yaml"
    path.write_text(ANSWERS.format(tmp_path / "k1"))
    return path


@pytest.mark.parametrize("mode", [[], ["--plan"]])
@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "does not exist"), ("no certificate", "")],
    ids=["missing", "no PEM"],
)
def test_a_wrong_ca_variable_is_2(
    mode: list[str],
    variable: str,
    content: str | None,
    says: str,
    answers: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "ca.pem"
    if content:
        path.write_text(content)
    monkeypatch.setenv(variable, str(path))
    assert cli.run(["--answers", str(answers), *mode]) == 2
    shown = "".join(capsys.readouterr())
    assert f"the variable {variable} is {path}, which {says}" in shown
    assert f"correct {variable}" in shown
    assert "Traceback" not in shown


def test_a_wrong_proxy_is_2_without_its_login(
    answers: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hunter2@proxy:99999")
    assert cli.run(["--answers", str(answers)]) == 2
    shown = "".join(capsys.readouterr())
    assert "the variable HTTPS_PROXY is http://…@proxy:99999" in shown
    assert "hunter2" not in shown


def test_a_variable_that_no_download_needs_is_no_obstacle(
    answers: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The programs come from here; then the host, where nothing listens, is what fails."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    text = answers.read_text().replace(
        "kind: mirror, location: ", "kind: folder, location: /tmp} #"
    )
    answers.write_text(text)
    assert cli.run(["--answers", str(answers)]) == 3
    assert "SSL_CERT_FILE" not in "".join(capsys.readouterr())
