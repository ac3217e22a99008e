"""An external etcd is asked over real TLS, both sides authenticated; loopback stands for it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from typing import TYPE_CHECKING, Any

import pytest
from pki_samples import CA, PEER, YEAR, openssl, write

from tui_installer.actions.host_checks import etcd_probe
from tui_installer.actions.host_checks.etcd_probe import Verdict, probe
from tui_installer.actions.sessions import drafts
from tui_installer.model.certificates import KeyType
from tui_installer.pki.issue import Issued, issue_ca, issue_leaf

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tui_installer.model.answers.document import Answers

HEALTHY = {"/health": '{"health":"true","reason":""}', "/version": '{"etcdserver":"3.6.16"}'}


class Pki:
    """Two CAs, each with one certificate for 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self.files = {name: self._made(folder / name) for name in ("ours", "theirs")}

    @staticmethod
    def _made(folder: Path) -> dict[str, str]:
        folder.mkdir()
        now = int(time.time())
        root: Issued = issue_ca(CA, key_type=KeyType.ECDSA_P256, lifetime=YEAR, now=now)
        made = issue_leaf(PEER, root, key_type=KeyType.ECDSA_P256, lifetime=3600, now=now)
        return {
            "ca": str(write(folder, "ca.pem", root.cert)),
            "cert": str(write(folder, "cert.pem", made.cert)),
            "key": str(write(folder, "key.pem", made.key.reveal())),
        }

    def server(self) -> ssl.SSLContext:
        ours = self.files["ours"]
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=ours["ca"])
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(ours["cert"], ours["key"])
        return context


@pytest.fixture
def pki(tmp_path: Path) -> Pki:
    return Pki(tmp_path)


@contextlib.asynccontextmanager
async def etcd(pki: Pki, replies: dict[str, str]) -> AsyncIterator[str]:
    """The URL of what answers these paths; a path without a reply hangs."""
    held = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            asked = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
            if asked not in replies:
                await held.wait()
            writer.write(f"HTTP/1.0 200 OK\r\n\r\n{replies.get(asked, '')}".encode())
            await writer.drain()
        writer.transport.abort() if held.is_set() else writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=pki.server())
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        held.set()
        server.close()


def answers(*endpoints: str, **files: Any) -> Answers:
    external = {"endpoints": list(endpoints), **files}
    hosts = [{"address": "192.0.2.11"}]
    return drafts.judge({"hosts": hosts, "etcd": {"mode": "external", "external": external}})[0]


async def asked(*endpoints: str, **files: Any) -> list[Verdict]:
    return await probe(answers(*endpoints, **files))


async def test_a_healthy_one_tells_its_version(pki: Pki):
    async with etcd(pki, HEALTHY) as url:
        assert await asked(url, **pki.files["ours"]) == [Verdict(url, True, "healthy, etcd 3.6.16")]


async def test_each_endpoint_has_its_own_verdict(pki: Pki):
    async with etcd(pki, HEALTHY) as url:
        found = await asked(url, "https://127.0.0.1:1", "nonsense", **pki.files["ours"])
    assert [one.ok for one in found] == [True, False, False]
    assert "nothing listens there" in found[1].text
    assert "want" in found[2].text


async def test_a_refused_client_certificate_is_seen_although_the_handshake_ends_well(pki: Pki):
    mixed = {**pki.files["theirs"], "ca": pki.files["ours"]["ca"]}
    async with etcd(pki, HEALTHY) as url:
        [found] = await asked(url, **mixed)
    assert found.ok is False
    assert "client certificate" in found.text


async def test_a_server_of_another_ca_is_refused(pki: Pki):
    mixed = {**pki.files["ours"], "ca": pki.files["theirs"]["ca"]}
    async with etcd(pki, HEALTHY) as url:
        [found] = await asked(url, **mixed)
    assert found.ok is False
    assert "its certificate is refused here" in found.text


async def test_one_that_is_not_healthy_says_why(pki: Pki):
    sick = {**HEALTHY, "/health": '{"health":"false","reason":"ALARM NOSPACE"}'}
    async with etcd(pki, sick) as url:
        [found] = await asked(url, **pki.files["ours"])
    assert (found.ok, "ALARM NOSPACE" in found.text) == (False, True)


@pytest.mark.parametrize("reply", ["", "[]", "<html>", "\x00", '{"health":'])
async def test_what_is_no_etcd_is_told(pki: Pki, reply: str):
    async with etcd(pki, {**HEALTHY, "/health": reply}) as url:
        [found] = await asked(url, **pki.files["ours"])
    assert (found.ok, "is not etcd's" in found.text) == (False, True)


async def test_one_that_hangs_is_given_up(pki: Pki, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(etcd_probe, "SECONDS", 0.3)
    async with etcd(pki, {}) as url:
        [found] = await asked(url, **pki.files["ours"])
    assert "no answer within" in found.text


async def test_files_that_cannot_be_used_are_named(pki: Pki, tmp_path: Path):
    ours = pki.files["ours"]
    [found] = await asked("https://127.0.0.1:1", **{**ours, "key": str(tmp_path / "none.pem")})
    assert found.text == f"its files cannot be used: {tmp_path}/none.pem does not exist"
    [found] = await asked("https://127.0.0.1:1", **{**ours, "cert": ours["key"]})
    assert found.ok is False
    locked = tmp_path / "locked.pem"
    openssl("ec", "-in", ours["key"], "-aes128", "-passout", "pass:x", "-out", str(locked))
    [found] = await asked("https://127.0.0.1:1", **{**ours, "key": str(locked)})
    assert "passphrase" in found.text


async def test_nothing_is_asked_where_nothing_can_be():
    assert (await asked())[0].ok is None
    [found] = await asked("https://192.0.2.1:2379", files="hosts", ca="/ca", cert="/c", key="/k")
    assert (found.ok, "on the masters" in found.text) == (None, True)
