"""The planner's inputs: the spec, the facts, and what this machine already has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_installer.model.run.facts import ClusterFacts, PeerPorts
from tui_installer.release.programs import GO_ARCH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.engine.cluster.authority import Authority
    from tui_installer.model.run.facts import HostFacts
    from tui_installer.model.spec import HostSpec, Spec
    from tui_installer.release.programs import Binary


@dataclass(slots=True)
class Context:
    """The run's first steps add to authority and binaries what is missing.

    binaries: (architecture, program) → the verified file in the cache.
    sizes: likewise, the bytes of programs that are not in the cache, if their source reports them.
    now: UNIX seconds; the planner's only clock.
    peers: what masters found on each other's ports; empty if nothing was to be tried.
    """

    spec: Spec
    authority: Authority
    now: float
    facts: Mapping[str, HostFacts] = field(default_factory=dict)
    cluster: ClusterFacts = field(default_factory=ClusterFacts)
    peers: PeerPorts = field(default_factory=PeerPorts)
    binaries: dict[tuple[str, str], Binary] = field(default_factory=dict)
    sizes: dict[tuple[str, str], int] = field(default_factory=dict)

    def arch(self, host: HostSpec) -> str:
        """Go's name of the host's architecture, '' before its facts are known."""
        facts = self.facts.get(host.name)
        return GO_ARCH.get(facts.machine, facts.machine) if facts else ""

    def binary(self, host: HostSpec, program: str) -> Binary | None:
        return self.binaries.get((self.arch(host), program))

    def awaited(self, host: HostSpec, program: str) -> int:
        """Bytes of a program that is not in the cache yet, 0 if unknown."""
        return self.sizes.get((self.arch(host), program), 0)
