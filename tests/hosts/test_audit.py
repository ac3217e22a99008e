"""The audit on real hosts: a default install, somebody else's weak cluster, and hosts that lie."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import strange_cluster

if TYPE_CHECKING:
    from collections.abc import Callable

    from site_under_test import Site

HOST, STRANGE = "master01", "strange"
FINE = {
    "1.1.3", "1.1.4", "1.1.1", "1.1.2", "1.1.7", "1.1.8", "1.2.16", "1.2.22", "1.2.27", "2.7",
    "3.2.1", "own.2",
}  # fmt: skip
"""Controls that the strange cluster does not fail: five have no file that starts the program."""


@pytest.fixture(scope="module")
def site(new_site: Callable[..., Site]) -> Site:
    made = new_site(HOST, others=(STRANGE,))
    made.install()
    strange_cluster.make(made, STRANGE, HOST)
    return made


def audit(site: Site, *options: str) -> subprocess.CompletedProcess[str]:
    site.command()  # writes the answers
    return subprocess.run(
        [sys.executable, "-m", "tui_installer", "audit", "--answers", str(site.file), *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env=site.environ(),
    )


def stranger(site: Site) -> Site:
    """The site with the other host alone."""
    (host,) = (one.spec for one in site.lab.machines if one.name == STRANGE)
    return host


def controls(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return {one["number"]: one for one in json.loads(done.stdout)["controls"]}


def evidence(control: dict[str, Any], host: str) -> str:
    return str(control["hosts"][host]["evidence"])
