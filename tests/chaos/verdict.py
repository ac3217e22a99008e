"""The clean end: what holds after a fault and a resume, with no manual action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from site_under_test import assert_verified

from chaos.kept import kept
from chaos.leftovers import leaks, strays
from chaos.running import resume

if TYPE_CHECKING:
    from collections.abc import Iterator

    from site_under_test import Outcome, Site


def faults_of(told: Outcome, codes: tuple[int, ...]) -> Iterator[str]:
    """What is wrong with how the run that was struck ended."""
    if told.code not in codes:
        yield f"ended with {told.code}, not {' or '.join(map(str, codes))}: {told.explain()}"
    if "Traceback" in told.stderr or "internal error" in told.everything():
        yield f"an internal error: {told.everything()[-2000:]}"
    if told.code in (1, 3) and not (told.cards or told.stderr.strip()):
        yield "failed without a word"


def unclean(site: Site, before: dict[str, str]) -> Iterator[str]:
    """Everything that is not as it must be, after the resume."""
    after = kept(site)
    for name, digest in before.items():
        if after.get(name) != digest:
            yield f"{name} is another one than before the fault"
    units = site.running()
    again = resume(site, "--verify")
    try:
        assert_verified(again, site.hosts)
    except AssertionError as error:
        yield f"not verified: {error}"
    if again.code == 0 and again.changed() != (0, 0):
        done = [f"{p['step']} {p['host']}: {p['reason']}" for p in again.of("Planned") if p["run"]]
        yield f"a further run changed {again.changed()}: {done}"
    if site.running() != units:
        yield "a further run restarted units"
    yield from strays(site)
    yield from leaks(site)
