from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import stat
import time

import pytest
import zstandard
from release_support import SIZE, fake_elf

from tui_installer.errors import InstallerError
from tui_installer.release import cache as cache_module
from tui_installer.release import files
from tui_installer.release.cache import Cache, Key

KEY = Key("mirror", "https://mirror.invalid", "v1.37.2", "amd64", "kubectl")
CONTENT = fake_elf("kubectl")


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "root" / "cache")


def put(cache, key=KEY, content=CONTENT):
    temp = cache.folder("tmp") / "new"
    temp.write_bytes(content)
    return cache.adopt(key, temp, sha256=hashlib.sha256(content).hexdigest(), origin="a test")


@pytest.fixture
def reads(monkeypatch):
    """Every file whose digest is computed."""
    seen = []

    def counting(path, algorithms, *rest):
        seen.append(path)
        return files.hash_file(path, algorithms, *rest)

    monkeypatch.setattr(cache_module, "hash_file", counting)
    return seen


async def test_what_was_put_is_found_by_another_process(cache):
    binary = put(cache)
    assert await Cache(cache.root).lookup(KEY, print) == binary
    assert binary.path.read_bytes() == CONTENT
    assert binary.path == cache.root / "sha256" / binary.sha256 / "kubectl"


async def test_another_key_finds_nothing(cache):
    put(cache)
    for field in ("kind", "location", "version", "arch", "name"):
        values = {f: getattr(KEY, f) for f in KEY.__slots__} | {field: "other"}
        assert await cache.lookup(Key(**values), print) is None


async def test_an_untouched_file_is_not_read_again(cache, reads):
    put(cache)
    assert await cache.lookup(KEY, print)
    assert reads == []


async def test_a_touched_but_sound_file_is_read_once(cache, reads):
    binary = put(cache)
    os.utime(binary.path)
    assert await cache.lookup(KEY, print) == binary
    assert await cache.lookup(KEY, print) == binary
    assert reads == [binary.path]


@pytest.mark.parametrize("damage", [CONTENT[:-1] + b"!", CONTENT[:-1], b""])
async def test_a_damaged_file_is_named_and_dropped(cache, damage):
    binary = put(cache)
    times = binary.path.stat()
    binary.path.chmod(0o700)
    binary.path.write_bytes(damage)
    os.utime(binary.path, ns=(times.st_atime_ns, times.st_mtime_ns))
    said = []
    assert await cache.lookup(KEY, said.append) is None
    assert said == [f"{binary.path} is damaged in the cache; fetching it again"]
    assert not binary.path.exists()
    assert put(cache) == await cache.lookup(KEY, said.append)


async def test_a_file_that_is_gone_is_simply_not_there(cache):
    put(cache).path.unlink()
    said = []
    assert await cache.lookup(KEY, said.append) is None
    assert said == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"sha256": "x"}', "\x00"])
async def test_a_damaged_index_entry_is_simply_not_there(cache, text):
    put(cache)
    for path in cache.root.glob("index/*"):
        path.write_text(text)
    assert await cache.lookup(KEY, print) is None


async def test_a_write_within_the_clocks_grain_is_noticed(cache):
    for _ in range(20):
        binary = put(cache)
        binary.path.chmod(0o700)
        with binary.path.open("r+b") as file:
            file.seek(100)
            file.write(b"!")
        assert await cache.lookup(KEY, lambda _: None) is None


async def test_nobody_else_may_look_into_the_cache(cache):
    binary = put(cache)
    await cache.compressed(binary)
    for path in (cache.root, *cache.root.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert os.access(binary.path, os.X_OK)


async def test_the_compressed_form_is_made_once_and_holds_the_program(cache):
    binary = put(cache)
    path, again = await asyncio.gather(cache.compressed(binary), cache.compressed(binary))
    assert path == again
    made = path.stat()
    assert await Cache(cache.root).compressed(binary) == path
    assert path.stat().st_mtime_ns == made.st_mtime_ns
    assert zstandard.frame_content_size(path.read_bytes()[:64]) == SIZE
    assert zstandard.decompress(path.read_bytes()) == CONTENT


async def test_a_damaged_compressed_form_is_made_again(cache):
    binary = put(cache)
    path = await cache.compressed(binary)
    path.write_bytes(b"broken")
    assert zstandard.decompress((await cache.compressed(binary)).read_bytes()) == CONTENT


async def test_a_full_disk_names_the_folder_and_leaves_nothing(cache, monkeypatch):
    binary = put(cache)

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InstallerError, match="the disk is full") as caught:
        await cache.compressed(binary)
    assert str(cache.root) in caught.value.message
    assert sorted(p.name for p in binary.path.parent.iterdir()) == ["kubectl", "kubectl.stamp"]


async def test_a_cache_that_can_not_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InstallerError, match="can't be used"):
        Cache(tmp_path / "file").folder("tmp")


async def test_old_leftovers_are_swept_and_fresh_work_is_not(cache):
    old, new = cache.folder("tmp") / "old", cache.folder("tmp") / "new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "program").write_bytes(b"x")
    os.utime(old, (0, time.time() - 2 * 24 * 3600))
    part = cache.folder("partial") / "x.part"
    part.write_bytes(b"x")
    cache.sweep()
    assert part.exists()
    os.utime(part, (0, time.time() - 8 * 24 * 3600))
    cache.sweep()
    assert not part.exists()
    assert [p.name for p in cache.folder("tmp").iterdir()] == ["new"]


async def test_a_lock_is_waited_for_and_freed_on_failure(cache):
    said, order = [], []

    async def first():
        async with cache.lock("x", what="building", say=said.append):
            order.append("first")
            await asyncio.sleep(0.1)
            raise ValueError

    async def second():
        await asyncio.sleep(0.02)
        async with cache.lock("x", what="building", say=said.append):
            order.append("second")

    await asyncio.gather(first(), second(), return_exceptions=True)
    assert order == ["first", "second"]
    assert said == [f"another process (pid {os.getpid()}) is building; waiting for it"]


async def test_the_loop_runs_on_while_programs_are_hashed_and_packed(cache):
    binary = put(cache, content=fake_elf("kubectl", size=64 << 20))
    os.utime(binary.path)
    turns = 0

    async def watch():
        nonlocal turns
        while True:
            await asyncio.sleep(0.001)
            turns += 1

    watcher = asyncio.ensure_future(watch())
    await cache.lookup(KEY, print)
    await cache.compressed(binary)
    watcher.cancel()
    assert turns > 20  # it would be 2 or 3 if the work were done on the loop
