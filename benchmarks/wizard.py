"""Measures the wizard: first frame, key to paint under load, stalls, memory.

usage: python benchmarks/wizard.py [--runs N] [--keys N] [--lines PER_SECOND] [--json FILE]

Measures from outside, on a separate terminal (80 by 24): from the start of the program, or a key
press, until the expected text is painted. Needs no hosts: the load is a
scripted stream of 50 hosts with full histories. Figures only; nothing passes or fails by a time.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import streaming
from measured import HERE, BenchmarkFailed, Spread
from terminal import Terminal

PROGRAM = Path(sys.executable).with_name("tui-installer")
"""The command that a user starts."""
FIRST = "Try it on lab hosts"
"""A text on the wizard's first page."""


@dataclass(frozen=True)
class FirstFrame:
    """Seconds from the start of the program."""

    wizard: Spread
    hello: Spread

    @property
    def ratio(self) -> float:
        return self.wizard.median / self.hello.median


@dataclass(frozen=True)
class Load:
    """Milliseconds. late, busy: of the event loop, from `streaming.watch`.

    cpu: seconds of the whole run.
    """

    next_host: tuple[float, ...]
    pause: tuple[float, ...]
    late: tuple[float, ...]
    busy: tuple[float, ...]
    seconds: float
    memory_mb: float
    cpu_seconds: float


def main() -> int:
    args = _arguments()
    with tempfile.TemporaryDirectory(prefix="tui-bench-") as work:
        os.environ.update(TUI_INSTALLER_HOME=work, TUI_INSTALLER_CONFIG=work)
        try:
            frame = first_frame(args.runs)
            load = under_load(Path(work) / "load.json", args.keys, args.lines)
        except BenchmarkFailed as error:
            print(f"\n{error}", file=sys.stderr)
            return 1
    print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"10 ms of work take now: {noise()}\n")
    print(_frame_text(frame))
    print(_load_text(load, args.lines))
    if args.json:
        args.json.write_text(json.dumps({"first_frame": asdict(frame), "load": asdict(load)}))
    return 0


def noise() -> str:
    """The effect of other load on this machine on any figure here, in milliseconds."""
    took = []
    for _ in range(200):
        began, used = time.monotonic(), time.process_time()
        while time.process_time() - used < 0.01:
            pass
        took.append(1000 * (time.monotonic() - began))
        time.sleep(0.01)
    took.sort()
    return f"median {took[100]:.0f} ms, p95 {took[190]:.0f} ms, max {took[-1]:.0f} ms"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=10, help="of each start, default: %(default)s")
    parser.add_argument("--keys", type=int, default=60, help="of each kind, default: %(default)s")
    parser.add_argument("--lines", type=int, default=200, help="a second, default: %(default)s")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def first_frame(runs: int) -> FirstFrame:
    """Alternates the wizard and a Textual hello-world, so that load affects both alike."""
    wizard, hello = [], []
    for _ in range(runs + 1):
        wizard.append(_start([str(PROGRAM)], FIRST))
        hello.append(_start([sys.executable, str(HERE / "hello.py")], "hello, world"))
    return FirstFrame(Spread.of(wizard[1:]), Spread.of(hello[1:]))  # the first ones fill caches


def _start(argv: list[str], text: str) -> float:
    terminal = Terminal.start(argv)
    took = terminal.wait_for(text) - terminal.began
    terminal.end()
    return took


def under_load(result: Path, keys: int, lines: int) -> Load:
    """Measures showing the next host's log and pausing the log, while all hosts send lines."""
    terminal = Terminal.start([sys.executable, str(HERE / "streaming.py"), str(result), str(lines)])
    terminal.wait_for(f"{streaming.HOSTS[0]} · ")
    terminal.drain(3)
    began = terminal.press("i")
    terminal.wait_for("all hosts · ")
    terminal.press("i")
    terminal.wait_for(f"{streaming.HOSTS[0]} · ")
    next_host, pause = [], []
    for number in range(1, keys + 1):
        host = streaming.HOSTS[number % len(streaming.HOSTS)]
        next_host.append(_answer(terminal, "\t", f"{host} · "))
        pause.append(_answer(terminal, " ", "paused"))
        _answer(terminal, " ", "following")
    terminal.press("i")  # from here on all streamed lines are drawn
    terminal.drain(10)
    seconds = terminal.press("\x11") - began
    terminal.wait_for("Stop and leave")
    terminal.press("\x1b[C")
    terminal.drain(0.3)
    terminal.end("\r")
    figures = json.loads(result.read_text())
    late, busy = (tuple(1000 * one for one in figures[name]) for name in ("late", "busy"))
    return Load(
        tuple(next_host),
        tuple(pause),
        late,
        busy,
        seconds,
        figures["memory_mb"],
        figures["cpu_seconds"],
    )


def _answer(terminal: Terminal, key: str, text: str) -> float:
    """Milliseconds from a key to its text, at a random moment of the page's refresh cycle."""
    terminal.drain(0.037)
    pressed = terminal.press(key)
    return 1000 * (terminal.wait_for(text) - pressed)


def _frame_text(frame: FirstFrame) -> str:
    rows = (("the wizard", frame.wizard), ("a Textual hello-world", frame.hello))
    lines = [f"{'first frame, seconds':<34}{'min':>8}{'median':>8}{'max':>8}"]
    lines += [f"  {name:<32}{s.minimum:>8.2f}{s.median:>8.2f}{s.maximum:>8.2f}" for name, s in rows]
    return "\n".join([*lines, f"  {'ratio of the medians':<40}{frame.ratio:>8.2f}", ""])


def _load_text(load: Load, lines: int) -> str:
    rows = (
        ("key to paint: the next host's log", load.next_host),
        ("key to paint: holding the log", load.pause),
        ("lateness of the event loop", load.late),
        ("  own work (CPU) in that", load.busy),
    )
    head = f"50 hosts, {lines} lines/s, milliseconds"
    out = [f"{head:<40}{'median':>8}{'p95':>8}{'p99':>8}{'max':>8}"]
    for name, values in rows:
        ordered = sorted(values)
        cells = (ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.95, 0.99, 1))
        out.append(f"  {name:<38}" + "".join(f"{cell:>8.1f}" for cell in cells))
    busy = 100 * load.cpu_seconds / load.seconds
    out.append(f"  peak memory {load.memory_mb:.0f} MB; {busy:.0f} % of one core, start included")
    return "\n".join(out)


if __name__ == "__main__":
    sys.exit(main())
