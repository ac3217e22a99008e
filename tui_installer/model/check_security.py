"""The settings of the cluster's security: paths and figures; levels are judged by their type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.model import parse
from tui_installer.model.answers_security import MOST_BACKUPS, MOST_DAYS, MOST_MEGABYTES

if TYPE_CHECKING:
    from tui_installer.model.answers_security import Audit, Security
    from tui_installer.model.findings import Findings

PLACE = "security.audit"


def check_security(security: Security, found: Findings) -> None:
    """What is said of an audit log that is switched off is judged too: it may be switched on."""
    audit = security.audit
    found.read(f"{PLACE}.logPath", parse.log_path, audit.log_path)
    if audit.policy_file:
        found.read(f"{PLACE}.policyFile", parse.file_path, audit.policy_file)
    _check_figures(audit, found)


def _check_figures(audit: Audit, found: Findings) -> None:
    for key, value, least, most in (
        ("maxAge", audit.max_age, 0, MOST_DAYS),
        ("maxBackup", audit.max_backup, 0, MOST_BACKUPS),
        ("maxSize", audit.max_size, 1, MOST_MEGABYTES),
    ):
        if not least <= value <= most:
            found.add(f"{PLACE}.{key}", f"want {least} to {most}, got {value}")
