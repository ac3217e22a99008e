"""The API server's audit log: its policy, its flags and its folder.

Source of the policy's format: k8s.io/apiserver/pkg/apis/audit/v1/types.go.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.security import AuditSpec

FILE = "audit-policy.yaml"
"""Its name below the cfg folder."""
_LOGS = "/var/log/"

POLICY = b"""\
apiVersion: audit.k8s.io/v1
kind: Policy
# Not when a request comes in, but when it is answered; a watch also when it ends.
omitStages:
- RequestReceived
omitManagedFields: true
# The first rule that fits decides.
rules:
# What may hold secrets: who asked for which one, never what is in it.
- level: Metadata
  resources:
  - group: ""
    resources: [secrets, configmaps, serviceaccounts/token]
  - group: authentication.k8s.io
    resources: [tokenreviews]
# Who may do what, and what judges or signs requests: what was asked for and what came of it.
- level: RequestResponse
  verbs: [create, update, patch, delete, deletecollection]
  resources:
  - group: rbac.authorization.k8s.io
  - group: admissionregistration.k8s.io
  - group: certificates.k8s.io
  - group: apiregistration.k8s.io
  - group: networking.k8s.io
    resources: [networkpolicies]
  - group: ""
    resources: [namespaces, serviceaccounts]
# Health checks and discovery: many, and they tell nothing.
- level: None
  verbs: [get]
  nonResourceURLs:
  - /healthz*
  - /livez*
  - /readyz*
  - /version
  - /api
  - /api/*
  - /apis
  - /apis/*
  - /openapi/*
# Events are a log themselves.
- level: None
  resources:
  - group: ""
    resources: [events]
  - group: events.k8s.io
    resources: [events]
# Watches repeat what the writes told.
- level: None
  verbs: [watch]
# Heartbeats: leases and nodes' states, every few seconds.
- level: None
  verbs: [get, update, patch]
  users:
  - system:apiserver
  - system:kube-controller-manager
  - system:kube-scheduler
  resources:
  - group: coordination.k8s.io
    resources: [leases]
- level: None
  verbs: [get, update, patch]
  userGroups: [system:nodes]
  resources:
  - group: coordination.k8s.io
    resources: [leases]
  - group: ""
    resources: [nodes/status, pods/status]
# What the control plane reads for itself.
- level: None
  verbs: [get, list]
  users:
  - system:apiserver
  - system:kube-controller-manager
  - system:kube-scheduler
- level: None
  verbs: [get, list]
  userGroups: [system:serviceaccounts:kube-system]
# Everything else: who did what to what, when, and whether it was allowed.
- level: Metadata
"""


def flags(audit: AuditSpec, policy: str) -> Iterator[tuple[str, str]]:
    """policy: path of the policy on the host."""
    yield "audit-policy-file", policy
    yield "audit-log-path", audit.log_path
    yield "audit-log-maxage", str(audit.max_age)
    yield "audit-log-maxbackup", str(audit.max_backup)
    yield "audit-log-maxsize", str(audit.max_size)


def log_folder(path: str) -> str:
    """The folder of a log below /var/log, in the form of systemd's LogsDirectory=."""
    return path.removeprefix(_LOGS).rpartition("/")[0]


def fault(policy: bytes) -> str:
    """Why the API server would not start with this policy, judged by its format; else ''."""
    try:
        found = yaml.load(policy, Loader=yaml.BaseLoader)  # noqa: S506 - makes text, lists and dicts
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        return "it is not YAML"
    # k8s.io/apimachinery/pkg/util/yaml, hasPrefix: a file that starts with { must be JSON.
    if policy.lstrip().startswith(b"{") and not _is_json(policy):
        return "it starts with {, so the API server reads it as JSON, but it is not JSON"
    if not isinstance(found, dict) or found.get("kind") != "Policy":
        return "it has no `kind: Policy`"
    if found.get("apiVersion") != "audit.k8s.io/v1":
        return "it has no `apiVersion: audit.k8s.io/v1`"
    if not isinstance(found.get("rules"), list) or not found["rules"]:
        return "it has no rules"
    return ""


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
