"""Answers of components whose host is in other hands: bounded in size, time and memory."""

from __future__ import annotations

import asyncio
import gzip
import time
import tracemalloc
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from tui_installer.engine.cluster import reply
from tui_installer.engine.cluster.reply import ask

if TYPE_CHECKING:
    from pathlib import Path


@asynccontextmanager
async def served(folder: Path, *parts: bytes, forever: bytes = b"", pause: float = 0.0):
    """A client of a server that says the parts, then something without end."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            for part in parts:
                writer.write(part)
            while forever:
                writer.write(forever)
                await writer.drain()
                await asyncio.sleep(pause)
        except OSError:
            pass
        finally:
            writer.close()

    path = str(folder / "socket")
    async with await asyncio.start_unix_server(answer, path):
        transport = httpx.AsyncHTTPTransport(uds=path)
        async with httpx.AsyncClient(transport=transport, base_url="http://it") as client:
            yield client


async def test_an_answer_is_its_status_and_text_without_anything_that_acts(tmp_path: Path) -> None:
    body = b"\x1b]52;c;aGk=\x07ok \xff\xe2\x80\xae!"
    head = b"HTTP/1.1 201 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    async with served(tmp_path, head, body) as client:
        assert await ask(client, "GET", "/") == (201, "ok \ufffd!")


async def test_an_endless_answer_is_none_and_costs_no_memory(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        head = b"HTTP/1.1 200 OK\r\n\r\n"
        async with served(tmp_path, head, forever=b"x" * (1 << 20)) as client:
            status, told = await ask(client, "GET", "/")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (status, told) == (0, "an answer larger than 16 MiB or 400000 lines")
    assert peak < 4 * reply.MOST


async def test_what_is_packed_is_not_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(b"x" * (64 << 20))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    async with served(tmp_path, head, packed) as client:
        _, told = await ask(client, "GET", "/")
    assert len(told) <= len(packed)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-A: "])
async def test_one_that_drips_is_given_up(
    head: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply, "SECONDS", 0.5)
    began = time.monotonic()
    async with served(tmp_path, head, forever=b"x", pause=0.02) as client:
        assert await ask(client, "GET", "/") == (0, "no complete answer within 0.5 s")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 99999999999 OK\r\n\r\n"])
async def test_what_is_no_http_is_no_answer(said: bytes, tmp_path: Path) -> None:
    async with served(tmp_path, said) as client:
        status, told = await ask(client, "GET", "/")
    assert status == 0
    assert told.isprintable()
