"""The security settings of the spec, made from the answers' `security` block."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PodLevel(StrEnum):
    """The Pod Security Standards, from relaxed to strict."""

    PRIVILEGED = "privileged"
    BASELINE = "baseline"
    RESTRICTED = "restricted"


class Services(StrEnum):
    """unprivileged: each program as its own user in a sandbox. root: as root, no sandbox."""

    UNPRIVILEGED = "unprivileged"
    ROOT = "root"


@dataclass(frozen=True, slots=True)
class AuditSpec:
    """max_age in days, max_size in megabytes; 0 age or backups: no limit.

    log_path: on the hosts. policy_file: the user's own, on this machine, or ''.
    """

    log_path: str = "/var/log/kubernetes/audit.log"
    max_age: int = 30
    max_backup: int = 10
    max_size: int = 100
    policy_file: str = ""


@dataclass(frozen=True, slots=True)
class PodSecuritySpec:
    """Levels for namespaces without a label."""

    enforce: PodLevel = PodLevel.BASELINE
    warn: PodLevel = PodLevel.RESTRICTED


@dataclass(frozen=True, slots=True)
class SecuritySpec:
    """audit: None if nothing is logged."""

    anonymous_auth: bool = False
    always_pull_images: bool = True
    deny_service_external_ips: bool = True
    event_rate_limit: bool = True
    pod_security: PodSecuritySpec = PodSecuritySpec()
    service_account_extend_token_expiration: bool = False
    services: Services = Services.UNPRIVILEGED
    audit: AuditSpec | None = AuditSpec()
