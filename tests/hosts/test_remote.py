"""The SSH edge against real sshd, sudo and links."""

from __future__ import annotations

import asyncio
import hashlib
import os
import stat
import time
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from remote_support import PASSWORD, USERS, Machines, Person

from tui_installer.errors import AuthenticationFailed, ConnectionFailed, InstallerError
from tui_installer.lab import faults
from tui_installer.model.spec import SecretRef, SudoMode
from tui_installer.remote import channels

ONE, TWO = "remote01", "remote02"


@pytest.fixture(scope="module")
def made(new_lab, tmp_path_factory):
    machines = Machines(new_lab(ONE, TWO), tmp_path_factory.mktemp("own") / "known_hosts")
    for name in (ONE, TWO):
        machines.sh(name, USERS, PASSWORD)
    return machines


@pytest.fixture
def hosts(made, tmp_path):
    return replace(made, own=tmp_path / "state" / "known_hosts")


def everything(error):
    return "\n".join((error.message, *error.details, error.hint))


async def test_root_runs_a_script_with_arguments_and_gets_its_status(hosts):
    async with hosts.connected(hosts.spec(ONE)) as host:
        done = await host.run('id -u; printf "%s|" "$@"; echo oops >&2; exit 3', "a b", "it's\n\\x")
    assert (done.status, done.text, done.stderr) == (3, "0\na b|it's\n\\x|", "oops\n")
    assert host.root == "root"
    assert host.login.user == "root"
    assert host.login.host_key == hosts.lab.machine(ONE).fingerprint
    assert host.login.identity == str(hosts.lab.key)
    assert host.login.tried == (f"{hosts.lab.key}: accepted",)


async def test_output_that_is_not_text_arrives_as_it_is_and_shows_cleaned(hosts):
    async with hosts.connected(hosts.spec(ONE)) as host:
        done = await host.run(
            r"printf '\377\000\033[31mred\n'; printf '\033]0;t\007bad\377\n' >&2; "
            "command -v swapon >/dev/null; pwd; echo $LC_ALL"
        )
    assert done.stdout == b"\xff\0\x1b[31mred\n/\nC\n"
    assert done.text == "\ufffdred\n/\nC\n"
    assert done.stderr == "bad\ufffd\n"


async def test_a_script_ended_by_a_signal_has_the_shells_status_for_it(hosts):
    async with hosts.connected(hosts.spec(ONE)) as host:
        assert (await host.run("kill -9 $$")).status == 128 + 9


async def test_a_user_with_nopasswd_becomes_root(hosts):
    async with hosts.connected(hosts.spec(ONE, user="free")) as host:
        done = await host.run('id -u; echo "$1"; cat; echo err >&2', "x", stdin=b"data")
    assert (done.status, done.text, done.stderr) == (0, "0\nx\ndata", "err\n")
    assert host.root == "sudo"


async def test_the_password_is_asked_once_and_reaches_sudo_only(hosts):
    person = Person(PASSWORD)
    async with hosts.connected(hosts.spec(ONE, user="asks"), ask=person) as host:
        runs = [host.run("id -u; cat", stdin=b"%d" % number) for number in range(5)]
        done = await asyncio.gather(*runs)
    assert [one.text for one in done] == [f"0\n{number}" for number in range(5)]
    assert host.root == "sudo with password"
    assert len(person.prompts) == 1
    assert {one.stderr for one in done} == {""}


async def test_neither_password_nor_script_shows_in_processes_or_logs(hosts):
    async with hosts.connected(hosts.spec(ONE, user="asks"), ask=Person(PASSWORD)) as host:
        done = await host.run("ps axww -o args; journalctl -o cat | grep COMMAND= # Marker1")
    assert "sudo -S -k -u root" in done.text
    assert PASSWORD not in done.text
    assert "Marker1" not in done.text.replace("grep", "").replace("COMMAND= # Marker1", "")


@pytest.mark.parametrize("user", ["root", "free", "asks"])
async def test_64_mib_arrive_unchanged_for_every_kind_of_login(hosts, user):
    block = os.urandom(1 << 20)

    async def blocks():
        for _ in range(64):
            yield block

    async with hosts.connected(hosts.spec(ONE, user=user), ask=Person(PASSWORD)) as host:
        done = await host.run("sha256sum", stdin=blocks())
    assert done.text.split()[0] == hashlib.sha256(block * 64).hexdigest()


async def test_a_slow_reader_slows_the_sender(hosts):
    sent = 0

    async def blocks():
        nonlocal sent
        while True:
            sent += 1
            yield bytes(1 << 20)

    async with hosts.connected(hosts.spec(ONE)) as host:
        done = await host.run("sleep 1; echo enough", stdin=blocks())
    assert done.text == "enough\n"
    assert sent < 16


async def test_an_error_of_what_feeds_stdin_is_raised_as_it_is(hosts):
    async def blocks():
        yield b"some"
        raise TimeoutError("the disk here is slow")

    async with hosts.connected(hosts.spec(ONE)) as host:
        with pytest.raises(TimeoutError, match="the disk here"):
            await host.run("cat", stdin=blocks())
        assert (await host.run("echo on")).text == "on\n"


async def test_a_wrong_password_is_tried_once_and_named(hosts):
    failures = (
        "journalctl --sync; journalctl -o cat -q _COMM=sudo | grep -c 'authentication failure' || :"
    )
    before = int(hosts.sh(ONE, failures))
    async with hosts.connected(hosts.spec(ONE, user="asks"), ask=Person("wrong")) as host:
        outcomes = await asyncio.gather(*(host.run("id") for _ in range(3)), return_exceptions=True)
        with pytest.raises(AuthenticationFailed):
            await host.run("id")
    assert all(isinstance(error, AuthenticationFailed) for error in outcomes)
    assert "sudo refused the password" in outcomes[0].message
    assert outcomes[0].host == ONE
    assert "wrong" not in everything(outcomes[0]).replace("wrong password", "")
    assert int(hosts.sh(ONE, failures)) == before + 1


@pytest.mark.parametrize(
    ("user", "sentence"),
    [
        ("outside", "not in sudoers"),
        ("shut", "no script could be started"),
    ],
)
async def test_sudos_refusal_is_told_with_its_own_words(hosts, user, sentence):
    async with hosts.connected(hosts.spec(ONE, user=user), ask=Person(PASSWORD)) as host:
        with pytest.raises(AuthenticationFailed, match=sentence) as caught:
            await host.run("id")
    assert caught.value.details
    assert caught.value.hint


async def test_without_a_password_the_answers_fields_are_named(hosts):
    async with hosts.connected(hosts.spec(ONE, user="asks")) as host:
        with pytest.raises(AuthenticationFailed, match="none was given") as caught:
            await host.run("id")
    assert "sudo: {password:" in caught.value.hint


async def test_sudo_switched_off_is_not_tried(hosts):
    spec = hosts.spec(ONE, user="free", sudo=SudoMode.NEVER)
    async with hosts.connected(spec) as host:
        with pytest.raises(AuthenticationFailed, match="switched off"):
            await host.run("id")


async def test_a_host_without_sudo_says_so(hosts):
    hosts.sh(TWO, "mv /usr/bin/sudo /usr/bin/sudo.away")
    try:
        async with hosts.connected(hosts.spec(TWO, user="free")) as host:
            with pytest.raises(AuthenticationFailed, match="not installed"):
                await host.run("id")
    finally:
        hosts.sh(TWO, "mv /usr/bin/sudo.away /usr/bin/sudo")


async def test_a_password_file_serves_without_a_person(hosts, tmp_path):
    file = tmp_path / "pw"
    file.write_text(PASSWORD + "\n")
    file.chmod(0o600)
    spec = hosts.spec(ONE, user="asks", sudo_password=SecretRef(file=file))
    async with hosts.connected(spec) as host:
        assert (await host.run("id -u")).text == "0\n"


async def test_stderr_is_told_line_by_line_while_the_script_runs(hosts):
    """The script does not go on before its first line was heard here."""
    told, heard = [], asyncio.Event()

    def listen(line):
        told.append(line)
        heard.set()

    script = "echo one >&2; until [ -e $1 ]; do sleep 0.05; done; printf '\\033[1mtwo' >&2"
    async with hosts.connected(hosts.spec(ONE, user="free")) as host:
        task = asyncio.create_task(host.run(script, "/run/heard", on_stderr=listen))
        await heard.wait()
        assert told == ["one"]
        await host.run("touch /run/heard")
        await task
        await host.run("rm /run/heard")
    assert told == ["one", "two"]


async def test_more_output_than_is_kept_is_an_error_and_the_connection_lives_on(hosts):
    async with hosts.connected(hosts.spec(ONE)) as host:
        with pytest.raises(InstallerError, match="more than 16 MiB") as caught:
            await host.run("yes")
        assert caught.value.host == ONE
        noisy = await host.run("head -c 3000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo end >&2")
        assert noisy.status == 0
        assert len(noisy.stderr) < 300_000
        assert noisy.stderr.endswith("end\n")


async def test_a_timeout_says_that_the_script_may_go_on(hosts):
    async with hosts.connected(hosts.spec(ONE)) as host:
        with pytest.raises(ConnectionFailed, match=r"3 s; it may still be running") as caught:
            await host.run("echo waiting for godot >&2; sleep 30", timeout=3)
        assert "waiting for godot" in caught.value.details
        assert (await host.run("echo on")).text == "on\n"


async def test_an_end_of_the_connection_is_never_success(hosts):
    async with hosts.connected(hosts.spec(ONE)) as host:
        with pytest.raises(ConnectionFailed, match="is unknown") as caught:
            await host.run("kill -9 $(ps -o ppid= $PPID) $PPID; sleep 5")
        assert caught.value.host == ONE
        with pytest.raises(ConnectionFailed):
            await host.run("true")
        with pytest.raises(ConnectionFailed):
            await host.forward("127.0.0.1", 22)


async def test_more_runs_than_sshd_allows_sessions_wait_for_each_other(hosts):
    with hosts.sshd_option(TWO, "MaxSessions 3"):
        async with hosts.connected(hosts.spec(TWO)) as host:
            done = await asyncio.gather(
                *(host.run("sleep 0.1; echo $1", str(i)) for i in range(20))
            )
    assert [one.text for one in done] == [f"{i}\n" for i in range(20)]


async def started(host, script, **options):
    """The task of a script that runs by now."""
    begun = asyncio.Event()
    run = host.run(f"echo begun >&2; {script}", on_stderr=lambda _: begun.set(), **options)
    task = asyncio.create_task(run)
    await begun.wait()
    return task


@asynccontextmanager
async def kept(host):
    """A session that stays open, as the one that keeps the host's lock."""
    task = await started(host, "sleep 60", timeout=60)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_beside_a_kept_session_one_more_is_enough(hosts):
    """Though one that has ended here may not have ended on the host yet."""
    with hosts.sshd_option(TWO, "MaxSessions 2"):
        async with hosts.connected(hosts.spec(TWO)) as host, kept(host):
            done = [await host.run("echo $1", str(i), timeout=10) for i in range(20)]
    assert [one.text for one in done] == [f"{i}\n" for i in range(20)]


async def test_a_host_that_allows_one_session_is_told_of(hosts, monkeypatch):
    monkeypatch.setattr(channels, "PATIENCE", 1.0)
    with hosts.sshd_option(TWO, "MaxSessions 1"):
        async with hosts.connected(hosts.spec(TWO)) as host, kept(host):
            with pytest.raises(ConnectionFailed, match="no 2 sessions at once") as caught:
                await host.run("true", timeout=10)
    assert "MaxSessions" in caught.value.hint


async def test_a_cancelled_run_leaves_the_connection_usable(hosts):
    async with hosts.connected(hosts.spec(ONE)) as host:
        task = await started(host, "sleep 30")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await host.run("echo on")).text == "on\n"


async def test_a_frozen_host_is_noticed_in_seconds(hosts):
    async with hosts.connected(hosts.spec(TWO)) as host:
        task = await started(host, "sleep 60", timeout=60)
        faults.link(hosts.lab.folder, TWO, up=False)
        try:
            began = time.monotonic()
            with pytest.raises(ConnectionFailed, match="stopped answering"):
                await task
            assert time.monotonic() - began < 12
            with pytest.raises(ConnectionFailed, match=r"no answer within 1 s|cannot be reached"):
                async with hosts.connected(hosts.spec(TWO), timeout=1):
                    pass
        finally:
            faults.link(hosts.lab.folder, TWO, up=True)


async def test_a_blocked_program_here_does_not_lose_a_host(hosts):
    async with hosts.connected(hosts.spec(ONE)) as host:
        task = await started(host, "sleep 6; echo there")
        time.sleep(5)  # noqa: ASYNC251 - the point
        assert (await task).text == "there\n"


async def test_a_forward_leads_to_a_port_of_the_host_and_is_gone_with_the_connection(hosts):
    async with hosts.connected(hosts.spec(ONE)) as host:
        first, second = await asyncio.gather(*(host.forward("127.0.0.1", 22) for _ in range(2)))
        assert first == second
        assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
        reader, writer = await asyncio.open_unix_connection(str(first))
        assert (await reader.readline()).startswith(b"SSH-2.0-OpenSSH")
        writer.close()
        closed = await host.forward("127.0.0.1", 1)
        reader, writer = await asyncio.open_unix_connection(str(closed))
        assert await reader.read() == b""
        writer.close()
    assert not first.parent.exists()


@pytest.mark.parametrize("option", ["AllowTcpForwarding no", "DisableForwarding yes"])
@pytest.mark.parametrize("program", ["perl", "python3"])
async def test_a_host_that_forbids_forwarding_is_reached_by_a_relay(hosts, option, program):
    """With more connections at once than there are sessions, and every byte."""
    away = "" if program == "perl" else "perl"
    with hosts.sshd_option(TWO, option), hosts.without(TWO, away):
        async with hosts.connected(hosts.spec(TWO, user="free")) as host:
            if not await host.forwarding("127.0.0.1", 22):
                pytest.skip(f"the host has no {program}")
            assert await host.forwarding("127.0.0.1", 22) == program
            socket = await host.forward("127.0.0.1", 22)
            assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
            opened = [await asyncio.open_unix_connection(str(socket)) for _ in range(9)]
            for reader, writer in opened:
                assert (await reader.readline()).startswith(b"SSH-2.0-OpenSSH")
                writer.write(b"not SSH\n")
                assert b"Invalid SSH" in await reader.read()
                writer.close()
            closed = await host.forward("127.0.0.1", 1)
            reader, writer = await asyncio.open_unix_connection(str(closed))
            assert await reader.read() == b""
            writer.close()
            assert (await host.run("echo on")).text == "on\n"
        assert not socket.parent.exists()


async def test_a_host_that_has_no_way_to_its_ports_is_told_apart(hosts):
    with hosts.sshd_option(TWO, "AllowTcpForwarding no"), hosts.without(TWO, "perl", "python3"):
        async with hosts.connected(hosts.spec(TWO)) as host:
            assert await host.forwarding("127.0.0.1", 22) == ""
            with pytest.raises(ConnectionFailed, match="allows no TCP forwarding") as caught:
                await host.forward("127.0.0.1", 22)
    assert "perl or python3" in caught.value.hint
