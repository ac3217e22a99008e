"""Sources with their defaults, which depend on the kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.model.answers.etcd import ETCD_MIRROR
from tui_installer.model.answers.kubernetes import KUBERNETES_MIRROR
from tui_installer.model.spec import Source, SourceKind

if TYPE_CHECKING:
    from tui_installer.model.answers.document import Answers

_FOLLOWED = (SourceKind.FOLDER, SourceKind.GO)


def kubernetes_source(answers: Answers) -> Source:
    """Where the Kubernetes binaries come from; location '' if it is missing."""
    said = answers.kubernetes.source
    return _source(SourceKind(said.kind), said.location, said.sha256, KUBERNETES_MIRROR)


def etcd_source(answers: Answers) -> Source:
    """Where etcd's binaries come from: as those of Kubernetes if that is a folder or go."""
    said = answers.etcd.source
    theirs = kubernetes_source(answers)
    follows = theirs.kind if theirs.kind in _FOLLOWED else SourceKind.MIRROR
    kind = SourceKind(said.kind) if said.kind else follows
    source = _source(kind, said.location, said.sha256, ETCD_MIRROR)
    if kind is SourceKind.FOLDER and not source.location and theirs.kind is kind:
        return Source(kind, theirs.location, source.sha256)
    return source


def _source(kind: SourceKind, location: str, sha256: str, mirror: str) -> Source:
    """The default mirror's URL does not count as a location of the other kinds."""
    if kind is SourceKind.MIRROR:
        return Source(kind, location or mirror, sha256)
    return Source(kind, "" if location == mirror else location, sha256)
