"""A real terminal for the real program: tmux, driven by keys and read by its screen."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NUMBER = itertools.count()


@dataclass
class Terminal:
    """Use as a context manager. folder: for its socket; the program begins there too.

    env: added to nothing but PATH and TERM, so nothing of the person's is in it.
    """

    folder: Path
    argv: Sequence[str]
    env: Mapping[str, str]
    size: tuple[int, int] = (80, 24)
    keys: list[str] = field(default_factory=list)
    """Every key that was pressed."""

    def __enter__(self) -> Self:
        self._socket = self.folder / f"tmux{next(_NUMBER)}"
        width, height = self.size
        clean = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        own = [f"{key}={value}" for key, value in {**clean, **self.env}.items()]
        # A program that has ended leaves its last screen and its exit code behind.
        self._tmux(
            "-f", "/dev/null", "set", "-g", "remain-on-exit", "on", ";",
            "set", "-g", "default-terminal", "tmux-256color", ";",
            "new", "-d", "-s", "it", "-x", str(width), "-y", str(height),
            "-c", str(self.folder), "env", "-i", *own, "TERM=tmux-256color", *self.argv,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux("kill-server", check=False)

    def _tmux(self, *args: str, check: bool = True, stdin: str = "") -> str:
        argv = ["tmux", "-S", str(self._socket), *args]
        done = subprocess.run(
            argv, input=stdin, capture_output=True, text=True, check=False, timeout=30
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout

    def press(self, *keys: str, pause: float = 0.2) -> None:
        """Keys by tmux's names, such as ``Enter``, ``C-n``, ``BSpace``; at a person's pace."""
        for key in keys:
            self.keys.append(key)
            self._tmux("send-keys", "-t", "it", key)
            time.sleep(pause)

    def type(self, text: str) -> None:
        """The text, key by key, as fast as tmux gives them; it may be a secret, so not in argv."""
        self.keys.append(text)
        self._tmux("load-buffer", "-", stdin=text)
        self._tmux("paste-buffer", "-d", "-t", "it")

    def resize(self, width: int, height: int) -> None:
        self._tmux("resize-window", "-t", "it", "-x", str(width), "-y", str(height))

    @property
    def screen(self) -> str:
        return self._tmux("capture-pane", "-p", "-t", "it")

    @property
    def pid(self) -> int:
        """Of the program."""
        return int(self._ask("pane_pid"))

    @property
    def code(self) -> int | None:
        """The program's exit code; None while it runs."""
        dead, _, told = self._ask("pane_dead} #{pane_dead_status").partition(" ")
        if dead == "1" and not told:
            self._tmux("run-shell", "true")  # tmux misses a child's end at times, until the next
        return int(told) if told else None

    def _ask(self, what: str) -> str:
        return self._tmux("display", "-p", "-t", "it", f"#{{{what}}}").strip()

    def wait(self, text: str, seconds: float = 20) -> str:
        """The screen, once the text is on it."""
        end = time.monotonic() + seconds
        while text not in (screen := self.screen):
            assert time.monotonic() < end, f"{text!r} was not shown within {seconds} s:\n{screen}"
            assert self.code is None, f"it ended with {self.code}:\n{screen}"
            time.sleep(0.1)
        return screen

    def kill(self) -> None:
        """Ends the terminal as kill -9 does; the program sees its terminal go."""
        server, program = int(self._ask("pid")), self.pid
        os.kill(server, signal.SIGKILL)
        end = time.monotonic() + 10
        while Path(f"/proc/{program}").exists():
            assert time.monotonic() < end, "the program outlives its terminal"
            time.sleep(0.05)

    def ended(self, seconds: float = 20) -> int:
        """The exit code, once it has ended."""
        end = time.monotonic() + seconds
        while (code := self.code) is None:
            assert time.monotonic() < end, f"it goes on after {seconds} s:\n{self.screen}"
            time.sleep(0.1)
        return code
