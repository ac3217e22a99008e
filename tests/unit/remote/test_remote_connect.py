"""Logins that fail before there is an SSH server, and files that keys are in."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.errors import ConnectionFailed, ExitCode
from tui_installer.model.spec import HostSpec, SecretRef, SshSpec, SudoMode
from tui_installer.remote import key_files
from tui_installer.remote.credentials import Credentials, WrongPassphrase
from tui_installer.remote.host import Completed
from tui_installer.remote.host_keys import HostKeyPolicy, place
from tui_installer.remote.ssh import connect


def ssh(address="127.0.0.1", port=22):
    return SshSpec(address, port, "root", (), False, SecretRef(), "")


async def failure(tmp_path, login, timeout=5):
    spec = HostSpec("m1", "192.0.2.1", login, SudoMode.AUTO, SecretRef())
    policy = HostKeyPolicy(own=tmp_path / "known", files=())
    with pytest.raises(ConnectionFailed) as caught:
        await connect(spec, credentials=Credentials(), host_keys=policy, timeout=timeout)
    assert caught.value.code is ExitCode.CONNECTION
    assert caught.value.host == "m1"
    assert caught.value.hint
    return caught.value


@asynccontextmanager
async def server(talk):
    async def serve(_, writer):
        await talk(writer)
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


async def test_a_closed_port_is_told_with_its_number(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        error = await failure(tmp_path, ssh(port=port))
    assert error.message == f"m1 (127.0.0.1:{port}): the connection was refused"
    assert str(port) in error.hint


async def test_a_name_that_does_not_resolve_is_told(tmp_path):
    error = await failure(tmp_path, ssh("no-such-host.invalid"))
    assert "no-such-host.invalid cannot be resolved" in error.message


@pytest.mark.parametrize(
    "greeting",
    [
        b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n",
        b"SSH-1.5-old\r\n",
        b"\x15\x03\x01\x00\x02\x02\x16",
        b"\x1b]52;c;evil\x07" * 3000,
    ],
)
async def test_what_is_not_an_ssh_server_is_told(tmp_path, greeting):
    async def talk(writer):
        writer.write(greeting)
        await writer.drain()

    async with server(talk) as port:
        error = await failure(tmp_path, ssh(port=port))
    assert "does not speak SSH" in error.message
    assert "\x1b" not in "".join(error.details)


async def test_a_port_that_says_nothing_is_told_after_the_timeout(tmp_path):
    done = asyncio.Event()

    async def talk(_):
        await done.wait()

    async with server(talk) as port:
        began = time.monotonic()
        error = await failure(tmp_path, ssh(port=port), timeout=0.3)
        done.set()
    assert time.monotonic() - began < 2
    assert "says nothing within 0.3 s" in error.message


async def test_a_server_that_stops_during_the_login_is_told(tmp_path):
    async def talk(writer):
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        await writer.drain()

    async with server(talk) as port:
        error = await failure(tmp_path, ssh(port=port))
    assert "lost during the login" in error.message


async def test_a_jump_host_that_refuses_is_told_as_the_jump_host(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        jump = ssh(port=taken.getsockname()[1])
        login = SshSpec("192.0.2.1", 22, "root", (), False, SecretRef(), "", jump)
        spec = HostSpec("m1", "192.0.2.1", login, SudoMode.AUTO, SecretRef())
        policy = HostKeyPolicy(own=tmp_path / "known", files=())
        with pytest.raises(ConnectionFailed, match=r"jump host of m1 .*refused"):
            await connect(spec, credentials=Credentials(), host_keys=policy)


def test_places_read_well_for_both_address_families():
    assert place("m1", ssh("192.0.2.1", 2222)) == "m1 (192.0.2.1:2222)"
    assert place("m1", ssh("2001:db8::1")) == "m1 ([2001:db8::1]:22)"
    assert place("", ssh("192.0.2.1")) == "192.0.2.1:22"


def test_the_text_of_a_long_answer_is_whole_and_clean():
    assert Completed(0, b"x" * 100_000 + b"\x1b[1m!\n", "").text == "x" * 100_000 + "!\n"


FORMATS = {
    "openssh": ("ed25519", []),
    "openssh-rsa": ("rsa", []),
    "pem": ("rsa", ["-m", "PEM"]),
    "pkcs8": ("ecdsa", ["-m", "PKCS8"]),
}


def blob(file):
    key = key_files.public_key(file)
    return key.public_data if key else b""


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("passphrase", ["", "tell me"])
@pytest.mark.parametrize("with_public_file", [True, False])
def test_key_files_of_every_format_are_understood(tmp_path, kind, passphrase, with_public_file):
    file = tmp_path / "key"
    algorithm, options = FORMATS[kind]
    argv = ["ssh-keygen", "-q", "-t", algorithm, "-N", passphrase, "-f", file, *options]
    subprocess.run(argv, check=True)
    public = blob(file)
    if not with_public_file:
        file.with_suffix(".pub").unlink()
        assert blob(file) == (public if kind.startswith("openssh") else b"")
    assert key_files.is_encrypted(file) is bool(passphrase)
    if passphrase:
        assert key_files.Opener(file)(b"tell me").public_data == public
        with pytest.raises(WrongPassphrase):
            key_files.Opener(file)(b"guess")


@given(st.binary())
def test_no_file_breaks_the_look_at_keys(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("key") / "key"
    file.write_bytes(b"-----BEGIN OPENSSH PRIVATE KEY-----\n" + data)
    key_files.is_encrypted(file)
    assert key_files.public_key(file) is None
