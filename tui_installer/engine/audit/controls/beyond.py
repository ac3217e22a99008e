"""What the benchmark leaves out and an auditor asks for all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.audit.control import Control, all_of, judged, said

if TYPE_CHECKING:
    from tui_installer.engine.audit.host import HostAudit, Program
    from tui_installer.model.audit import Verdict

MODERN = frozenset({"", "VersionTLS12", "VersionTLS13", "TLS1.2", "TLS1.3"})
"""Left out, it is 1.2 (k8s.io/component-base/cli/flag and go.etcd.io/etcd/server/embed)."""
NOTHING = "no program of a control plane runs here"


def _unprivileged(host: HostAudit) -> Verdict:
    return all_of((_account(one) for one in host.programs), NOTHING)


def _account(program: Program) -> Verdict:
    return judged(program.uid != 0, f"{program.component} runs as {program.user}")


def _tls(host: HostAudit) -> Verdict:
    return all_of((_version(one) for one in host.programs), NOTHING)


def _version(program: Program) -> Verdict:
    told = f"{program.component}: {said(program, 'tls-min-version')}"
    return judged(program.flags.get("tls-min-version") in MODERN, told)


CONTROLS = (
    Control("own.1", "No program of the control plane runs as root",
            "run each by an account of its own", _unprivileged),
    Control("own.2", "Every program wants TLS 1.2 or later",
            "--tls-min-version=VersionTLS12; for etcd TLS1.2", _tls),
)  # fmt: skip
