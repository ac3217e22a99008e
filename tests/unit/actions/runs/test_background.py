"""The process of a run: what it is started with, and what it is only told."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tui_installer.actions.runs import background_worker
from tui_installer.actions.runs.background import Background, Order
from tui_installer.engine.core.stop import Stop
from tui_installer.engine.operations.rotation.work import ROTATION
from tui_installer.errors import InstallerError
from tui_installer.model import environment
from tui_installer.model.secret import Secret
from tui_installer.model.spec import SecretRef
from tui_installer.remote.credentials import Typed
from tui_installer.store.session_folder import SessionFolder
from tui_installer.store.session_lock import RUN, SessionLock

if TYPE_CHECKING:
    import re

SECRET = "correct horse battery"
NAMES = ("MY_SUDO", "TUI_INSTALLER_SUDO", "GO_PASSWORD", "PYTHON_PASSWORD", "HOME_PASSWORD")
"""As a person could name a variable that holds a password."""
ANSWERS = "apiVersion: tui-installer/v1\nhosts: [{address: 192.0.2.11}]\n"


@pytest.fixture(autouse=True)
def passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, f"{SECRET} of {name}")


def _environment(pid: int) -> bytes:
    """The variables of a process. While the kernel still sets it up, /proc shows none."""
    until = time.monotonic() + 10
    while not (found := Path(f"/proc/{pid}/environ").read_bytes()) and time.monotonic() < until:
        time.sleep(0.001)
    return found


async def test_a_runs_process_has_no_variable_that_could_hold_a_password(own_home: Path) -> None:
    session = SessionFolder(own_home / "state" / "prod")
    with SessionLock.take(session.root, RUN) as lock:
        run = await Background.start(session, lock, Order("install"), Typed(), None)
        shown = await asyncio.to_thread(_environment, run.pid)
        with pytest.raises(InstallerError, match=r"answers\.yaml"):  # it began, with no answers
            await run.ended()
    assert SECRET.encode() not in shown
    here = {f"{name}={os.environ[name]}".encode() for name in ("PATH", "TUI_INSTALLER_HOME")}
    assert here <= set(shown.split(b"\0"))


async def test_an_order_for_an_operation_that_this_program_lacks_is_refused(own_home: Path) -> None:
    session = SessionFolder(own_home / "state" / "prod")
    with SessionLock.take(session.root, RUN) as lock:
        run = await Background.start(session, lock, Order("upgrade"), Typed(), None)
        with pytest.raises(InstallerError, match="no operation 'upgrade'") as caught:
            await run.ended()
    assert caught.value.details == ("it has: install, encryption-rotate",)
    assert not session.journal.exists()


async def test_a_background_run_is_of_the_operation_that_was_ordered(own_home: Path) -> None:
    """Its key is damaged, so no host is called; how it started is in the journal all the same."""
    session = SessionFolder(own_home / "state" / "prod")
    with SessionLock.take(session.root, RUN) as lock:
        session.answers.write_text(ANSWERS)
        session.write_public("encryption.key", b"junk")
        run = await Background.start(session, lock, Order("encryption-rotate"), Typed(), None)
        assert await run.ended() == 1
    first, *_ = (json.loads(line) for line in session.journal.read_bytes().splitlines()[1:])
    assert first["operation"] == "encryption-rotate"
    assert first["title"] == "Rotate the encryption key"
    assert first["steps"] == [step.name for step in ROTATION]


def test_no_program_is_started_by_what_it_is_made_of(tmp_path: Path) -> None:
    """Python looks for libraries by compilers and linkers too, with the whole environment."""
    for name in ("gcc", "cc", "ld", "objdump", "go"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\ntouch {tmp_path}/started-$(basename $0)\n")
        program.chmod(0o755)
    runs = "tui_installer.actions.runs"
    code = f"import tui_installer.cli, tui_installer.remote.ssh, {runs}.background_worker"
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    assert list(tmp_path.glob("started-*")) == []


async def test_what_was_typed_reaches_the_process() -> None:
    typed = Typed(
        *({"ops": Secret(f"{kind}'s".encode() + b"\xff")} for kind in ("file", "sudo", "login"))
    )
    data = json.loads(Order("install").line(typed))
    line = background_worker.Line(asyncio.StreamReader(), Stop())
    told = background_worker._options(Order(**data["order"]), data, line)
    assert told.credentials is not None
    assert told.credentials.typed == typed


def found(line: bytes, *refs: SecretRef) -> list[bytes]:
    """The secrets, as the process that is sent the line has them."""
    data = json.loads(line)
    order = Order(**data["order"])
    told = background_worker._options(
        order, data, background_worker.Line(asyncio.StreamReader(), Stop())
    )
    assert told.credentials is not None
    secrets = [told.credentials.resolve(ref, "it") for ref in (told.passphrase, *refs)]
    return [secret.reveal() for secret in secrets if secret is not None]


async def test_it_is_told_them_and_keeps_them_out_of_its_own_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BYTES", os.fsdecode(b"\xff\xfe"))
    line = Order("install", passphrase_env="MY_SUDO").line(Typed())
    assert line.count(b"\n") == 1
    for name in (*NAMES, "BYTES"):
        monkeypatch.delenv(name)
    secrets = found(line, *(SecretRef(env=name) for name in (*NAMES, "BYTES")))
    wanted = [f"{SECRET} of {name}".encode() for name in ("MY_SUDO", *NAMES)]
    assert secrets == [*wanted, b"\xff\xfe"]
    assert not {*NAMES, "BYTES"} & os.environ.keys()


async def test_a_variable_that_is_handed_on_can_be_named_too() -> None:
    home = found(Order("install").line(Typed()), SecretRef(env="TUI_INSTALLER_HOME"))
    assert home == [os.environ["TUI_INSTALLER_HOME"].encode()]


@pytest.mark.parametrize("needed", [environment.OURS, environment.GO])
def test_each_variable_is_handed_on_or_kept_back(needed: re.Pattern[str]) -> None:
    handed = environment.handed_on(os.environ, needed)
    kept = environment.kept_back(os.environ, needed)
    assert {**handed, **kept} == dict(os.environ)
    assert not handed.keys() & kept.keys()
    assert {"PATH", "HOME"} <= handed.keys()


@pytest.mark.parametrize(
    "name",
    [
        *("TUI_INSTALLER_HOME", "TUI_INSTALLER_CACHE", "SSH_AUTH_SOCK", "TERM", "NO_COLOR"),
        *("LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "XDG_STATE_HOME", "LC_ALL"),
        *("https_proxy", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "GOPROXY", "GOFLAGS", "NETRC"),
    ],
)
def test_what_a_run_needs_is_handed_on(name: str) -> None:
    assert environment.handed_on({name: "x"}, environment.OURS) == {name: "x"}
