"""Real hosts for the tests: systemd, sshd, and real Kubernetes and etcd, nothing pretended."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Any

import pytest
from real_programs import get_programs
from site_under_test import V136, V137, Outcome, Site

from tui_installer.lab import lab, takedown
from tui_installer.lab.folders import DEFAULT_BASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_NUMBER = itertools.count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs hosts, said or not."""
    for item in items:
        if "tests/hosts" in str(item.path):
            item.add_marker(pytest.mark.hosts)


@pytest.fixture(scope="session")
def programs() -> dict[str, Any]:
    """The source, with both versions in the person's cache."""
    return get_programs(V137, V136)


@pytest.fixture(scope="module")
def new_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., lab.Lab]]:
    """Makes fresh hosts by name; they are gone when the module's tests are."""
    folders: list[Path] = []

    def make(*names: str, base: str = DEFAULT_BASE) -> lab.Lab:
        folder = tmp_path_factory.mktemp("lab")
        folders.append(folder)
        own = f"t{os.getpid() % 1000}{next(_NUMBER)}"
        return lab.up(folder, say=print, host_names=names, name=own, suite=base)

    yield make
    for folder in folders:
        takedown.down(folder, print)


@pytest.fixture(scope="module")
def new_site(
    new_lab: Callable[..., lab.Lab],
    programs: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Site]:
    """A site of fresh masters. others: hosts that are made too, but are not masters."""

    def make(
        *masters: str,
        version: str = V137,
        others: tuple[str, ...] = (),
        base: str = DEFAULT_BASE,
    ) -> Site:
        made = new_lab(*masters, *others, base=base)
        answers = lab.answers(made.folder, list(masters))
        answers["cluster"] = {"name": "test"}
        answers["kubernetes"] = {"version": version, "source": dict(programs)}
        return Site(made, tmp_path_factory.mktemp("home"), answers)

    return make


@pytest.fixture(scope="module")
def installed(site: Site) -> Outcome:
    """The install of a module's own `site`, once for its tests."""
    return site.install()
