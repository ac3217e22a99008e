"""Facts: the script as this machine's own sh runs it, and the strict reading of any answer."""

# ruff: noqa: ASYNC240 - nothing else runs in these loops

from __future__ import annotations

import base64
import hashlib
import os
import socket
import time
from pathlib import Path

import kube_samples
import pytest
from engine_samples import FakeHost, ShellHost
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.engine.hosts import facts
from tui_installer.engine.hosts.facts import Query
from tui_installer.errors import ConnectionFailed, InstallerError
from tui_installer.model.run.facts import HostFacts, Space

SPEC = kube_samples.host("m1", "192.0.2.11")


async def real(folder: Path, **asked: tuple) -> HostFacts:
    return await facts.gather(ShellHost(SPEC), Query(str(folder / "manifest"), **asked))


async def told(stdout: bytes | str, **asked: tuple) -> HostFacts:
    raw = stdout.encode() if isinstance(stdout, str) else stdout
    return await facts.gather(FakeHost(SPEC, raw), Query("/m", **asked))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def test_the_machine_is_described(tmp_path: Path) -> None:
    found = await real(tmp_path)
    uname = os.uname()
    assert (found.host, found.hostname, found.kernel) == ("m1", uname.nodename, uname.release)
    assert found.machine == uname.machine
    assert found.system
    assert found.root == "root"
    assert found.login == "root by ~/.ssh/id_ed25519"
    assert abs(found.skew) < 2
    assert found.memory_total == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert 0 < found.memory_available <= found.memory_total
    assert "127.0.0.1" in found.addresses
    assert {"sha256sum", "ss"} <= found.tools
    assert found.cgroup in {"v1", "v2"}
    assert bool(found.systemd) == Path("/run/systemd/system").is_dir()


async def test_a_text_files_digest_mode_owner_times_and_content_are_reported(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.conf"
    path.write_bytes(b"one\ntwo\x00\xff")
    path.chmod(0o640)
    os.chown(path, 1, 1)
    fact = (await real(tmp_path, texts=(str(path),))).files[str(path)]
    assert (fact.sha256, fact.mode, fact.size) == (digest(path), 0o640, 9)
    assert fact.owner == "daemon:daemon"
    assert fact.changed == pytest.approx(path.stat().st_ctime, abs=1e-3)
    assert fact.content == b"one\ntwo\x00\xff"
    assert not fact.ours


async def test_a_secrets_content_never_leaves_the_host(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"hunter2 hunter2")
    host = ShellHost(SPEC)
    done = await host.run(facts.script("facts.sh"), "/m", f"s:{path}")
    assert digest(path).encode() in done.stdout
    assert b"hunter2" not in done.stdout
    assert base64.b64encode(path.read_bytes()) not in done.stdout
    assert (await real(tmp_path, secrets=(str(path),))).files[str(path)].content is None


async def test_a_long_text_is_reported_by_its_digest_alone(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b"x" * 65537)
    fact = (await real(tmp_path, texts=(str(path),))).files[str(path)]
    assert (fact.sha256, fact.content) == (digest(path), None)


async def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    fact = (await real(tmp_path, texts=(str(path),))).files[str(path)]
    assert (fact.sha256, fact.size, fact.content) == (digest(path), 0, b"")


async def test_what_is_not_there_is_not_reported(tmp_path: Path) -> None:
    path = str(tmp_path / "gone")
    assert (await real(tmp_path, texts=(path,), secrets=(path,), programs=(path,))).files == {}


async def test_a_link_to_a_file_is_reported_as_the_file(tmp_path: Path) -> None:
    path, link = tmp_path / "file", tmp_path / "link"
    path.write_text("text")
    link.symlink_to(path)
    assert (await real(tmp_path, texts=(str(link),))).files[str(link)].sha256 == digest(path)


async def test_what_a_link_leads_to_stays_on_the_host(tmp_path: Path) -> None:
    (tmp_path / "shadow").write_text("root:hash")
    link = tmp_path / "kube-apiserver.conf"
    link.symlink_to(tmp_path / "shadow")
    assert (await real(tmp_path, texts=(str(link),))).files[str(link)].content is None


async def test_what_is_no_file_is_never_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling").symlink_to("/nowhere/at/all")
    os.mkfifo(tmp_path / "fifo")
    paths = tuple(str(tmp_path / name) for name in ("folder", "dangling", "fifo"))
    found = (await real(tmp_path, texts=paths)).files
    assert [found[path].sha256 for path in paths] == ["a directory", "a symbolic link", "a fifo"]


def listed(path: Path, sha256: str, version: str = "v1.2.3") -> str:
    seen = path.stat()
    times = [f"{ns // 10**9}.{ns % 10**9:09d}" for ns in (seen.st_mtime_ns, seen.st_ctime_ns)]
    stat = ",".join([str(seen.st_ino), str(seen.st_size), *times])
    return f"{sha256} 0755 root:root {stat} {version} {path}\n"


async def test_a_program_is_not_read_again_while_it_is_as_it_was_put_there(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(b"program")
    (tmp_path / "manifest").write_text(listed(program, "f" * 64))
    found = await real(tmp_path, programs=(str(program),))
    assert found.files[str(program)].sha256 == "f" * 64
    assert found.files[str(program)].ours
    assert found.versions == {str(program): "v1.2.3"}


async def test_a_program_that_was_touched_since_is_read(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(b"program")
    (tmp_path / "manifest").write_text(listed(program, "f" * 64))
    before = program.stat()
    program.write_bytes(b"PROGRAM")
    os.utime(program, ns=(before.st_atime_ns, before.st_mtime_ns))
    found = await real(tmp_path, programs=(str(program),))
    assert found.files[str(program)].sha256 == digest(program)
    assert not found.files[str(program)].ours
    assert found.versions == {}


async def test_texts_and_secrets_are_always_read(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"key")
    (tmp_path / "manifest").write_text(listed(path, "f" * 64))
    found = await real(tmp_path, secrets=(str(path),))
    assert found.files[str(path)].sha256 == digest(path)


async def test_a_folders_space_is_that_of_its_nearest_parent_that_exists(tmp_path: Path) -> None:
    folder = f"{tmp_path}/not/there/yet"
    found = (await real(tmp_path, folders=(folder, "/proc"))).spaces
    free = os.statvfs(tmp_path)
    assert found[folder].free == pytest.approx(free.f_bavail * free.f_frsize, rel=0.2)
    assert str(tmp_path).startswith(found[folder].mount)
    assert "rw" in found[folder].options
    assert found["/proc"].mount == "/proc"


async def test_a_listening_port_is_reported_with_its_process(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mine, socket.create_server(("127.0.0.1", 0)):
        port = mine.getsockname()[1]
        (fact,) = (await real(tmp_path, ports=(port,))).ports
    assert (fact.port, fact.pid) == (port, os.getpid())
    assert fact.process


async def test_a_free_port_is_not_reported(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mine:
        port = mine.getsockname()[1]
    assert (await real(tmp_path, ports=(port,))).ports == ()


UNIT = "unit\ta.service\tloaded\tactive\trunning\tenabled\t1790000000.5\t2\tyes\n"


def answer(*lines: str, when: float = 1_800_000_000.0) -> str:
    return f"time\t{when}\n" + "".join(lines) + "end\n"


async def test_a_unit_is_read_field_by_field() -> None:
    fact = (await told(answer(UNIT))).units["a.service"]
    assert (fact.load, fact.active, fact.sub, fact.enabled) == (
        "loaded",
        "active",
        "running",
        "enabled",
    )
    assert (fact.started, fact.restarts, fact.stale) == (1790000000.5, 2, True)


async def test_a_unit_that_was_never_started_has_no_start() -> None:
    line = "unit\ta.service\tnot-found\tinactive\tdead\t\t\t\t\n"
    fact = (await told(answer(line))).units["a.service"]
    assert (fact.started, fact.restarts, fact.stale) == (0.0, 0, False)


async def test_a_space_is_read_in_bytes() -> None:
    found = await told(answer("space\t/opt\t/\t1024\trw,noexec\n"))
    assert found.spaces == {"/opt": Space("/", 1 << 20, ("rw", "noexec"))}


@pytest.mark.parametrize("ahead", [600.0, -600.0])
async def test_a_clock_that_is_off_is_reported_with_its_sign(ahead: float) -> None:
    assert (await told(answer(when=time.time() + ahead))).skew == pytest.approx(ahead, abs=2)


async def test_a_hosts_words_reach_nobody_with_escape_sequences() -> None:
    found = await told(answer("system\tDebian \x1b[31m\x1b]0;owned\x07\u202e12\x9b2J\n"))
    assert found.system == "Debian 12"


@pytest.mark.parametrize(
    "stdout",
    [
        b"",
        b"\n",
        b"end",  # no time
        b"time\t1800000000\n",  # cut before its end
        b"time\t1800000000\nen",
        b"end\ntime\t1800000000\n",
        b"time\tsoon\nend\n",
        b"time\tnan\nend\n",
        b"time\tinf\nend\n",
        b"time\t-1\nend\n",
        b"time\t1e300\nend\n",
        b"\xff\xfe\x00end\n",
        b"sh: 1: Syntax error\n",
        answer("unit\ta.service\tloaded\n").encode(),
        answer("unit\n").encode(),
        answer(UNIT.replace("1790000000.5", "nan")).encode(),
        answer(UNIT.replace("1790000000.5", "1e18")).encode(),
        answer(UNIT.replace("\t2\t", "\ttwo\t")).encode(),
        answer("file\t/a\t00\t999\troot:root\t1\t1\tno\n").encode(),
        answer("file\t/a\t00\t644\troot:root\tmany\t1\tno\n").encode(),
        answer("file\t/a\n").encode(),
        answer("content\t/a\t!!!\n").encode(),
        answer("content\t/a\t\u00e9\n").encode(),
        answer("content\t/a\n").encode(),
        answer("port\t99\n").encode(),
        answer("port\tx\tnginx\t1\t\n").encode(),
        answer("space\t/opt\t/\t\t\n").encode(),
        answer("version\t/a\n").encode(),
        answer("memtotal\tlots\n").encode(),
        answer("systemd\tv252\n").encode(),
        answer("memtotal\t" + "9" * 5000 + "\n").encode(),
        answer("memtotal\t" + "9" * 400 + "\n").encode(),
        answer("space\t/opt\t/\t1" + "0" * 400 + "\trw\n").encode(),
        answer("space\t/opt\t/\t-1\trw\n").encode(),
        ("tool\tx\n" * facts.MAX_LINES + answer()).encode(),
    ],
)
async def test_an_answer_that_makes_no_sense_is_a_failed_connection(stdout: bytes) -> None:
    with pytest.raises(ConnectionFailed) as caught:
        await told(stdout)
    assert caught.value.message == "the host's facts could not be read"
    assert caught.value.host == "m1"
    assert caught.value.hint


async def test_a_unit_that_was_asked_for_must_be_reported() -> None:
    with pytest.raises(ConnectionFailed) as caught:
        await told(answer("systemd\t252\n", UNIT), units=("a.service", "b.service"))
    assert caught.value.details == ("no state of b.service",)


async def test_without_systemd_no_unit_is_reported() -> None:
    assert (await told(answer("systemd\t0\n"), units=("a.service",))).units == {}


async def test_the_reason_is_reported_with_what_the_script_complained_of() -> None:
    host = FakeHost(SPEC, b"time\t1\n", stderr="one\nawk: not found")
    with pytest.raises(ConnectionFailed) as caught:
        await facts.gather(host, Query("/m"))
    assert caught.value.details == ("the output is truncated", "one", "awk: not found")


KEYS = [
    "time",
    "uname",
    "system",
    "systemd",
    "memtotal",
    "memavailable",
    "swap",
    "cgroup",
    "selinux",
    "tool",
    "address",
    "file",
    "content",
    "odd",
    "version",
    "unit",
    "port",
    "space",
    "end",
]
FIELD = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["", "/a", "644", "1", "1e400", "nan", "-1", "yes", "YQ==", "v1"]),
    st.integers().map(str),
    st.floats().map(str),
)
LINE = st.tuples(st.sampled_from(KEYS), st.lists(FIELD, max_size=9)).map(
    lambda line: "\t".join([line[0], *line[1]])
)


@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(LINE, max_size=6).map(
            lambda lines: "\n".join(["time\t1800000000", *lines, "end"]).encode()
        ),
    )
)
async def test_any_answer_is_facts_or_a_failed_connection(stdout: bytes) -> None:
    try:
        found = await told(stdout, units=("a.service",))
    except ConnectionFailed:
        return
    assert found.host == "m1"
    for unit in found.units.values():
        assert time.gmtime(unit.started)
    assert "\x1b" not in repr(found.system + "".join(found.units))


@given(st.integers(min_value=0))
async def test_an_answer_cut_anywhere_is_a_failed_connection(where: int) -> None:
    whole = answer("systemd\t252\n", UNIT, "file\t/a\t00\t644\troot:root\t1\t1.5\tno\n").encode()
    with pytest.raises(ConnectionFailed):
        await told(whole[: where % (len(whole) - 1)])


async def test_tools_without_needed_options_are_named_with_what_to_install() -> None:
    with pytest.raises(InstallerError, match="lack options that are needed") as caught:
        await told("unfit\tdate\tstat\nend\n")
    assert caught.value.message.endswith(": date, stat")
    assert "coreutils" in caught.value.hint
    assert not isinstance(caught.value, ConnectionFailed)


async def test_busybox_tools_are_found_out(tmp_path: Path) -> None:
    """Stand-ins for busybox's, which know none of these options."""
    text = facts.script("facts.sh").replace("PATH=/usr/sbin", f"PATH={tmp_path}:/usr/sbin")
    for tool in ("date", "stat", "dd", "find"):
        (tmp_path / tool).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / tool).chmod(0o755)
    done = await ShellHost(SPEC).run(text, "/m")
    assert done.text == "unfit\tdate\tstat\tdd\tfind\nend\n"


@pytest.mark.parametrize(
    ("text", "read"), [("0123456789abcdef" * 2, "0123456789abcdef" * 2), ("uninitialized", "")]
)
async def test_the_machine_id_is_one_of_systemds(text: str, read: str) -> None:
    plain = (await ShellHost(SPEC).run(facts.script("facts.sh"), "/m")).text.splitlines()
    lines = [line for line in plain if not line.startswith("machineid")]
    assert (await told("\n".join((f"machineid\t{text}", *lines)))).machine_id == read
