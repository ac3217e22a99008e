"""All controls on all hosts. Pure."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from tui_installer.engine.audit.controls import CONTROLS, NOT_JUDGED
from tui_installer.engine.audit.controls.etcd import certificates
from tui_installer.kubernetes.components import APISERVER
from tui_installer.model.audit import Audit, Judged, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_installer.engine.audit.host import HostAudit


def evaluate(hosts: Sequence[HostAudit]) -> Audit:
    """The audit of hosts that belong together."""
    cas = frozenset().union(*(_client_cas(host) for host in hosts))
    known = [dataclasses.replace(host, client_cas=cas) for host in hosts]
    controls = (
        Judged(
            control.number,
            control.title,
            control.fix,
            {host.host: _tame(control.check(host)) for host in known},
        )
        for control in CONTROLS
    )
    programs = {host.host: tuple(str(one.component) for one in host.programs) for host in hosts}
    return Audit(programs, tuple(controls), NOT_JUDGED)


def _tame(verdict: Verdict) -> Verdict:
    """A file's own escapes, as in JSON, are undone only when it is read: a second look at them."""
    if verdict.evidence.isprintable():
        return verdict
    text = "".join(char if char.isprintable() else "�" for char in verdict.evidence)
    return Verdict(verdict.result, text)


def _client_cas(host: HostAudit) -> frozenset[str]:
    found = (certificates(one, "client-ca-file") for one in host.of(APISERVER))
    return frozenset().union(*found)
