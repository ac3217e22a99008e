"""Measures an install and the same work done by hand, in turns on equal hosts.

usage: python benchmarks/install.py [--hosts 1 3] [--runs N] [--source go|mirror]
                                    [--by-hand-only] [--json FILE]

Makes throwaway hosts itself (root, systemd-nspawn), fresh for every run, and takes them down. The
installer and by_hand.sh alternate. Figures only: no time is a failure; it fails if a program
fails, or if a second run of the installer changes anything.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import by_hand
import figures
import hosts
import installer
import machine
import report
from measured import BenchmarkFailed, python

from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WORK = "/var/tmp"  # on a disk: /tmp may be memory, and uploads would then be too fast


def main() -> int:
    args = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the hosts are taken down
    try:
        with tempfile.TemporaryDirectory(prefix="tui-bench-", dir=WORK) as work:
            return _measure(Path(work), args)
    except InstallerError as error:
        print("\n".join(("", error.message, *error.details, error.hint)), file=sys.stderr)
    except BenchmarkFailed as error:
        print(f"\n{error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--hosts",
        type=int,
        nargs="+",
        default=[1, 3],
        metavar="N",
        choices=(1, 3, 5),
        help="masters, default: 1 3",
    )
    parser.add_argument(
        "--runs", type=int, default=3, metavar="N", help="of each, default: %(default)s"
    )
    parser.add_argument(
        "--source",
        choices=("go", "mirror"),
        default="go",
        help="source of the programs if they are not cached, default: %(default)s",
    )
    parser.add_argument("--by-hand-only", action="store_true", help="run without the installer")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the figures to this file too"
    )
    args = parser.parse_args()
    if args.runs < 1:
        parser.error("--runs must be at least 1")
    return args


def _measure(work: Path, args: argparse.Namespace) -> int:
    answers = hosts.write_answers(work / "answers.yaml", hosts.imagined(1), args.source)
    _tell("fetching the programs, if they are not cached (minutes)")
    got = python("programs.py", answers, work / "bin")
    here = machine.look(tuple(line for _, line in got.lines))
    compared = [_compare(work, count, args) for count in args.hosts]
    alone = None if args.by_hand_only else _alone(work, args.runs)
    print(report.text(here, compared, alone), end="")
    if args.json:
        args.json.write_text(_json(here, compared, alone))
    return 0


def _compare(work: Path, masters: int, args: argparse.Namespace) -> report.Compared:
    """Alternates both, so that other load on the machine affects them alike."""
    ours: list[installer.Installer] = []
    theirs: list[by_hand.ByHand] = []
    for number in range(1, args.runs + 1):
        at = f"masters: {masters}, run {number} of {args.runs}"
        if not args.by_hand_only:
            with _folder(work) as folder:
                ours.append(installer.measure(folder, masters, args.source))
            _tell(f"{at}: installer {ours[-1].seconds:.1f} s, again {ours[-1].again:.1f} s")
        with _folder(work) as folder:
            theirs.append(by_hand.measure(folder, work / "bin", masters))
        _tell(f"{at}: by hand {theirs[-1].seconds:.1f} s")
    return report.Compared(masters, tuple(ours), tuple(theirs))


@contextmanager
def _folder(work: Path) -> Iterator[Path]:
    """A folder for one run, removed after it."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        yield Path(folder)


def _alone(work: Path, runs: int) -> figures.Alone:
    _tell("figures without hosts")
    return figures.measure(work, max(runs, 5))


def _tell(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def _json(
    here: machine.Machine, compared: Sequence[report.Compared], alone: figures.Alone | None
) -> str:
    data = {
        "machine": asdict(here),
        "compared": [{**asdict(one), "ratio": one.ratio} for one in compared],
        "alone": asdict(alone) if alone else None,
    }
    return json.dumps(data, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main())
