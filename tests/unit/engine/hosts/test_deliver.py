"""Files to a host: the engine's stream into deliver.sh, as this machine's own sh runs it."""

# ruff: noqa: ASYNC221, ASYNC240 - nothing else runs in these loops

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kube_samples
import pytest
import zstandard
from engine_samples import FakeHost, ShellHost, context, run_of, sh, with_facts

from tui_installer.engine.core.wants import FileWant, secret, text
from tui_installer.engine.hosts import deliver as engine_deliver
from tui_installer.engine.hosts.deliver import _header, _not_delivered, deliver
from tui_installer.engine.hosts.facts import script
from tui_installer.errors import ConnectionFailed, InstallerError
from tui_installer.model.run.events import Progress
from tui_installer.model.secret import Secret
from tui_installer.model.spec import Layout
from tui_installer.release.programs import Binary
from tui_installer.remote.host import Completed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine_samples import Log

    from tui_installer.engine.core.run import Run

HOST = "master01"
PROGRAM = b"#!/bin/sh\necho program v1.2.3 $*\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "host"


@pytest.fixture
def at_work(root: Path, tmp_path: Path) -> tuple[Run, Log]:
    layout = Layout(f"{root}/kubernetes", f"{root}/etcd", f"{root}/units")
    spec = kube_samples.spec(hosts=kube_samples.hosts(1), layout=layout)
    return run_of(context(tmp_path / "state", spec, make=False), tmp_path, ShellHost)


async def send(at_work: tuple[Run, Log], *wants: FileWant) -> None:
    await deliver(at_work[0], HOST, "step", wants)


def lines(root: Path) -> list[str]:
    return (root / "kubernetes/cfg/tui-installer.manifest").read_text().splitlines()


def manifest(root: Path) -> list[str]:
    """The lines of files."""
    return [line for line in lines(root) if not line.startswith("- ")]


def program(
    tmp_path: Path, target: Path, data: bytes = PROGRAM, version: str = "v1.2.3"
) -> FileWant:
    path = tmp_path / "cached"
    path.write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    binary = Binary("program", version, "amd64", path, sha256, len(data), "test")
    return FileWant(
        str(target), mode=0o755, binary=binary, probe=("version", "--client"), version=version
    )


async def test_files_arrive_with_content_mode_owner_and_a_line_in_the_manifest(
    at_work: tuple[Run, Log], root: Path
) -> None:
    conf = text(f"{root}/kubernetes/cfg/a.conf", b"one\ntwo")
    key = secret(f"{root}/etcd/ssl/key.pem", Secret("hunter2"), "key")
    await send(at_work, conf, key)
    for want in (conf, key):
        seen = Path(want.path).stat()
        assert Path(want.path).read_bytes() == want.data
        assert (seen.st_mode & 0o7777, seen.st_uid, seen.st_gid) == (want.mode, 0, 0)
    assert [line.split()[:3] + line.split()[4:] for line in manifest(root)] == [
        [conf.sha256, "0644", "root:root", "-", conf.path],
        [key.sha256, "0600", "root:root", "-", key.path],
    ]
    assert (root / "kubernetes/cfg/tui-installer.manifest").stat().st_mode & 0o777 == 0o600


async def test_folders_that_are_missing_are_made_for_all_to_enter_and_listed(
    at_work: tuple[Run, Log], root: Path
) -> None:
    root.mkdir()
    await send(at_work, text(f"{root}/deep/er/a", b""))
    made = [root / name for name in ("kubernetes", "kubernetes/cfg", "deep", "deep/er")]
    assert [path.stat().st_mode & 0o777 for path in made] == [0o755] * 4
    listed = [line for line in lines(root) if line.startswith("- ")]
    assert listed == [f"- 0755 root:root - - {path}" for path in made], "the root was there"


async def test_the_run_knows_what_it_changed_and_how_far_it_is(
    at_work: tuple[Run, Log], root: Path
) -> None:
    run, log = at_work
    await send(at_work, text(f"{root}/a", b"x" * 300), text(f"{root}/b", b"y" * 200))
    assert run.changes == 2
    assert run.touched == {HOST: {f"{root}/a", f"{root}/b"}}
    assert log.of(Progress)[-1] == Progress("step", HOST, "upload", 500, 500)


async def test_nothing_to_send_is_no_round_trip(at_work: tuple[Run, Log], root: Path) -> None:
    await send(at_work)
    assert not root.exists()


@pytest.mark.parametrize("tools", [{"sha256sum"}, {"sha256sum", "zstd"}])
async def test_a_program_arrives_whole_whether_it_travels_compressed_or_not(
    at_work: tuple[Run, Log], root: Path, tmp_path: Path, tools: set[str]
) -> None:
    run, log = at_work
    with_facts(run.ctx, tools=frozenset(tools))
    want = program(tmp_path, root / "bin/program", PROGRAM + b"# padding\n" * 9000)
    await send(at_work, want, text(f"{root}/after", b"after"))
    assert (root / "bin/program").read_bytes() == want.binary.path.read_bytes()
    assert (root / "after").read_bytes() == b"after"
    whole = want.size + len(b"after")
    assert {told.total for told in log.of(Progress)} == {whole}, "not that of the wire"
    assert log.of(Progress)[-1].done == whole
    assert manifest(root)[0].split()[4:] == ["v1.2.3", want.path]


async def test_a_program_of_another_version_is_not_put_in_place(
    at_work: tuple[Run, Log], root: Path, tmp_path: Path
) -> None:
    want = program(tmp_path, root / "bin/program", version="v1.2.4")
    with pytest.raises(InstallerError) as caught:
        await send(at_work, want)
    assert caught.value.message == (
        f"{want.path} did not arrive on {HOST}: is not v1.2.4: program v1.2.3 version --client"
    )
    assert list((root / "bin").iterdir()) == []


@pytest.mark.parametrize("said", ["v1.2.30", "v11.2.3", "v1.2.3-rc.1", "v1.2.3.4"])
async def test_a_version_that_only_holds_the_wanted_one_is_another(
    at_work: tuple[Run, Log], root: Path, tmp_path: Path, said: str
) -> None:
    data = PROGRAM.replace(b"v1.2.3", said.encode())
    with pytest.raises(InstallerError, match=r"is not v1\.2\.3"):
        await send(at_work, program(tmp_path, root / "bin/program", data))


@pytest.mark.parametrize(
    "said",
    [
        "v1.2.3",
        "Kubernetes v1.2.3",
        "etcd Version: 1.2.3\nGit SHA: 4",
        "Client Version: v1.2.3\n",
        "v1.2.3+x",
    ],
)
async def test_a_version_is_found_where_programs_say_it(
    at_work: tuple[Run, Log], root: Path, tmp_path: Path, said: str
) -> None:
    data = f"#!/bin/sh\nprintf '%s' '{said}'\n".encode()
    await send(at_work, program(tmp_path, root / "bin/program", data))
    assert (root / "bin/program").exists()


async def test_a_program_that_does_not_run_is_not_put_in_place(
    at_work: tuple[Run, Log], root: Path, tmp_path: Path
) -> None:
    want = program(tmp_path, root / "bin/program", b"#!/bin/sh\necho no such CPU >&2; exit 3\n")
    with pytest.raises(InstallerError, match="does not run: no such CPU"):
        await send(at_work, want)
    assert list((root / "bin").iterdir()) == []


async def test_an_old_file_is_replaced_at_once_never_written_into(
    at_work: tuple[Run, Log], root: Path
) -> None:
    root.mkdir()
    target = root / "a"
    target.write_bytes(b"old")
    with target.open("rb") as reader:
        await send(at_work, text(str(target), b"new"))
        assert reader.read() == b"old"
    assert target.read_bytes() == b"new"


async def test_a_link_is_replaced_not_followed(at_work: tuple[Run, Log], root: Path) -> None:
    root.mkdir()
    (root / "elsewhere").write_bytes(b"theirs")
    (root / "a").symlink_to(root / "elsewhere")
    await send(at_work, text(f"{root}/a", b"ours"))
    assert not (root / "a").is_symlink()
    assert (root / "a").read_bytes() == b"ours"
    assert (root / "elsewhere").read_bytes() == b"theirs"


async def test_a_folder_in_a_files_place_is_not_written_into(
    at_work: tuple[Run, Log], root: Path
) -> None:
    (root / "a").mkdir(parents=True)
    with pytest.raises(InstallerError, match="cannot rename"):
        await send(at_work, text(f"{root}/a", b"ours"))
    assert [path.name for path in root.iterdir() if path.name != "kubernetes"] == ["a"]
    assert list((root / "a").iterdir()) == []


async def test_a_link_left_in_the_temp_files_place_is_not_followed(
    at_work: tuple[Run, Log], root: Path
) -> None:
    root.mkdir()
    (root / "elsewhere").write_bytes(b"theirs")
    (root / ".a.tui-installer").symlink_to(root / "elsewhere")
    await send(at_work, text(f"{root}/a", b"ours"))
    assert (root / "elsewhere").read_bytes() == b"theirs"
    assert not (root / ".a.tui-installer").is_symlink()
    assert sorted(path.name for path in root.iterdir()) == ["a", "elsewhere", "kubernetes"]


def opened(folder: Path) -> None:
    folder.chmod(0o777)


def given_away(folder: Path) -> None:
    os.chown(folder, 12345, 12345)


@pytest.mark.parametrize("how", [opened, given_away])
@pytest.mark.parametrize("where", ["", "above/", "above/it/"])
async def test_a_folder_that_others_could_put_links_into_is_refused(
    at_work: tuple[Run, Log], root: Path, where: str, how: Callable[[Path], None]
) -> None:
    (root / "above/it").mkdir(parents=True)
    how(root / where)
    with pytest.raises(InstallerError, match="a user other than root") as caught:
        await send(at_work, text(f"{root}/above/it/a", b"ours"))
    assert "chmod go-w" in caught.value.hint
    assert list((root / "above/it").iterdir()) == []


async def test_a_link_of_others_on_the_way_is_not_gone_through(
    at_work: tuple[Run, Log], root: Path
) -> None:
    (root / "theirs").mkdir(parents=True)
    (root / "link").symlink_to(root / "theirs")
    os.chown(root / "link", 12345, 12345, follow_symlinks=False)
    with pytest.raises(InstallerError, match="a user other than root"):
        await send(at_work, text(f"{root}/link/a", b"ours"))
    assert list((root / "theirs").iterdir()) == []


async def test_a_folder_of_others_between_two_links_is_not_gone_through(
    at_work: tuple[Run, Log], root: Path
) -> None:
    (root / "theirs").mkdir(parents=True)
    (root / "disk").mkdir()
    (root / "theirs/link").symlink_to(root / "disk")
    os.chown(root / "theirs", 12345, 12345)
    (root / "link").symlink_to("theirs/link")
    with pytest.raises(InstallerError, match=f"can write to {root}/theirs"):
        await send(at_work, text(f"{root}/link/a", b"ours"))
    assert list((root / "disk").iterdir()) == []


async def test_links_in_a_circle_lead_nowhere(at_work: tuple[Run, Log], root: Path) -> None:
    root.mkdir()
    (root / "a").symlink_to("b")
    (root / "b").symlink_to("a")
    with pytest.raises(InstallerError, match="cannot make the folder"):
        await send(at_work, text(f"{root}/a/file", b"ours"))


async def test_a_list_in_a_folder_of_others_is_not_written(
    at_work: tuple[Run, Log], root: Path
) -> None:
    (root / "kubernetes").mkdir(parents=True)
    os.chown(root / "kubernetes", 12345, 12345)
    with pytest.raises(InstallerError, match=f"can write to {root}/kubernetes"):
        await send(at_work, text(f"{root}/elsewhere/a", b"ours"))
    assert [path.name for path in root.rglob("*")] == ["kubernetes"]


async def test_roots_own_link_to_roots_own_folder_is(at_work: tuple[Run, Log], root: Path) -> None:
    (root / "disk").mkdir(parents=True)
    (root / "link").symlink_to(root / "disk")
    await send(at_work, text(f"{root}/link/a", b"ours"))
    assert (root / "disk/a").read_bytes() == b"ours"


async def test_a_folder_where_each_can_remove_only_his_own_is_no_danger(
    at_work: tuple[Run, Log], root: Path
) -> None:
    root.mkdir()
    root.chmod(0o1777)
    await send(at_work, text(f"{root}/kubernetes/a", b"ours"))
    assert (root / "kubernetes/a").read_bytes() == b"ours"


def linked(list_: Path, other: Path) -> None:
    list_.symlink_to(other)


def hard_linked(list_: Path, other: Path) -> None:
    os.link(other, list_)


def piped(list_: Path, other: Path) -> None:
    del other
    os.mkfifo(list_)


@pytest.mark.parametrize("plant", [linked, hard_linked, piped])
async def test_a_manifest_that_is_no_file_of_its_own_is_refused(
    at_work: tuple[Run, Log], root: Path, plant: Callable[[Path, Path], None]
) -> None:
    (root / "kubernetes/cfg").mkdir(parents=True)
    (root / "passwd").write_bytes(b"theirs")
    plant(root / "kubernetes/cfg/tui-installer.manifest", root / "passwd")
    with pytest.raises(InstallerError, match="remove it"):
        await send(at_work, text(f"{root}/a", b"ours"))
    assert (root / "passwd").read_bytes() == b"theirs"
    assert not (root / "a").exists()


async def test_a_second_run_rewrites_its_line_in_the_manifest(
    at_work: tuple[Run, Log], root: Path
) -> None:
    first, second = text(f"{root}/a", b"one"), text(f"{root}/a", b"two")
    other = text(f"{root}/b", b"")
    await send(at_work, first, other)
    await send(at_work, second)
    assert sorted((line.split()[-1], line.split()[0]) for line in manifest(root)) == [
        (second.path, second.sha256),
        (other.path, other.sha256),
    ]


async def test_what_arrived_before_a_failure_stays_and_is_listed(
    at_work: tuple[Run, Log], root: Path, tmp_path: Path
) -> None:
    good = text(f"{root}/a", b"good")
    bad = program(tmp_path, root / "bin/program", version="v9.9.9")
    never = text(f"{root}/c", b"never")
    with pytest.raises(InstallerError) as caught:
        await send(at_work, good, bad, never)
    assert bad.path in caught.value.message
    assert (root / "a").read_bytes() == b"good"
    assert not (root / "c").exists()
    assert [line.split()[-1] for line in manifest(root)] == [good.path]
    assert at_work[0].changes == 1
    assert at_work[0].touched["master01"] == {good.path}


@pytest.mark.parametrize(
    ("stdout", "told"),
    [
        ("", "a file did not arrive on master01: the host stopped receiving"),
        ("ok /etc/passwd -\nok /etc/shadow -\n", "a file did not arrive"),
        ("ok {a} -\nok /etc/shadow -\n", "a file did not arrive"),
        ("ok \nok\nok  x\n", "a file did not arrive"),
        ("bad\nbad \n", "a file did not arrive"),
        ("bad {a} \x1b[2Jfull\x1b]52;c;x\x07\n", "a did not arrive on master01: full"),
    ],
)
async def test_only_files_that_were_sent_can_have_arrived(
    root: Path, tmp_path: Path, stdout: str, told: str
) -> None:
    run, _ = run_of(context(tmp_path / "state", make=False), tmp_path)
    host = run.hosts[HOST]
    assert isinstance(host, FakeHost)
    a, b = (text(f"{root}/{name}", b"") for name in "ab")
    host.answer = Completed(0, stdout.format(a=a.path).encode(), "")
    with pytest.raises(InstallerError, match=re.escape(told)):
        await deliver(run, HOST, "step", [a, b])
    assert run.touched[HOST] <= {a.path}
    assert run.changes == len(run.touched[HOST])


class StuckHost(FakeHost):
    """Takes some of what it is sent, and no more."""

    takes = 2

    async def run(self, script: str, *args: str, stdin: Any = None, **_: Any) -> Completed:
        async for _ in stdin:
            await asyncio.sleep(0.1)
            self.takes -= 1
            if not self.takes:
                break
        await asyncio.sleep(60)
        raise AssertionError("it was waited for")


async def test_a_host_that_takes_no_more_is_given_up_though_not_as_long_as_it_takes_some(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_deliver, "STALL", 0.25)
    run, _ = run_of(context(tmp_path / "state", make=False), tmp_path, StuckHost)
    host = run.hosts[HOST]
    assert isinstance(host, StuckHost)
    host.takes = 10
    began = time.monotonic()
    with pytest.raises(ConnectionFailed, match=r"the upload stalled for 0\.25 s"):
        await deliver(run, HOST, "step", [text(f"{root}/{n}", b"x") for n in range(20)])
    assert host.takes == 0
    assert 1.0 < time.monotonic() - began < 10


def header(want: FileWant, **other: object) -> bytes:
    line = _header(want, want.size, "cat").decode().rstrip("\n").split(" ")
    for place, value in other.items():
        line[("wire", "sha", "size", "mode", "owner", "decoder").index(place)] = str(value)
    return (" ".join(line) + "\n").encode()


def receive(root: Path, stream: bytes) -> Completed:
    root.mkdir(exist_ok=True)
    return sh(script("deliver.sh"), f"{root}/manifest", stdin=stream)


def leftovers(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.name not in {"a", "manifest"})


def test_the_header_tells_all_that_is_checked_there(tmp_path: Path) -> None:
    want = program(tmp_path, Path("/opt/bin/program"))
    assert _header(want, 7, "zstd").decode() == (
        f"7 {want.sha256} {len(PROGRAM)} 0755 root:root zstd version,--client=v1.2.3 "
        "/opt/bin/program\n"
    )
    assert _header(text("/a", b"xy"), 2, "cat").split()[-2:] == [b"-", b"/a"]


def test_a_wrong_digest_leaves_the_old_file_and_nothing_else(root: Path) -> None:
    root.mkdir()
    (root / "a").write_bytes(b"old")
    want = text(f"{root}/a", b"new")
    done = receive(root, header(want, sha="0" * 64) + b"new")
    assert done.status == 1
    assert done.text == f"bad {want.path} sha256 is {want.sha256}, not {'0' * 64}\n"
    assert (root / "a").read_bytes() == b"old"
    assert leftovers(root) == []


@pytest.mark.parametrize("arrived", [0, 1, 999])
def test_a_stream_cut_in_a_file_leaves_the_old_one_and_nothing_else(
    root: Path, arrived: int
) -> None:
    root.mkdir()
    (root / "a").write_bytes(b"old")
    want = text(f"{root}/a", b"n" * 1000)
    done = receive(root, header(want) + want.data[:arrived])
    assert (done.status, done.text) == (
        1,
        f"bad {want.path}  received {arrived} of 1000 bytes\n",
    )
    assert (root / "a").read_bytes() == b"old"
    assert leftovers(root) == []


def test_a_stream_cut_in_a_header_puts_nothing_in_place(root: Path) -> None:
    want = text(f"{root}/a", b"new")
    done = receive(root, header(want)[:-1])
    assert "ok" not in done.text
    assert not (root / "a").exists()
    assert leftovers(root) == []


def test_zstd_is_unpacked_and_checked_as_what_it_holds(root: Path) -> None:
    want, packed = text(f"{root}/a", b"new" * 100), zstandard.compress(b"new" * 100)
    done = receive(root, header(want, wire=len(packed), decoder="zstd") + packed)
    assert (done.status, (root / "a").read_bytes()) == (0, want.data)


def test_what_cannot_be_unpacked_is_refused(root: Path) -> None:
    want = text(f"{root}/a", b"new")
    done = receive(root, header(want, decoder="zstd") + b"new")
    assert done.status == 1
    assert done.text.startswith(f"bad {want.path} ")
    assert leftovers(root) == []


def test_an_unknown_owner_is_refused(root: Path) -> None:
    want = text(f"{root}/a", b"new")
    done = receive(root, header(want, owner="nobody-here:root") + b"new")
    assert done.text == f"bad {want.path} cannot set nobody-here:root 0644\n"
    assert leftovers(root) == []


def test_a_file_is_never_readable_by_others_while_it_arrives(root: Path) -> None:
    want = secret(f"{root}/a", Secret(b"k" * 400_000), "key")
    root.mkdir()
    receiver = subprocess.Popen(
        ["sh", "-c", script("deliver.sh"), "sh", f"{root}/manifest"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert receiver.stdin
    assert receiver.stdout
    with receiver.stdin as stdin:
        # More than a pipe holds and a whole block: what was taken is in the temp file by now.
        stdin.write(header(want) + b"k" * 399_999)
        stdin.flush()
        assert (root / ".a.tui-installer").stat().st_mode & 0o777 == 0o600
        stdin.write(b"k")
    with receiver.stdout:
        assert receiver.stdout.read().startswith(b"ok ")
    assert receiver.wait() == 0


def receiver_at_work(root: Path, stream: bytes) -> subprocess.Popen[bytes]:
    """One whose input has stopped coming, as after a cut that its host does not know of."""
    root.mkdir(exist_ok=True)
    receiver = subprocess.Popen(
        ["sh", "-c", script("deliver.sh"), "sh", f"{root}/manifest"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert receiver.stdin
    receiver.stdin.write(stream)
    receiver.stdin.flush()
    return receiver


def until_told(receiver: subprocess.Popen[bytes], path: str) -> None:
    assert receiver.stdout
    assert receiver.stdout.readline().startswith(f"ok {path} ".encode())


def test_a_receiver_that_waits_for_a_lost_connection_makes_way(root: Path) -> None:
    first, want = text(f"{root}/a", b"one"), text(f"{root}/b", b"k" * 400_000)
    half = header(first) + b"one" + header(want) + b"k" * 300_000
    with receiver_at_work(root, half) as old:
        until_told(old, first.path)
        done = receive(root, header(want) + b"k" * 400_000)
        assert done.text == f"ok {want.path} -\n"
        assert old.wait(10) == -signal.SIGKILL
    assert Path(want.path).read_bytes() == want.data
    assert leftovers(root) == ["b"]
    assert [line.split()[-1] for line in (root / "manifest").read_text().splitlines()] == [
        first.path,
        want.path,
    ]


def test_what_was_in_place_when_the_power_went_is_listed(root: Path) -> None:
    first, want = text(f"{root}/a", b"one"), text(f"{root}/b", b"two")
    with receiver_at_work(root, header(first) + b"one" + header(want) + b"t") as cut:
        until_told(cut, first.path)
        os.killpg(cut.pid, signal.SIGKILL)
    (line,) = (root / "manifest").read_text().splitlines()
    assert (line.split()[0], line.split()[-1]) == (first.sha256, first.path)
    assert receive(root, header(want) + b"two").status == 0
    assert leftovers(root) == ["b"]


def test_a_line_of_the_manifest_that_was_cut_harms_no_other(root: Path) -> None:
    first, want = text(f"{root}/a", b"one"), text(f"{root}/b", b"two")
    root.mkdir()
    (root / "manifest").write_text(f"{'0' * 64} 0644 ro")
    for file in (first, want, first):
        assert receive(root, header(file) + (file.data or b"")).status == 0
    lines = (root / "manifest").read_text().splitlines()
    assert [line.split()[-1] for line in lines] == [want.path, first.path]


@pytest.fixture
def small_disk(root: Path) -> Iterator[Path]:
    root.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", root], check=True)
    yield root
    subprocess.run(["umount", root], check=True)


async def test_a_full_disk_leaves_the_old_file_and_says_what_to_free(
    at_work: tuple[Run, Log], small_disk: Path
) -> None:
    await send(at_work, text(f"{small_disk}/a", b"old"))
    with pytest.raises(InstallerError) as caught:
        await send(at_work, text(f"{small_disk}/a", os.urandom(200_000)))
    assert "No space left on device" in caught.value.message
    assert caught.value.hint.startswith("free space on the host's disk")
    assert (caught.value.host, caught.value.step) == (HOST, "step")
    assert (small_disk / "a").read_bytes() == b"old"
    assert leftovers(small_disk) == ["kubernetes"]


async def test_a_noexec_mount_is_named_as_the_cause(
    at_work: tuple[Run, Log], small_disk: Path, tmp_path: Path
) -> None:
    subprocess.run(["mount", "-o", "remount,noexec", small_disk], check=True)
    with pytest.raises(InstallerError) as caught:
        await send(at_work, program(tmp_path, small_disk / "bin/program"))
    assert "Permission denied" in caught.value.message
    assert "noexec" in caught.value.hint


async def test_a_read_only_mount_is_named_as_the_cause(
    at_work: tuple[Run, Log], small_disk: Path
) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(InstallerError) as caught:
        await send(at_work, text(f"{small_disk}/a", b"new"))
    assert caught.value.hint == "the folder is mounted read-only"


async def test_a_host_that_says_less_than_was_sent_is_not_believed(
    at_work: tuple[Run, Log], root: Path
) -> None:
    run, _ = at_work
    wants = [text(f"{root}/a", b""), text(f"{root}/b", b"")]
    host = run.hosts[HOST]

    async def half(*_: object, **__: object) -> Completed:
        return dataclasses.replace(host.answer, stdout=f"ok {root}/a -\n".encode())

    host.run = half  # type: ignore[method-assign]
    with pytest.raises(InstallerError, match="the host stopped receiving"):
        await deliver(run, HOST, "step", wants)


def test_the_error_names_file_and_reason_and_keeps_the_last_words() -> None:
    error = _not_delivered("m1", "etcd-files", "bad /a/b sha256 is 1, not 2", "1\n2\n3\n4\n5\n6")
    assert error.message == "/a/b did not arrive on m1: sha256 is 1, not 2"
    assert error.details == ("2", "3", "4", "5", "6")
    assert error.hint == "the host keeps what it had at that path; run again to continue"
