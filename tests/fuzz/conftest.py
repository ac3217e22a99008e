"""How many documents are made, and the table at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fuzz.targets import TARGETS

if TYPE_CHECKING:
    import pytest

QUICK, WHOLE = 250, 100_000
"""Documents of the main targets; the others have their share."""
PART = 5000
"""Documents of one test: several processes share the work."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("fuzz")
    group.addoption("--fuzz-whole", action="store_true", help=f"{WHOLE} documents, not {QUICK}")
    group.addoption("--fuzz-seed", type=int, default=1, help="other documents")
    group.addoption("--fuzz-only", default="", help="TARGET, or TARGET:NUMBER for one document")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "numbers" not in metafunc.fixturenames:
        return
    config = metafunc.config
    only, _, number = config.getoption("fuzz_only").partition(":")
    count = WHOLE if config.getoption("fuzz_whole") else QUICK
    cases = [
        (name, part)
        for name, target in TARGETS.items()
        if not only or name == only
        for part in _parts(int(count * target.share), number)
    ]
    ids = [f"{name} {part.start}" for name, part in cases]
    metafunc.parametrize(("target", "numbers"), cases, ids=ids)


def _parts(count: int, number: str) -> list[range]:
    if number:
        return [range(int(number), int(number) + 1)]
    return [range(start, min(start + PART, count)) for start in range(0, count, PART)]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    rows = [row for report in reports for key, row in report.user_properties if key == "fuzz"]
    for name in dict.fromkeys(row["target"] for row in rows):
        terminalreporter.write_line(_line(name, [row for row in rows if row["target"] == name]))


def _line(name: str, rows: list[dict[str, Any]]) -> str:
    cases, found = sum(row["cases"] for row in rows), sum(row["found"] for row in rows)
    words = dict.fromkeys(word for row in rows for word in row["taken"])
    told = ", ".join(f"{sum(r['taken'].get(w, 0) for r in rows)} {w}" for w in words)
    seconds, number = max(row["slowest"] for row in rows)
    return (
        f"fuzz {name}: {cases} documents, {found} failures; {told}; "
        f"{sum(row['seconds'] for row in rows):.0f} s, the slowest {seconds:.3f} s ({number}), "
        f"at most {max(row['grown'] for row in rows) >> 10} MB more"
    )
