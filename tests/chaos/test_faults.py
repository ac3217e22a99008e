"""Each fault of the table, then the resume, then all that must hold."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from chaos.trial import Verdict, carry_out

if TYPE_CHECKING:
    from chaos.cases import Case


def test_a_fault_ends_clean(case: Case, new_site, record_property) -> None:
    told = Verdict(wrong=["it never got to its verdict"])
    try:
        with new_site(*case.hosts) as site:
            told = carry_out(site, case)
    finally:
        row = {"name": case.name, "fault": case.fault, "step": case.step, "seed": case.seed}
        record_property("chaos", row | dataclasses.asdict(told))
    assert told.wrong == []
