from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import asyncssh
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_installer.model.spec import HostSpec, SecretRef, SshSpec, SudoMode
from tui_installer.remote import refusals
from tui_installer.remote.become import NOISE_LIMIT, PROMPTS, Becoming, command, script_line
from tui_installer.remote.session import Session

NONCE = "0123456789abcdef"
SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)]
START = shlex.split(command(NONCE, sudo=False))[5]


def run(shell, script, args=(), stdin=b""):
    """What a host does once root: the start script, then the line, then stdin."""
    argv = [shell, *(["sh"] if shell == "busybox" else []), "-c", START, "x", f"{NONCE}:root"]
    return subprocess.run(
        argv, input=script_line(script, args) + stdin, capture_output=True, check=False
    )


ARG = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]))


@pytest.mark.parametrize("shell", SHELLS)
@settings(max_examples=60, deadline=None)
@given(args=st.lists(ARG, max_size=4), stdin=st.binary(max_size=50))
def test_a_script_gets_its_arguments_and_stdin_byte_for_byte(shell, args, stdin):
    done = run(shell, 'for a in "$@"; do printf "%s\\0" "$a"; done; cat', args, stdin)
    assert done.returncode == 0
    assert done.stdout == b"".join(arg.encode() + b"\0" for arg in args) + stdin


@pytest.mark.parametrize("shell", SHELLS)
def test_every_byte_of_an_argument_arrives(shell):
    every = "".join(map(chr, range(1, 0x800))) + "漢字🙂"
    assert run(shell, 'printf %s "$1"', [every]).stdout == every.encode()


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("script", "status", "stdout"),
    [
        ("printf 'a\\n\\\\n%s\\n' \"x\\ty\"", 0, b"a\n\\n" + b"x\\ty\n"),
        ("exit 7", 7, b""),
        ("false", 1, b""),
        ("set -eu\nfalse\necho no", 1, b""),
        ("cat <<'EOF'\n$x \\ `y`\nEOF\n", 0, b"$x \\ `y`\n"),
        ('f() { echo "$#"; }\nf "$@"', 0, b"2\n"),
        ("pwd; echo $LC_ALL", 0, b"/\nC\n"),
    ],
)
def test_a_script_means_what_it_says(shell, script, status, stdout):
    done = run(shell, script, ["1", "2"])
    assert (done.returncode, done.stdout) == (status, stdout)
    assert done.stderr == f"{NONCE}:root\n".encode()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_may_be_larger_than_an_argument_can_be(shell):
    script = "# " + "x" * 200_000 + "\necho end"
    assert run(shell, script).stdout == b"end\n"


def test_a_nul_is_refused():
    with pytest.raises(ValueError, match="NUL"):
        script_line("echo", ["a\0b"])


def test_the_command_line_never_shows_script_or_arguments_and_suits_other_login_shells():
    line = command(NONCE, sudo=True)
    words = shlex.split(line)
    assert words[:3] == ["exec", "sh", "-c"]
    assert not set("\n\\!") & set(line)
    assert "'" not in "".join(words)


def feed_all(becoming, data, size):
    return b"".join(becoming.feed(data[i : i + size]) for i in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_what_comes_before_the_start_is_kept_apart_from_what_the_script_says(size):
    becoming = Becoming(NONCE)
    said = f"banner\n{NONCE}?lecture\n{NONCE}:sudo with password\nwarning: {NONCE}?\n".encode()
    assert feed_all(becoming, said, size) == f"warning: {NONCE}?\n".encode()
    assert becoming.asked == 1
    assert becoming.result == "sudo with password"
    assert becoming.started
    assert becoming.noise == b"banner\nlecture\n"


def test_a_second_prompt_counts_as_a_wrong_password():
    becoming = Becoming(NONCE)
    becoming.feed(f"{NONCE}?Sorry, try again.\n{NONCE}?".encode())
    assert becoming.asked == 2
    assert not becoming.started
    assert b"Sorry" in becoming.noise


def test_sudo_missing_is_a_result_but_no_start():
    becoming = Becoming(NONCE)
    assert becoming.feed(f"{NONCE}:missing\n".encode()) == b""
    assert becoming.result == "missing"
    assert not becoming.started


def test_endless_noise_is_bounded_and_the_start_is_still_seen():
    becoming = Becoming(NONCE)
    for _ in range(100):
        becoming.feed(b"n" * 9_999)
        assert len(becoming.noise) <= 3 * NOISE_LIMIT
    assert becoming.feed(f"{NONCE}:root\nrest".encode()) == b"rest"


@given(st.binary(), st.integers(1, 10))
def test_without_the_nonce_nothing_starts(data, size):
    becoming = Becoming(NONCE)
    assert feed_all(becoming, data, size) == b""
    assert not becoming.started
    assert becoming.asked == 0


SSH = SshSpec("192.0.2.1", 22, "root", (Path("/key"),), False, SecretRef(), "")
SPEC = HostSpec("m1", "192.0.2.1", SSH, SudoMode.AUTO, SecretRef())


class Channel:
    """A session's channel, as far as it is ended by us."""

    aborted = False

    def abort(self):
        self.aborted = True


async def test_a_host_that_asks_for_a_password_without_end_is_not_listened_to():
    session, channel = Session(NONCE, None), Channel()
    session.connection_made(channel)
    prompt = f"{NONCE}?".encode()
    session.data_received(prompt * PROMPTS, asyncssh.EXTENDED_DATA_STDERR)
    assert not channel.aborted
    session.data_received(prompt, asyncssh.EXTENDED_DATA_STDERR)
    assert channel.aborted
    assert session.closed.is_set()
    assert "sudo keeps asking for a password" in refusals.explain(SPEC, session).message


async def test_of_what_a_login_shell_says_instead_of_a_script_the_end_is_told():
    session = Session(NONCE, None)
    session.data_received(b"ab\n" * 300_000, None)
    session.data_received(b"n\n" * 9_000, asyncssh.EXTENDED_DATA_STDERR)
    session.exit_status_received(1)
    error = refusals.explain(SPEC, session)
    assert error.details == ("n",) * refusals.LAST_LINES + ("ab",) * refusals.LAST_LINES
