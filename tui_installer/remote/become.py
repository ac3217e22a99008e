"""Privilege escalation: the commands that are sent, as one line for any login shell.

A command is the same for every script, so neither process lists nor sudo's log show more than it.
The script and its arguments follow on stdin as one line, which ``read`` takes byte by byte and
therefore exactly (POSIX: read shall not consume past the newline); what the caller has for the
script's own stdin comes after that. Our own lines on stdout and stderr start with a nonce:

    NONCE+        our shell runs: what came before is the login shell's
    NONCE?        sudo, doas or su is asked next: prompts follow
    NONCE:WORD    the end of it: one of ROOT (the script starts), or why it does not
    NONCE@FOLDER  the pipes of a script that the root shell is to start
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tui_installer.model.spec import SudoMode

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = frozenset({"root", "sudo", "sudo with password", "doas", "doas with password", "su"})
NEVER = "never"
MISSING = "missing"
TERMINAL = "terminal"
NO_PIPES = "no pipes"
UID = "uid"
"""The program succeeded, and did not make us root; the user id follows, '' if none can be had."""
PROGRAMS = (SudoMode.SUDO, SudoMode.DOAS, SudoMode.SU)

# No single quotes, newlines, backslashes or exclamation marks: login shells that are not POSIX
# (fish, csh) pass such a text in single quotes on unchanged. No leading exec: rbash refuses it.
_IS_ROOT = (
    "cd /; PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; LC_ALL=C; export PATH LC_ALL; "
    "u=$(id -u 2>/dev/null); "
    'case $u in 0) ;; *) echo "${1%%:*}:uid $u" >&2; exit 126;; esac; '
)
_START = (
    _IS_ROOT + 'echo "$1"; echo "$1" >&2; '
    'IFS= read -r script || exit 125; eval "$(printf %b "$script")"'
)
_NO_FURTHER = {
    NEVER: '{ echo "$2:never" >&2; exit 126; }',
    MISSING: '{ echo "$2:missing $b" >&2; exit 127; }',
    TERMINAL: '{ echo "$2:terminal $b" >&2; exit 126; }',
}
# $1 _START, $2 the nonce, $3 the mode. The -n is tried with the very command, as sudoers may name
# it. -k: without it a ticket could make the prompt, which we wait for, not appear.
_BECOME = (
    'echo "$2+" >&2; LC_ALL=C; export LC_ALL; '
    'if [ "$(id -u)" = 0 ]; then exec sh -c "$1" tui-installer "$2:root"; fi; b=$3; '
    f'[ "$b" = never ] && {_NO_FURTHER[NEVER]}; '
    'if [ "$b" = auto ]; then b=sudo; command -v sudo >/dev/null 2>&1 || '
    "{ command -v doas >/dev/null 2>&1 && b=doas; }; fi; "
    f'command -v "$b" >/dev/null 2>&1 || {_NO_FURTHER[MISSING]}; '
    f'[ "$b" = su ] && {_NO_FURTHER[TERMINAL]}; '
    'said=$("$b" -n -u root sh -c : 2>&1 </dev/null) && '
    'exec "$b" -n -u root sh -c "$1" tui-installer "$2:$b"; '
    'case $b/$said in sudo/*"must have a tty"*|doas/*equired*) '
    f"{_NO_FURTHER[TERMINAL]};; "
    'doas/*) echo "$2?$b" >&2; echo "$said" >&2; exit 1;; esac; '
    'echo "$2?$b" >&2; '
    'exec sudo -S -k -u root sh -c "$1" tui-installer "$2:sudo with password"'
)
# Starts a script for every line "NONCE FOLDER" of stdin, with the pipes in the folder. HUP is
# ignored: as without a terminal, what runs goes on if the connection is lost.
_SERVE = (
    _IS_ROOT + 'trap "" HUP; stty -echo; echo "$1"; '
    'while IFS=" " read -r n d; do '
    '{ sh -c "$2" tui-installer "$n:${1#*:}" <"$d/i" >"$d/o" 2>"$d/e"; echo "$?" >"$d/s"; } '
    "2>/dev/null & done"
)
# $1 _SERVE, $2 _START, $3 the nonce, $4 the program.
_ROOT_SHELL = (
    'echo "$3+"; LC_ALL=C; export LC_ALL; echo "$3?$4"; case $4 in '
    'sudo) exec sudo -k -u root sh -c "$1" tui-installer "$3:sudo with password" "$2";; '
    'doas) exec doas -u root sh -c "$1" tui-installer "$3:doas with password" "$2";; '
    'su) exec su -s /bin/sh -c "$1" root tui-installer "$3:su" "$2";; esac'
)
# $1 the nonce. The folder is of mode 0700: who may open the pipes is the user and root. The cat
# that is left ends with the session, as sshd closes its stdin.
_PIPES = (
    'echo "$1+" >&2; d=$(mktemp -d) && mkfifo -m 600 "$d/i" "$d/o" "$d/e" "$d/s" || '
    '{ echo "$1:no pipes" >&2; exit 126; }; '
    'end() { rm -rf "$d"; }; trap end EXIT; trap "exit 129" HUP PIPE TERM; '
    'exec 3<&0; cat <&3 >"$d/i" 2>/dev/null & echo "$1@$d" >&2; '
    'cat <"$d/e" >&2 | cat <"$d/o"; read -r s <"$d/s"; exit "$s"'
)


def command(nonce: str, mode: SudoMode) -> str:
    """The command line that becomes root and starts one script."""
    return _line(_BECOME, _START, nonce, mode)


def root_shell(nonce: str, program: str) -> str:
    """The command line, for a terminal, of a root shell that starts scripts."""
    return _line(_ROOT_SHELL, _SERVE, _START, nonce, program)


def pipes(nonce: str) -> str:
    """The command line that lends its stdin, stdout and stderr to a script of the root shell."""
    return _line(_PIPES, nonce)


def _line(script: str, *words: str) -> str:
    return "sh -c " + " ".join(shlex.quote(word) for word in (script, "tui-installer", *words))


def script_line(script: str, args: Sequence[str]) -> bytes:
    """The script with its arguments as the one line that the command reads.

    Raises ValueError for a NUL, which no shell can carry.
    """
    text = f"set -- {' '.join(shlex.quote(arg) for arg in args)}\n{script}"
    if "\0" in text:
        raise ValueError("a script and its arguments cannot hold a NUL")
    return text.replace("\\", "\\\\").replace("\n", "\\n").encode() + b"\n"
