"""`tui-installer audit`, as the tests on real hosts call it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess

    from site_under_test import Site

    Done = subprocess.CompletedProcess[str]


def audit(site: Site, *options: str) -> Done:
    site.command()  # writes the answers
    source = () if "--hosts" in options else ("--answers", str(site.file))
    return site.program("audit", *source, *options)


def controls(done: Done) -> dict[str, Any]:
    assert done.returncode in {0, 1}, done.stderr
    return {one["number"]: one for one in json.loads(done.stdout)["controls"]}


def evidence(control: dict[str, Any], host: str) -> str:
    return str(control["hosts"][host]["evidence"])


def failures(done: Done) -> dict[tuple[str, str], str]:
    """(number, host) → evidence of what fails."""
    return {
        (number, host): evidence(one, host)
        for number, one in controls(done).items()
        for host, verdict in one["hosts"].items()
        if verdict["result"] == "fail"
    }


def assert_nothing_fails(site: Site) -> None:
    """Every host is judged, and no control fails on any."""
    done = audit(site, "--output", "json")
    assert failures(done) == {}
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {host: len(programs) for host, programs in told["hosts"].items()} == dict.fromkeys(
        site.hosts, 4
    )
    assert told["counts"]["pass"] > 70
