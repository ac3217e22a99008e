"""The fault table with its verdicts, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chaos.cases import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHORT = {"-files": "-f", "certificates": "certs", "controllers": "ctrl", "apiserver": "api"}


def lines(rows: Sequence[dict[str, Any]], seed: str) -> Iterator[str]:
    """Each case; then fault by step, clean of all; then the count. Nothing if none ran."""
    if not rows:
        return
    yield f"chaos: seed {seed}; a case again: make chaos SEED={seed} ONLY=CASE"
    for row in sorted(rows, key=lambda row: row["name"]):
        yield from case(row)
    yield from _table(rows)
    clean = sum(not row["wrong"] for row in rows)
    yield f"chaos: {clean} of {len(rows)} clean ends; seed {seed}"


def case(row: dict[str, Any]) -> Iterator[str]:
    """One case and how it ended; below it what was wrong."""
    word = "clean" if not row["wrong"] else "NOT CLEAN"
    yield (
        f"  {word:9} {row['name']:45} seed {row['seed']:<10} {row['seconds']:6.1f} s"
        f"  exit {row['code']}  {row['at']}"
    )
    yield from (f"      {line}" for wrong in row["wrong"] for line in wrong.splitlines()[:1])


def _table(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    steps = [step for step, _ in STEPS]
    yield f"{'':18}" + "".join(f"{_short(step):>9}" for step in steps)
    for fault in sorted({row["fault"] for row in rows}):
        cells = (
            [not row["wrong"] for row in rows if (row["fault"], row["step"]) == (fault, step)]
            for step in steps
        )
        told = (f"{sum(cell)}/{len(cell)}" if cell else "·" for cell in cells)
        yield f"{fault:18}" + "".join(f"{text:>9}" for text in told)


def _short(step: str) -> str:
    for long, short in SHORT.items():
        step = step.replace(long, short)
    return step
