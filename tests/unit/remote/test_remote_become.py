from __future__ import annotations

import shlex
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_installer.model.spec import HostSpec, SecretRef, SshSpec, SudoMode
from tui_installer.remote import by_hand, refusals
from tui_installer.remote.become import command, pipes, root_shell, script_line
from tui_installer.remote.becoming import NOISE_LIMIT, Becoming, Frame, is_password, owner
from tui_installer.remote.session import Session

NONCE = "0123456789abcdef"
SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)]
START = shlex.split(command(NONCE, SudoMode.NEVER))[4].replace("case $u", "u=0; case $u")
"""As root, whoever runs the tests."""


def run(shell, script, args=(), stdin=b""):
    """What a host does once root: the start script, then the line, then stdin."""
    argv = [shell, *(["sh"] if shell == "busybox" else []), "-c", START, "x", f"{NONCE}:root"]
    done = subprocess.run(
        argv, input=script_line(script, args) + stdin, capture_output=True, check=False
    )
    mark = f"{NONCE}:root\n".encode()
    assert done.stdout.startswith(mark)
    done.stdout = done.stdout.removeprefix(mark)
    return done


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


@pytest.mark.parametrize(
    "line", [command(NONCE, SudoMode.AUTO), root_shell(NONCE, "doas"), pipes(NONCE)]
)
def test_a_command_line_suits_login_shells_of_every_kind(line):
    words = shlex.split(line)
    assert words[:2] == ["sh", "-c"]  # no exec: a restricted bash refuses it
    assert not set("\n\\!") & set(line)
    assert "'" not in "".join(words)


def feed_all(stream, data, size):
    return b"".join(stream.feed(data[i : i + size]) for i in range(0, len(data), size))


ASKED = f"banner\n{NONCE}+\n{NONCE}?sudo\nlecture\n[sudo] password for ann: ".encode()


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_what_comes_before_the_start_is_kept_apart_from_what_the_script_says(size):
    becoming = Becoming(NONCE)
    assert feed_all(becoming, ASKED, size) == b""
    assert becoming.prompt == "[sudo] password for ann:"
    assert becoming.certain
    becoming.answered()
    said = f"hello\n{NONCE}:sudo with password\nwarning: {NONCE}?\n".encode()
    assert feed_all(becoming, said, size) == f"warning: {NONCE}?\n".encode()
    assert (becoming.result, becoming.program) == ("sudo with password", "sudo")
    assert becoming.started
    assert becoming.noise == b"banner\nlecture\n[sudo] password for ann: hello\n"


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_of_stdout_only_what_comes_after_our_line_is_the_scripts(size):
    frame = Frame(NONCE)
    assert feed_all(frame, f"[prod] {NONCE}:root\n0\n{NONCE}:root\n".encode(), size) == (
        f"0\n{NONCE}:root\n".encode()
    )
    assert frame.noise == b"[prod] "


def test_noise_before_our_shell_runs_is_no_prompt():
    becoming = Becoming(NONCE)
    becoming.feed(b"[sudo] password for root: ")
    assert (becoming.prompt, becoming.begun) == ("", False)
    becoming.feed(f"{NONCE}+\nPassword: ".encode())
    assert (becoming.prompt, becoming.begun) == ("", True)


def test_a_prompt_that_follows_an_answer_has_what_was_said_in_between():
    becoming = Becoming(NONCE)
    becoming.feed(ASKED)
    becoming.answered()
    becoming.feed(b"Sorry, try again.\n[sudo] password for ann: ")
    assert becoming.since_asked == "Sorry, try again.\n[sudo] password for ann: "


def test_a_command_that_sudo_quotes_in_its_refusal_is_no_start():
    becoming = Becoming(NONCE)
    becoming.feed(f"Sorry, ann may not run 'sh {NONCE}:sudo with password' as root.\n".encode())
    becoming.feed(f"'{NONCE}:root as it is'\n{NONCE}:\n".encode())
    assert becoming.result == ""


@pytest.mark.parametrize(
    ("line", "result", "detail"),
    [
        ("missing doas", "missing", "doas"),
        ("terminal sudo", "terminal", "sudo"),
        ("uid 1001", "uid", "1001"),
        ("uid ", "uid", ""),
        ("no pipes", "no pipes", ""),
        ("never", "never", ""),
    ],
)
def test_other_results_are_no_start(line, result, detail):
    becoming = Becoming(NONCE)
    assert becoming.feed(f"{NONCE}:{line}\r\n".encode()) == b""
    assert (becoming.result, becoming.detail, becoming.started) == (result, detail, False)


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
    assert becoming.prompt == ""


@pytest.mark.parametrize(
    ("prompt", "whose"),
    [
        ("[sudo] password for ann:", "ann"),
        ("[sudo] password for root:", "root"),
        ("[sudo] Passwort für root:", "root"),
        ("[sudo: authenticate] Password:", "ann"),
        ("[sudo] hasło użytkownika ann:", "ann"),
        ("Mot de passe :", "ann"),
        ("root's password:", "root"),
        ("Password:", "ann"),
    ],
)
def test_prompts_for_passwords_in_many_languages_and_whose(prompt, whose):
    assert is_password(prompt)
    assert owner(prompt, "ann") == whose


@pytest.mark.parametrize(
    "prompt",
    [
        "Verification code:",
        "One-time password (OATH) for `ann':",
        "Passcode or option (1-3):",
        "Your OTP:",
        "PIN:",
        "Press the button on your key",
    ],
)
def test_prompts_for_something_else_get_no_password(prompt):
    assert not is_password(prompt)


SSH = SshSpec("192.0.2.1", 22, "root", (Path("/key"),), False, SecretRef(), "")
SPEC = HostSpec("m1", "192.0.2.1", SSH, SudoMode.AUTO, SecretRef())


SHOWN = "ssh -i /key -J admin@192.0.2.9:2222 root@192.0.2.1 'echo it-works'"


def test_the_command_line_that_shows_a_problem_has_port_key_and_jump_host():
    jump = replace(SSH, address="192.0.2.9", port=2222, user="admin")
    inner = replace(jump, address="2001:db8::1", port=22, user="me")
    assert by_hand.ssh(replace(SSH, jump=jump), "echo it-works") == SHOWN
    both = replace(SSH, port=99, jump=replace(jump, jump=inner))
    assert by_hand.ssh(both, "id", "-t") == (
        "ssh -t -p 99 -i /key -J 'me@[2001:db8::1]:22,admin@192.0.2.9:2222' root@192.0.2.1 id"
    )


async def test_of_what_a_login_shell_says_instead_of_a_script_the_end_is_told():
    session = Session(NONCE, None)
    session.data_received(b"ab\n" * 300_000, None)
    session.data_received(b"n\n" * 9_000, asyncssh.EXTENDED_DATA_STDERR)
    session.exit_status_received(1)
    error = refusals.explain(SPEC, session)
    assert error.details == ("ab",) * refusals.LAST_LINES
    assert "the login shell of root ended with status 1" in error.message


async def test_the_command_that_sudo_quotes_is_not_shown():
    session = Session(NONCE, None)
    line = shlex.split(command(NONCE, SudoMode.SUDO))
    quoted = f"{NONCE}+\nSorry, ann is not allowed to execute '/usr/bin/sh -c {line[4]} "
    quoted += f"tui-installer {NONCE}:sudo with password' as root.\n"
    session.data_received(quoted.encode(), asyncssh.EXTENDED_DATA_STDERR)
    error = refusals.explain(SPEC, session)
    assert "but not sh" in error.message
    assert error.details == ("Sorry, ann is not allowed to execute '/usr/bin/sh -c …' as root.",)
