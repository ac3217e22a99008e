"""How far the cluster is closed, as a person says it. Every default is the secure side.

Each question tells what the secure side costs, since that is all that speaks for the other one.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tui_installer.model.answers.base import Block
from tui_installer.model.answers.declared import Asked, LocalFile, Parsed, Range, When, say
from tui_installer.model.check import parse
from tui_installer.model.security import AuditSpec, PodSecuritySpec, SecuritySpec, Services
from tui_installer.model.security import PodLevel as SpecPodLevel

PodLevel = Annotated[Literal["privileged", "baseline", "restricted"], Parsed(SpecPodLevel)]

_SECTION = "Security"
_LOGGED = When("enabled", (True,))


class Audit(Block):
    """The API server's audit log: who did what, when, and whether it was allowed."""

    SPEC = AuditSpec
    enabled: Annotated[
        bool,
        say(
            "Whether requests are logged. The log costs up to (maxBackup + 1) times maxSize MB of "
            "disk; without it nobody can say afterwards who did what."
        ),
        Asked("Audit log", _SECTION),
    ] = True
    log_path: Annotated[
        str,
        say(
            "The log on the hosts, in a folder of its own below /var/log; only the API server's "
            "user may read it.",
            pattern="^/var/log/[A-Za-z0-9._-]+/[A-Za-z0-9._/-]+$",
        ),
        Parsed(parse.log_path),
        _LOGGED,
        Asked("Audit log file", _SECTION),
    ] = "/var/log/kubernetes/audit.log"
    max_age: Annotated[
        int,
        say("Days that rotated logs are kept; 0: for ever."),
        Range(0, 3650),
        _LOGGED,
        Asked("Days kept", _SECTION),
    ] = 30
    max_backup: Annotated[
        int,
        say("How many rotated logs are kept; 0: all."),
        Range(0, 1000),
        _LOGGED,
        Asked("Old files kept", _SECTION),
    ] = 10
    max_size: Annotated[
        int,
        say("Megabytes at which the log is rotated."),
        Range(1, 10000),
        _LOGGED,
        Asked("Megabytes a file", _SECTION),
    ] = 100
    policy_file: Annotated[
        str,
        say(
            "Your own audit policy, a file on this machine. Empty: one that logs who did what, "
            "never what is in a Secret, ConfigMap or token.",
            example="audit-policy.yaml",
        ),
        Parsed(parse.file_path),
        LocalFile(),
        _LOGGED,
        Asked("Your own policy", _SECTION, "optional"),
    ] = ""


class PodSecurity(Block):
    """Pod Security Standards for namespaces that say nothing of their own; not kube-system."""

    SPEC = PodSecuritySpec
    enforce: Annotated[
        PodLevel,
        say(
            "Pods beyond this level are refused. baseline stops host networks, host paths and "
            "privileged containers: plugins that need them outside kube-system want the label "
            "pod-security.kubernetes.io/enforce: privileged on their namespace."
        ),
        Asked("Refuse pods beyond", _SECTION),
    ] = "baseline"
    warn: Annotated[
        PodLevel,
        say("Whoever makes a pod beyond this level is warned; nothing is refused."),
        Asked("Warn of pods beyond", _SECTION),
    ] = "restricted"


class Security(Block):
    """How far the cluster is closed. Every default is the secure side."""

    SPEC = SecuritySpec
    anonymous_auth: Annotated[
        bool,
        say(
            "Whether requests without credentials are answered at all. false: load balancers that "
            "probe /readyz or /livez need a client certificate, or probe the port alone; kubeadm "
            "join cannot read cluster-info."
        ),
        Asked("Anonymous requests", _SECTION),
    ] = False
    always_pull_images: Annotated[
        bool,
        say(
            "Whether every start of a pod asks the registry, so that nobody runs an image without "
            "the right to pull it. true: no pod starts while its registry is away; a site that "
            "loads images into its nodes by hand, as air-gapped ones do, wants false."
        ),
        Asked("Always pull images", _SECTION),
    ] = True
    deny_service_external_ips: Annotated[
        bool,
        Field(alias="denyServiceExternalIPs"),
        say(
            "Whether Services may not claim externalIPs, by which anyone who may make a Service "
            "can draw other traffic to it (CVE-2020-8554). true: such Services need a load "
            "balancer instead."
        ),
        Asked("Deny external IPs", _SECTION),
    ] = True
    event_rate_limit: Annotated[
        bool,
        say(
            "Whether a flood of events is cut off before it fills etcd. true: in such a flood "
            "some events are lost."
        ),
        Asked("Limit events", _SECTION),
    ] = True
    pod_security: Annotated[
        PodSecurity, say("What pods may ask for, where their namespace has no label about it.")
    ] = Field(default_factory=PodSecurity)
    service_account_extend_token_expiration: Annotated[
        bool,
        say(
            "Whether pods' tokens live a year instead of an hour. false: old programs that read "
            "their token only once, at their start, lose access after an hour."
        ),
        Asked("Year-long pod tokens", _SECTION),
    ] = False
    services: Annotated[
        Literal["unprivileged", "root"],
        say(
            "unprivileged: each program runs as a system user of its own, etcd, kube-apiserver, "
            "kube-controller-manager, kube-scheduler, in a sandbox, and reads only its own keys. "
            "Files that extraArgs name must then be readable for that user, and only etcd's data "
            "and the audit log's folder can be written. root: none of that; a hole in one program "
            "is then the whole host."
        ),
        Parsed(Services),
        Asked("Programs run as", _SECTION, words={"unprivileged": "users of their own"}),
    ] = "unprivileged"
    audit: Annotated[Audit, say("The API server's audit log.")] = Field(default_factory=Audit)
