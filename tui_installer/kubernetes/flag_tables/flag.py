"""One row of a flag table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_installer.model.spec import Version

Minor = tuple[int, int]
"""A program's release line: (1, 37) for Kubernetes, (3, 7) for etcd."""


@dataclass(frozen=True, slots=True)
class Flag:
    """What is known about one flag.

    name: without dashes. since: first release line that has it; None if older than every
    supported one (v1.28; etcd v3.5). removed_in: first release line that refuses it.
    replaced_by: what to write instead, '' if nothing. why: what it does and why it is set, or
    why it was removed. source: where the fact is from.
    """

    name: str
    why: str
    source: str
    since: Minor | None = None
    removed_in: Minor | None = None
    replaced_by: str = ""

    def accepted_by(self, version: Version) -> bool:
        """Whether that version of the program accepts the flag."""
        line = (version.major, version.minor)
        return (self.since is None or self.since <= line) and not self.refused_by(version)

    def refused_by(self, version: Version) -> bool:
        """Whether that version refuses to start because the flag was removed."""
        line = (version.major, version.minor)
        return self.removed_in is not None and self.removed_in <= line


def bare(name: str) -> str:
    """A flag's name without the dashes in front."""
    return name.lstrip("-")


def dashed(name: str) -> str:
    """The name as Kubernetes programs read it: no dashes in front, and `_` is `-`.

    Source: k8s.io/component-base/cli/flag/flags.go, WordSepNormalizeFunc.
    """
    return bare(name).replace("_", "-")
