"""All controls: a file for each part of the benchmark, a line in its table for each control.

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
    NotJudged("3.1.1-3.1.3", "user authentication is configured outside the hosts"),
    NotJudged("4", "worker nodes are not audited"),
    NotJudged("5.1", "RBAC objects are in the API: review the cluster's role bindings"),
    NotJudged("5.2.6-5.2.9", "these need level restricted, which depends on the workloads"),
    NotJudged("5.3-5.6", "network plugin, use of Secrets, images, namespaces: up to workloads"),
)
