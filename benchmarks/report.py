"""Prints the figures as plain text."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from installer import SETTLED
from measured import Spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from by_hand import ByHand
    from figures import Alone
    from installer import Installer
    from machine import Machine

# The closest comparable Ansible roles, on hosts like these: (install, second run) in seconds.
PEER = {1: (54, 51), 3: (77, 129)}


@dataclass(frozen=True)
class Compared:
    """All runs with one number of masters; installer is empty with --by-hand-only."""

    masters: int
    installer: tuple[Installer, ...]
    by_hand: tuple[ByHand, ...]

    @property
    def ratio(self) -> float | None:
        """The installer's median divided by that of by-hand."""
        if not self.installer:
            return None
        ours = median(run.seconds for run in self.installer)
        return ours / median(run.seconds for run in self.by_hand)


def text(machine: Machine, compared: Sequence[Compared], alone: Alone | None) -> str:
    """The report, with a newline at its end."""
    blocks = [list(_machine(machine)), *(list(_compared(one)) for one in compared)]
    if alone is not None:
        blocks.append(list(_alone(alone)))
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _machine(machine: Machine) -> Iterator[str]:
    yield (
        f"machine: {machine.cores} cores of {machine.cpu}, {machine.memory_gb} GB, "
        f"Linux {machine.kernel}, load {machine.load} before the start"
    )
    yield f"versions: {', '.join(machine.versions)}"
    yield "binaries cached; fresh hosts for every run, all of them on this machine"


def _compared(one: Compared) -> Iterator[str]:
    plural = "s" if one.masters > 1 else ""
    yield f"{one.masters} master{plural}{'':<26}{'min':>8}{'median':>8}{'max':>8}"
    if one.installer:
        yield _row("installer, to verified", [r.seconds for r in one.installer], "s")
    yield _row("by hand, to verified", [r.seconds for r in one.by_hand], "s")
    if one.installer:
        yield from _ratio(one)
        yield from _again(one)
    yield "  milestones, median seconds since the start"
    yield from _milestones(one)


def _row(name: str, values: Sequence[float], unit: str, asked: str = "") -> str:
    return _spread(name, Spread.of(values), unit, asked)


def _spread(name: str, spread: Spread, unit: str, asked: str = "") -> str:
    numbers = (spread.minimum, spread.median, spread.maximum)
    columns = "".join(f"{number:8.2f}" for number in numbers)
    return f"  {name:<32}{columns} {unit:<3}{asked}".rstrip()


def _ratio(one: Compared) -> Iterator[str]:
    pairs = zip(one.installer, one.by_hand, strict=True)
    ratios = Spread.of([a.seconds / b.seconds for a, b in pairs])
    yield _spread("installer / by hand, run by run", ratios, "", "asked: at most 1.15")
    yield f"  {'installer / by hand, of medians':<32}{'':8}{one.ratio or 0:8.2f}"


def _again(one: Compared) -> Iterator[str]:
    asked = "asked: below 2" if one.masters == 3 else ""
    again = [run.again for run in one.installer]
    yield "  again with nothing to do: 0 changes, 0 restarts, every time"
    yield _row("  at once", again, "s", asked)
    yield _row(f"  {SETTLED} s later", [run.later for run in one.installer], "s", asked)
    peaks = [run.peak_mb for run in one.installer]
    yield _row("installer's peak memory", peaks, "MB", "asked: at most 150")
    yield _row("installer's first event after", [r.first_event for r in one.installer], "s")
    if one.masters in PEER:
        first, second = PEER[one.masters]
        ours = median(run.seconds for run in one.installer)
        yield (
            f"  the closest comparable Ansible roles took {first} s, and {second} s again: "
            f"{first / ours:.1f} x and {second / median(again):.0f} x the installer's"
        )


def _milestones(one: Compared) -> Iterator[str]:
    left, right = list(_hand_lines(one)), list(_step_lines(one))
    for number in range(max(len(left), len(right))):
        hand = left[number] if number < len(left) else ""
        step = right[number] if number < len(right) else ""
        yield f"    {hand:<36}{step}".rstrip()


def _hand_lines(one: Compared) -> Iterator[str]:
    yield f"{'by hand':<22}{'at':>8}"
    for number, (name, _) in enumerate(one.by_hand[0].milestones):
        at = median(run.milestones[number][1] for run in one.by_hand)
        yield f"{name:<22}{at:8.2f}"


def _step_lines(one: Compared) -> Iterator[str]:
    if not one.installer:
        return
    yield f"{'installer':<20}{'from':>8}{'to':>8}{'longest':>9}"
    found = median(run.connected for run in one.installer)
    yield f"{'connected, facts in':<28}{found:8.2f}"
    for number, step in enumerate(one.installer[0].steps):
        times = [run.steps[number] for run in one.installer]
        began, ended = median(t.began for t in times), median(t.ended for t in times)
        longest = median(t.longest for t in times)
        yield f"{step.step:<20}{began:8.2f}{ended:8.2f}{longest:9.2f}"


def _alone(alone: Alone) -> Iterator[str]:
    yield f"without hosts{'':<21}{'min':>8}{'median':>8}{'max':>8}"
    name = f"{alone.certificates} certificates of 5 masters"
    yield _spread(name, alone.pki, "s", "asked: at most 1")
    yield _spread("tui-installer --version", alone.version, "s")
    yield _spread("tui-installer --check", alone.check, "s")
