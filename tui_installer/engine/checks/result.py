"""One line of the verification."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 4096
"""Characters of evidence that are reported; a certificate's SANs take some hundred."""


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    evidence: str

    def __post_init__(self) -> None:
        """Evidence is what a host says, of any length."""
        if len(self.evidence) > LONGEST:
            object.__setattr__(self, "evidence", f"{self.evidence[: LONGEST - 1]}…")
