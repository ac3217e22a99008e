"""What the doctor says of a machine: folders, agent, proxies, CAs."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tui_installer.actions.doctor import folders, logins, machine, network
from tui_installer.actions.doctor.examine import machine_findings
from tui_installer.actions.doctor.finding import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "p4ssw0rd"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("TUI_INSTALLER_HOME", "TUI_INSTALLER_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return tmp_path


def of(topic: str, found: Iterator[Finding] | tuple[Finding, ...]) -> Finding:
    return next(one for one in found if one.topic == topic)


def all_logins() -> tuple[Finding, ...]:
    async def gather() -> tuple[Finding, ...]:
        return tuple([one async for one in logins.findings()])

    return asyncio.run(gather())


def test_every_finding_of_a_sound_machine_is_ok_or_a_warning_with_a_hint() -> None:
    found = asyncio.run(machine_findings())
    assert {"Python", "Libraries", "go", "SSH agent", "Sessions", "Cache", "Proxy"} <= {
        one.topic for one in found
    }
    assert all(one.hint for one in found if one.level is not Level.OK)


def test_a_sessions_folder_that_others_can_write_to_is_bad(own_folders: Path) -> None:
    (own_folders / "tui_installer_home").mkdir(mode=0o777)
    (own_folders / "tui_installer_home").chmod(0o777)
    found = of("Sessions", folders.findings())
    assert found.level is Level.BAD
    assert "others can write" in found.text
    assert "chmod" in found.hint


def test_the_cache_s_programs_are_named(own_folders: Path) -> None:
    program = own_folders / "tui_installer_cache" / "sha256" / ("a" * 64) / "kubectl"
    program.parent.mkdir(parents=True)
    program.write_bytes(b"x" * (2 << 20))
    (program.parent / "kubectl.zst").write_bytes(b"x")
    assert of("Programs", folders.findings()).text == "1 in the cache, 2 MB: kubectl"


def test_a_full_disk_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 0))
    assert of("Cache", folders.findings()).level is Level.WARN


@pytest.mark.parametrize(
    ("env", "level", "text"),
    [
        ({}, Level.OK, "none: downloads go directly"),
        (
            {"HTTPS_PROXY": f"http://me:{SECRET}@proxy:3128"},
            Level.OK,
            "HTTPS_PROXY=http://proxy:3128",
        ),
        ({"https_proxy": "proxy:3128"}, Level.BAD, "is not a proxy's URL"),
    ],
)
def test_proxies_are_shown_without_logins(env: dict[str, str], level: Level, text: str) -> None:
    found = of("Proxy", network.findings(env))
    assert found.level is level
    assert text in found.text
    assert SECRET not in found.text + found.hint


def test_a_proxy_with_a_login_and_no_scheme_shows_no_login() -> None:
    found = of("Proxy", network.findings({"HTTPS_PROXY": f"me:{SECRET}@proxy:3128"}))
    assert found.level is Level.BAD
    assert SECRET not in found.text + found.hint


def test_ca_variables_are_checked(own_folders: Path) -> None:
    text = own_folders / "text.pem"
    text.write_text("no certificate")
    for value, why in ((own_folders / "none", "cannot be read"), (text, "no PEM certificate")):
        found = of("CAs", network.findings({"SSL_CERT_FILE": str(value)}))
        assert found.level is Level.BAD
        assert why in found.text
    assert of("CAs", network.findings({})).level is Level.OK


def test_no_agent_means_key_files() -> None:
    assert "key files are tried" in of("SSH agent", all_logins()).text


def test_an_agent_that_is_gone_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", "/nowhere/agent")
    found = of("SSH agent", all_logins())
    assert found.level is Level.WARN
    assert "No such file" in found.text


@pytest.mark.skipif(not shutil.which("ssh-agent"), reason="needs ssh-agent")
def test_the_agent_s_keys_are_listed(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    socket, key = own_folders / "agent", own_folders / "key"
    subprocess.run(["ssh-keygen", "-qt", "ed25519", "-N", "", "-C", "ops", "-f", key], check=True)
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL)
    try:
        while not socket.exists():
            assert agent.poll() is None
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        assert of("SSH agent", all_logins()).level is Level.WARN
        subprocess.run(["ssh-add", "-q", key], check=True)
        assert "ops (ssh-ed25519)" in of("SSH agent", all_logins()).text
    finally:
        agent.terminate()
        agent.wait()


def test_a_private_key_that_others_can_read_is_bad(own_folders: Path) -> None:
    key = own_folders / ".ssh" / "id_ed25519"
    key.parent.mkdir()
    key.write_text("key")
    key.chmod(0o644)
    assert of("SSH keys", all_logins()).level is Level.BAD


def test_a_clock_before_the_installation_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    assert of("Clock", machine.findings()).level is Level.OK
    monkeypatch.setattr(machine.time, "time", lambda: 0.0)
    assert of("Clock", machine.findings()).level is Level.BAD


def test_few_descriptors_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.resource, "getrlimit", lambda _: (256, 4096))
    assert of("Open files", machine.findings()).level is Level.WARN


def test_a_umask_that_locks_its_own_user_out_is_bad() -> None:
    before = os.umask(0o777)
    try:
        found = of("umask", machine.findings())
    finally:
        os.umask(before)
    assert found.level is Level.BAD
    assert os.umask(before) == before
