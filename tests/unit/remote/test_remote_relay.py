"""The relay with its real programs, run on this machine instead of a host."""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import asynccontextmanager

import pytest

from tui_installer.remote import relay
from tui_installer.remote.host import Completed

PROGRAMS = [name for name in ("perl", "python3") if shutil.which(name)]


class Here:
    """Runs the relay's program here: what SshHost.stream does on a host."""

    spec = None
    started = 0

    def __init__(self):
        self.processes = []

    async def run(self, script, *args):
        made = await asyncio.create_subprocess_exec("sh", "-c", script, "sh", *args, stdout=-1)
        out, _ = await made.communicate()
        return Completed(0, out, "")

    async def stream(self, script, *args, stdin, sink):
        self.started += 1
        process = await asyncio.create_subprocess_exec(
            "sh", "-c", script, "sh", *args, stdin=-1, stdout=-1
        )
        self.processes.append(process)

        async def feed():
            async for data in stdin:
                process.stdin.write(data)
                await process.stdin.drain()

        feeding = asyncio.create_task(feed())
        try:
            while data := await process.stdout.read(4096):
                sink(data)
            return Completed(await process.wait(), b"", "")
        finally:
            feeding.cancel()
            process.stdin.close()


async def echo(reader, writer):
    """Sends back what arrives, and a last word once there is no more."""
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.write(b"bye")
    writer.close()


@asynccontextmanager
async def relayed(program, folder, port=None):
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    here = Here()
    made = relay.Relay(here, program)
    listener = await made.listen(
        folder / "s", "127.0.0.1", port or server.sockets[0].getsockname()[1]
    )
    try:
        yield here, str(folder / "s")
    finally:
        await made.close()
        listener.close()
        server.close()
        for process in here.processes:
            await process.wait()


async def exchange(path, data):
    reader, writer = await asyncio.open_unix_connection(path)

    async def send():
        writer.write(data)
        await writer.drain()
        writer.write_eof()

    _, got = await asyncio.gather(send(), reader.read())
    writer.close()
    return got


@pytest.mark.parametrize("program", PROGRAMS)
async def test_many_connections_at_once_get_every_byte_through_one_program(program, tmp_path):
    blocks = [os.urandom(300_000) + bytes([number]) for number in range(30)]
    async with relayed(program, tmp_path) as (here, path):
        got = await asyncio.gather(*(exchange(path, block) for block in blocks))
    assert got == [block + b"bye" for block in blocks]
    assert here.started == 1


@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_port_where_nothing_listens_ends_the_connection(program, tmp_path):
    async with relayed(program, tmp_path, port=1) as (_, path):
        reader, writer = await asyncio.open_unix_connection(path)
        assert await reader.read() == b""
        writer.close()


@pytest.mark.parametrize("program", PROGRAMS)
async def test_a_client_that_goes_leaves_the_others_alone(program, tmp_path):
    async with relayed(program, tmp_path) as (_, path):
        _, gone = await asyncio.open_unix_connection(path)
        gone.write(b"x" * 100_000)
        gone.transport.abort()
        assert await exchange(path, b"still there") == b"still therebye"


@pytest.mark.parametrize("program", PROGRAMS)
async def test_the_end_of_the_program_ends_its_connections_and_the_next_starts_it_again(
    program, tmp_path
):
    async with relayed(program, tmp_path) as (here, path):
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b"hello")
        assert await reader.read(5) == b"hello"
        here.processes[0].kill()
        assert await reader.read() == b""
        writer.close()
        assert await exchange(path, b"again") == b"againbye"
    assert here.started == 2


async def test_a_program_that_can_relay_is_found():
    assert await relay.program(Here()) in {"perl", "python3", "/usr/libexec/platform-python"}
