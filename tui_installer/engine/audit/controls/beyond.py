"""Controls that the benchmark lacks and auditors ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.audit.control import Control, all_of, judged, said

if TYPE_CHECKING:
    from tui_installer.engine.audit.host import HostAudit, Program
    from tui_installer.model.audit import Verdict

MODERN = frozenset({"", "VersionTLS12", "VersionTLS13", "TLS1.2", "TLS1.3"})
"""Left out, it is 1.2 (k8s.io/component-base/cli/flag and go.etcd.io/etcd/server/embed)."""
NOTHING = "no control plane program runs here"


def _unprivileged(host: HostAudit) -> Verdict:
    return all_of((_account(one) for one in host.programs), NOTHING)


def _account(program: Program) -> Verdict:
    return judged(program.uid != 0, f"{program.component} runs as {program.user}")


def _tls(host: HostAudit) -> Verdict:
    return all_of((_version(one) for one in host.programs), NOTHING)


def _version(program: Program) -> Verdict:
    evidence = f"{program.component}: {said(program, 'tls-min-version')}"
    return judged(program.flags.get("tls-min-version") in MODERN, evidence)


CONTROLS = (
    Control("own.1", "Control plane programs: none runs as root",
            "run each program as a user of its own", _unprivileged),
    Control("own.2", "Control plane programs: TLS 1.2 or later",
            "--tls-min-version=VersionTLS12; for etcd TLS1.2", _tls),
)  # fmt: skip
