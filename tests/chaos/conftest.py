"""Which cases run, fresh hosts for each, and the table at the end."""

from __future__ import annotations

import fnmatch
import itertools
import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from real_programs import get_programs
from site_under_test import V137, Site

from chaos import cases, table
from tui_installer.lab import lab, takedown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
_NUMBER = itertools.count()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("chaos")
    group.addoption("--chaos-whole", action="store_true", help="every case, not the quick ones")
    group.addoption("--chaos-seed", default="", help="repeats the choices of an earlier run")
    group.addoption("--chaos-only", default="", help="cases of the whole whose name matches")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """The seed is drawn once, and workers are handed it."""
    if handed := getattr(config, "workerinput", {}).get("chaos_seed"):
        config.option.chaos_seed = handed
    elif not config.option.chaos_seed:
        config.option.chaos_seed = str(secrets.randbelow(1_000_000))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["chaos_seed"] = node.config.option.chaos_seed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/chaos" in str(item.path):
            item.add_marker(pytest.mark.hosts)


def chosen(config: pytest.Config) -> list[cases.Case]:
    seed, only = int(config.option.chaos_seed), config.option.chaos_only
    if only:
        return [case for case in cases.whole(seed) if fnmatch.fnmatch(case.name, f"*{only}*")]
    return cases.whole(seed) if config.option.chaos_whole else cases.quick(seed)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        found = chosen(metafunc.config)
        metafunc.parametrize("case", found, ids=[case.name for case in found])


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    rows = [row for report in reports for key, row in report.user_properties if key == "chaos"]
    for line in table.lines(rows, config.option.chaos_seed):
        terminalreporter.write_line(line)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """An unclean end is told at once: the whole table takes an hour."""
    rows = [row for key, row in report.user_properties if key == "chaos" and row["wrong"]]
    if rows and report.when == "call" and "PYTEST_XDIST_WORKER" not in os.environ:
        print("", *table.case(rows[0]), sep="\n", flush=True)


@pytest.fixture(scope="session")
def programs() -> dict[str, Any]:
    return get_programs(V137)


@pytest.fixture(scope="session")
def new_site(
    tmp_path_factory: pytest.TempPathFactory, programs: dict[str, Any]
) -> Callable[..., Any]:
    """Fresh masters and an empty state folder; the hosts go with the block."""

    @contextmanager
    def make(*masters: str) -> Iterator[Site]:
        number = next(_NUMBER)
        folder, home = tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("home")
        try:
            made = lab.up(folder, say=print, host_names=masters, name=f"c{os.getpid()}{number}")
            answers = lab.answers(folder, list(masters))
            answers["cluster"] = {"name": "test"}
            answers["kubernetes"] = {"version": V137, "source": dict(programs)}
            yield Site(made, home, answers)
        finally:
            takedown.down(folder, print)

    return make
