"""The controls, a file for each part of the benchmark. A new one is a line in its table.

Numbers are those of the CIS Kubernetes Benchmark 1.12; titles and advice are ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.audit.controls import (
    admission,
    api_access,
    api_data,
    audit_log,
    beyond,
    controller_manager,
    etcd,
    pki_files,
    pod_security,
    program_files,
    scheduler,
)
from tui_installer.model.audit import NotJudged

if TYPE_CHECKING:
    from tui_installer.engine.audit.control import Control

_TABLES = (
    *program_files.CONTROLS,
    *pki_files.CONTROLS,
    *api_access.CONTROLS,
    *admission.CONTROLS,
    *api_data.CONTROLS,
    *controller_manager.CONTROLS,
    *scheduler.CONTROLS,
    *etcd.CONTROLS,
    *audit_log.CONTROLS,
    *pod_security.CONTROLS,
    *beyond.CONTROLS,
)


def _order(control: Control) -> tuple[int, ...]:
    """As the benchmark counts; ours last."""
    parts = control.number.split(".")
    return tuple(int(part) if part.isdecimal() else 99 for part in parts)


CONTROLS = tuple(sorted(_TABLES, key=_order))

NOT_JUDGED = (
    NotJudged("3.1.1-3.1.3", "how people log in is decided outside the hosts"),
    NotJudged("4", "worker nodes are not audited"),
    NotJudged("5.1", "rights are objects in the API: look at the cluster's role bindings"),
    NotJudged("5.2.6-5.2.9", "each needs the restricted level, which depends on the workloads"),
    NotJudged("5.3-5.6", "network plugin, Secrets' use, images and namespaces are the workloads'"),
)
