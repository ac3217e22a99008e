"""The answers about security. Every default is the secure setting.

Each description says what the secure setting costs.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tui_installer.model.answers.base import Block
from tui_installer.model.answers.declared import Asked, LocalFile, Parsed, Range, When, doc
from tui_installer.model.check import parse
from tui_installer.model.security import AuditSpec, PodSecuritySpec, SecuritySpec, Services
from tui_installer.model.security import PodLevel as SpecPodLevel

PodLevel = Annotated[Literal["privileged", "baseline", "restricted"], Parsed(SpecPodLevel)]

_SECTION = "Security"
_LOGGED = When("enabled", (True,))


class Audit(Block):
    """The API server's audit log: who did what and when, and whether it was allowed."""

    SPEC = AuditSpec
    enabled: Annotated[
        bool,
        doc(
            "Whether the API server logs requests. The log takes up to (maxBackup + 1) times "
            "maxSize MB of disk; without it you cannot find out later who did what."
        ),
        Asked("Audit log", _SECTION),
    ] = True
    log_path: Annotated[
        str,
        doc(
            "The log file on the hosts, in its own folder below /var/log; only the API server's "
            "user may read it.",
            pattern="^/var/log/[A-Za-z0-9._-]+/[A-Za-z0-9._/-]+$",
        ),
        Parsed(parse.log_path),
        _LOGGED,
        Asked("Audit log file", _SECTION),
    ] = "/var/log/kubernetes/audit.log"
    max_age: Annotated[
        int,
        doc("Days until a rotated log is deleted; 0: never."),
        Range(0, 3650),
        _LOGGED,
        Asked("Audit log days", _SECTION),
    ] = 30
    max_backup: Annotated[
        int,
        doc("How many rotated logs are kept; 0: all."),
        Range(0, 1000),
        _LOGGED,
        Asked("Audit log backups", _SECTION),
    ] = 10
    max_size: Annotated[
        int,
        doc("Size in megabytes at which the log is rotated."),
        Range(1, 10000),
        _LOGGED,
        Asked("Audit log size (MB)", _SECTION),
    ] = 100
    policy_file: Annotated[
        str,
        doc(
            "Your own audit policy, a file on this machine. Empty: a policy that logs who did "
            "what, never the content of a Secret, ConfigMap or token.",
            example="audit-policy.yaml",
        ),
        Parsed(parse.file_path),
        LocalFile(),
        _LOGGED,
        Asked("Audit policy file", _SECTION, "optional"),
    ] = ""


class PodSecurity(Block):
    """Pod Security Standards of namespaces without a label, except kube-system."""

    SPEC = PodSecuritySpec
    enforce: Annotated[
        PodLevel,
        doc(
            "Pods that violate this level are refused. baseline forbids host networks, host paths "
            "and privileged containers: plugins that need them outside kube-system need the label "
            "pod-security.kubernetes.io/enforce: privileged on their namespace."
        ),
        Asked("Pod Security enforce", _SECTION),
    ] = "baseline"
    warn: Annotated[
        PodLevel,
        doc("Pods that violate this level cause a warning; they are not refused."),
        Asked("Pod Security warn", _SECTION),
    ] = "restricted"


class Security(Block):
    """Security settings. Every default is the secure setting."""

    SPEC = SecuritySpec
    anonymous_auth: Annotated[
        bool,
        doc(
            "Whether the API server accepts requests without credentials. false: load balancers "
            "that probe /readyz or /livez need a client certificate, or must probe only the port; "
            "kubeadm join cannot read cluster-info."
        ),
        Asked("Anonymous requests", _SECTION),
    ] = False
    always_pull_images: Annotated[
        bool,
        doc(
            "Whether every pod start asks the registry, so that nobody runs an image without the "
            "right to pull it. true: no pod starts while its registry is down; air-gapped sites "
            "that load images into their nodes by hand need false."
        ),
        Asked("AlwaysPullImages", _SECTION),
    ] = True
    deny_service_external_ips: Annotated[
        bool,
        Field(alias="denyServiceExternalIPs"),
        doc(
            "Whether externalIPs of Services are forbidden: with them, anyone who may create a "
            "Service can intercept traffic (CVE-2020-8554). true: such Services need a load "
            "balancer instead."
        ),
        Asked("Deny externalIPs", _SECTION),
    ] = True
    event_rate_limit: Annotated[
        bool,
        doc(
            "Whether the API server limits events, so that a flood of them does not fill etcd. "
            "true: some events of such a flood are lost."
        ),
        Asked("Event rate limit", _SECTION),
    ] = True
    pod_security: Annotated[
        PodSecurity, doc("Pod Security level of namespaces without a label.")
    ] = Field(default_factory=PodSecurity)
    service_account_extend_token_expiration: Annotated[
        bool,
        doc(
            "Whether the tokens of pods are valid for a year instead of an hour. false: old "
            "programs that read their token only at their start lose access after an hour."
        ),
        Asked("One-year pod tokens", _SECTION),
    ] = False
    services: Annotated[
        Literal["unprivileged", "root"],
        doc(
            "unprivileged: each program runs as its own system user (etcd, kube-apiserver, "
            "kube-controller-manager, kube-scheduler) in a sandbox, and reads only its own keys. "
            "That user must be able to read the files that extraArgs name, and can write only "
            "etcd's data and the audit log's folder. root: no separation; a vulnerability in one "
            "program exposes the whole host."
        ),
        Parsed(Services),
        Asked("Service user", _SECTION, words={"unprivileged": "one user per program"}),
    ] = "unprivileged"
    audit: Annotated[Audit, doc("The API server's audit log.")] = Field(default_factory=Audit)
