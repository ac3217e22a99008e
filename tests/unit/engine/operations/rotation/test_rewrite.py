"""Writing every Secret anew, and looking into etcd, against an API that misbehaves."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass, field
from typing import Any

import kube_samples
import pytest
from engine_samples import authority, run_of

from tui_installer.engine.checks import etcd
from tui_installer.engine.cluster import clients
from tui_installer.engine.core.context import Context
from tui_installer.engine.operations.rotation import in_etcd, rewrite
from tui_installer.errors import InstallerError
from tui_installer.kubernetes.encryption import EncryptionKey
from tui_installer.model.run.events import Checked, Progress
from tui_installer.pki import tokens

NOW = 1_800_000_000.0


@dataclass
class FakeApi:
    """secrets: path → (version, key). writes: of others, that come between ours.

    answers: statuses given before the proper answer.
    """

    secrets: dict[str, tuple[int, str]]
    writes: int = 0
    answers: list[int] = field(default_factory=list)
    asked: list[tuple[str, str, object]] = field(default_factory=list)
    number: int = 1000

    async def request(
        self, method: str, path: str, body: object, kind: str, accept: str
    ) -> tuple[int, str]:
        await asyncio.sleep(0)
        self.asked.append((method, path, body))
        assert "as=PartialObjectMetadata" in accept, "what is in a Secret is not asked for"
        if self.answers:
            return self.answers.pop(0), "{}"
        return self._patch(path) if method == "PATCH" else self._list(path)

    def _patch(self, path: str) -> tuple[int, str]:
        if path not in self.secrets:
            return 404, "{}"
        version, key = self.secrets[path]
        if key != "key2" or self.writes:
            self.writes = max(self.writes - 1, 0)
            self.number += 1
            version = self.number
        self.secrets[path] = (version, "key2")
        return 200, json.dumps(self._item(path))

    def _list(self, path: str) -> tuple[int, str]:
        paths = list(self.secrets)
        begin = int(path.partition("&continue=")[2] or 0)
        page = paths[begin : begin + 2]
        more = str(begin + 2) if begin + 2 < len(paths) else ""
        items = [self._item(one) for one in page]
        return 200, json.dumps({"metadata": {"continue": more}, "items": items})

    def _item(self, path: str) -> dict[str, Any]:
        _, _, _, _, namespace, _, name = path.split("/")
        version = str(self.secrets[path][0])
        return {"metadata": {"namespace": namespace, "name": name, "resourceVersion": version}}


def some(count: int, key: str = "key1") -> dict[str, tuple[int, str]]:
    return {f"/api/v1/namespaces/n/secrets/s{n}": (n, key) for n in range(count)}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    found = authority(tmp_path_factory.mktemp("keys"), kube_samples.spec())
    found.keep_encryption_keys(
        EncryptionKey("key2", tokens.encryption_key()), *found.encryption_keys
    )
    return found


@pytest.fixture
def rewritten(made, tmp_path, monkeypatch):
    """Runs the step with an API, and with values in etcd."""

    async def do(client: FakeApi, *values: bytes) -> tuple[str, Any, Any]:
        run, log = run_of(Context(made.spec, made, NOW), tmp_path)
        run.ctx.facts = dict.fromkeys(run.hosts)
        monkeypatch.setattr(rewrite, "PAUSES", (0, 0))
        monkeypatch.setattr(rewrite, "_through", lambda ctx: "master01")
        monkeypatch.setattr(clients, "api_of", lambda run, host: _given(client))
        monkeypatch.setattr(etcd, "ask", Etcd(values or (b"k8s:enc:secretbox:v1:key2:x",)))
        return (await rewrite.REWRITE.run(run, "cluster")).reason, run, log

    return do


async def _given(client: FakeApi) -> FakeApi:
    return client


class Etcd:
    """Values, three a page, as the JSON gateway gives them."""

    def __init__(self, values: tuple[bytes, ...], status: int = 200) -> None:
        self.all = {f"/registry/secrets/n/s{n:03}".encode(): v for n, v in enumerate(values)}
        self.status = status

    async def __call__(self, run: Any, host: str, method: str, path: str, asked: Any) -> Any:
        start, end = (base64.b64decode(asked[name]) for name in ("key", "range_end"))
        keys = sorted(key for key in self.all if start <= key < end)
        kvs = [{"key": _text(key), "value": _text(self.all[key])} for key in keys[:3]]
        return self.status, json.dumps({"kvs": kvs, "more": len(keys) > 3} if kvs else {})


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


async def test_every_secret_is_written_once_and_counted(rewritten):
    client = FakeApi(some(25) | {"/api/v1/namespaces/m/secrets/new": (7, "key2")})
    reason, run, log = await rewritten(client)
    assert reason == "25 of 26 Secrets written with key2"
    assert run.changes == 25
    assert {key for _, key in client.secrets.values()} == {"key2"}
    assert all(body == {} for method, _, body in client.asked if method == "PATCH")
    assert log.of(Progress)[-1].done == 26


async def test_one_that_is_written_already_is_asked_about_once(rewritten):
    client = FakeApi(some(3, "key2"))
    reason, _, _ = await rewritten(client)
    assert reason == "0 of 3 Secrets written with key2"
    assert [method for method, _, _ in client.asked].count("PATCH") == 3


async def test_one_that_was_deleted_meanwhile_is_not_brought_back(rewritten):
    client = FakeApi(some(3))
    listed = await rewrite._all(client)
    client.secrets.clear()
    assert [await rewrite._rewrite(client, secret) for secret in listed] == [0, 0, 0]
    assert client.secrets == {}


@pytest.mark.parametrize("status", sorted(rewrite.BUSY))
async def test_a_busy_api_is_asked_again(rewritten, status):
    reason, _, _ = await rewritten(FakeApi(some(3), answers=[status, status]))
    assert reason == "3 of 3 Secrets written with key2"


@pytest.mark.parametrize("status", [403, 422, 500])
async def test_one_that_cannot_be_written_stops_before_anything_is_removed(rewritten, status):
    client = FakeApi(some(1), answers=[status] * 5)
    with pytest.raises(InstallerError, match=f"answered {status}") as caught:
        await rewritten(client)
    assert "nothing is lost" in caught.value.hint


async def test_a_list_that_got_too_old_is_begun_anew(rewritten):
    client = FakeApi(some(5))
    client.answers = [410]
    assert len(await rewrite._all(client)) == 5


async def test_one_that_others_write_too_is_written_until_it_is_still(rewritten):
    client = FakeApi(some(1), writes=5)
    (secret,) = await rewrite._all(client)
    assert await rewrite._rewrite(client, secret) == 5
    client.writes = 1000
    with pytest.raises(InstallerError, match="keeps being written by others"):
        await rewrite._rewrite(client, secret)


async def test_etcd_has_the_last_word(rewritten):
    values = [b"k8s:enc:secretbox:v1:key2:x"] * 8 + [b"k8s:enc:secretbox:v1:key1:x", b"k8s\0plain"]
    client = FakeApi(some(3))
    with pytest.raises(InstallerError, match="not every Secret in etcd") as caught:
        await rewritten(client, *values)
    assert caught.value.details == ("1 with key1, 8 with key2, 1 with no key",)


async def test_what_etcd_has_is_told_as_a_check(rewritten):
    _, _, log = await rewritten(FakeApi({}), *[b"k8s:enc:secretbox:v1:key2:x"] * 7)
    (check,) = log.of(Checked)
    assert (check.ok, check.evidence) == (True, "7 with key2")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b"k8s:enc:secretbox:v1:key2:\x00", "key2"),
        (b"k8s:enc:secretbox:v1:key21:", "key21"),
        (b"k8s:enc:secretbox:v1:key2", in_etcd.PLAIN),
        (b"k8s:enc:aescbc:v1:key2:", in_etcd.PLAIN),
        (b" k8s:enc:secretbox:v1:key2:", in_etcd.PLAIN),
        (b"k8s:enc:secretbox:v1:\x1b[31m:", in_etcd.PLAIN),
        (b"k8s\x00\n\x0c\n\x02v1\x12\x06Secret", in_etcd.PLAIN),
        (b"", in_etcd.PLAIN),
    ],
)
def test_a_values_beginning_names_its_key(value, name):
    assert in_etcd.key_name(value) == name


async def test_an_etcd_that_does_not_answer_is_no_proof(made, tmp_path, monkeypatch):
    run, _ = run_of(Context(made.spec, made, NOW), tmp_path)
    monkeypatch.setattr(etcd, "ask", Etcd((b"",), status=503))
    with pytest.raises(InstallerError, match="did not report"):
        await in_etcd.count(run)
