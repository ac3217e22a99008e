"""The search for leaked secrets finds each form of one, and nothing where there is none."""

from __future__ import annotations

import base64
import os
import subprocess
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import leaks
import pytest

from tui_installer.pki.keys import make_keypair

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = "c4nary'7&Qx/9Zk2Wm4Lp5RtYv8Ns3"
CANARY = leaks.text("it", SECRET)
RAW = SECRET.encode()

FORMS: dict[str, Callable[[bytes], bytes]] = {
    "raw": lambda s: s,
    "quoted for a shell": lambda s: s.replace(b"'", b"'\\''"),
    "base64": base64.b64encode,
    "base64, one further": lambda s: base64.b64encode(b"x" + s),
    "base64, two further": lambda s: base64.b64encode(b"xy" + s + b"z"),
    "base64 for URLs": lambda s: base64.urlsafe_b64encode(b"user:" + s),
    "base64 in lines": lambda s: base64.encodebytes(b"x" * 40 + s),
    "hex": lambda s: s.hex().encode(),
    "upper-case hex": lambda s: s.hex().upper().encode(),
    "in a URL": lambda s: quote(s, safe="").encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_leak_in_the_midst_of_a_big_file_is_found(form: str, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / ".hidden"
    file.write_bytes(os.urandom(1 << 20) + FORMS[form](RAW) + os.urandom(1 << 20))
    assert leaks.search([tmp_path], [CANARY]) == [(str(file), "it")]


@pytest.mark.parametrize("form", FORMS)
def test_binary_secrets_are_found_too(form: str, tmp_path: Path) -> None:
    value = b"\n\0\xff" + bytes(range(0x80, 0xA0))
    (tmp_path / "file").write_bytes(FORMS[form](value))
    assert leaks.search([tmp_path], [leaks.text("key", value)]) == [(str(tmp_path / "file"), "key")]


@pytest.mark.parametrize("line", range(2))
def test_a_line_of_a_keys_pem_is_enough(line: int, tmp_path: Path) -> None:
    pem = make_keypair("ecdsa-p256").private.reveal()
    (tmp_path / "log").write_bytes(pem.split(b"\n")[1 + line])
    assert leaks.search([tmp_path], [leaks.key("ca", pem)]) == [(str(tmp_path / "log"), "ca")]


@pytest.mark.parametrize("shift", range(3))
def test_a_keys_pem_in_base64_is_found(shift: int, tmp_path: Path) -> None:
    pem = make_keypair("ecdsa-p256").private.reveal()
    (tmp_path / "config").write_bytes(base64.b64encode(b"x" * shift + pem))
    assert leaks.search([tmp_path], [leaks.key("ca", pem)]) == [(str(tmp_path / "config"), "ca")]


def test_another_secret_of_the_same_form_is_none(tmp_path: Path) -> None:
    pair = make_keypair("ecdsa-p256")
    (tmp_path / "public").write_bytes(pair.public)
    (tmp_path / "other").write_bytes(make_keypair("ecdsa-p256").private.reveal())
    (tmp_path / "token").write_bytes(RAW[::-1])
    assert leaks.search([tmp_path], [leaks.key("ca", pair.private.reveal()), CANARY]) == []


@pytest.mark.parametrize("where", ["arguments", "environment"])
def test_a_process_that_shows_it_is_seen(where: str, tmp_path: Path) -> None:
    argv = ["sh", "-c", "sleep 30; :", SECRET if where == "arguments" else "-"]
    env = {"PATH": os.environ["PATH"], **({"X": SECRET} if where == "environment" else {})}
    with leaks.Processes() as processes:
        child = subprocess.Popen(argv, env=env)
        end = time.monotonic() + 20
        while not any(CANARY.in_(seen) for seen in tuple(processes.seen)):
            assert time.monotonic() < end, f"not seen in {processes.passes} passes"
            time.sleep(0.01)
        child.kill()
        child.wait()
    (tmp_path / "seen").write_bytes(b"\n".join(processes.seen))
    assert [name for _, name in leaks.search([tmp_path], [CANARY])] == ["it"]
