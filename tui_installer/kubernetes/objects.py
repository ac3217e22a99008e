"""API objects that let nodes join and administrators work."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tui_installer.kubernetes import tokencsv
from tui_installer.kubernetes.subset import differences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.model.secret import Secret
    from tui_installer.model.spec import Spec, TokenSpec

Manifest = dict[str, Any]
FIELD_MANAGER = "tui-installer"
"""The field manager of objects that this program applies."""
LABELS = {"app.kubernetes.io/managed-by": "tui-installer"}
BOOTSTRAP_GROUP = "system:bootstrappers:tui-installer"
"""The group of a bootstrap token's holder; must match
``\\Asystem:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]\\z``
(k8s.io/cluster-bootstrap/token/api/types.go)."""
ADMIN_GROUP = "kubeadm:cluster-admins"
"""The group in the administrator's certificate, as kubeadm has it since v1.29."""

JOINING = "tui-installer:kubelet-bootstrap"
"""The binding by which holders of bootstrap tokens join."""

_RBAC = "rbac.authorization.k8s.io"
_APPROVE = "system:certificates.k8s.io:certificatesigningrequests"


def bindings(spec: Spec) -> tuple[Manifest, ...]:
    """The ClusterRoleBindings of the spec."""
    return bindings_of(spec.token)


def bindings_of(token: TokenSpec) -> tuple[Manifest, ...]:
    """The ClusterRoleBindings of a token's mode; with csv, also of the tutorial's user."""
    nodes = ((BOOTSTRAP_GROUP, "kubelet-bootstrap"),) if token.has_secret else ()
    csv = ((tokencsv.GROUP, "kubelet-bootstrap-csv"),) if token.has_csv else ()
    return (
        *(
            _binding(f"tui-installer:{name}{suffix}", role, "Group", group)
            for group, name in (*nodes, *csv)
            for suffix, role in (
                ("", "system:node-bootstrapper"),
                ("-approve", f"{_APPROVE}:nodeclient"),
            )
        ),
        _binding("tui-installer:node-renewal", f"{_APPROVE}:selfnodeclient",
                 "Group", "system:nodes"),
        _binding("tui-installer:apiserver-to-kubelet", "system:kubelet-api-admin",
                 "User", "kube-apiserver-kubelet-client"),
        _binding("kubeadm:cluster-admins", "cluster-admin", "Group", ADMIN_GROUP),
        *_csv_user(token),
    )  # fmt: skip


def _csv_user(token: TokenSpec) -> tuple[Manifest, ...]:
    # The tutorial's own binding, under the name that tutorials give it.
    if not token.has_csv:
        return ()
    return (_binding("kubelet-bootstrap", "system:node-bootstrapper", "User", tokencsv.USER),)


def _binding(name: str, role: str, kind: str, subject: str) -> Manifest:
    return {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name, "labels": dict(LABELS)},
        "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": _RBAC, "kind": kind, "name": subject}],
    }


TOKEN_TO_COME: Manifest = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "bootstrap-token-…", "namespace": "kube-system"},
}
"""A bootstrap token's Secret as far as it is known before the token exists."""


def token_secret(token_id: str, secret: Secret, expires: int) -> Manifest:
    """The Secret of a bootstrap token; the result is a secret itself.

    expires: UNIX seconds, 0 for never. Source: k8s.io/cluster-bootstrap/token/api/types.go.
    """
    data = {
        "token-id": token_id,
        "token-secret": secret.reveal().decode("ascii"),
        "description": "Made by tui-installer, for nodes to join with.",
        "usage-bootstrap-authentication": "true",
        "usage-bootstrap-signing": "true",
        "auth-extra-groups": BOOTSTRAP_GROUP,
    }
    if expires:
        data["expiration"] = datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "bootstrap.kubernetes.io/token",
        "metadata": {
            "name": f"bootstrap-token-{token_id}",
            "namespace": "kube-system",
            "labels": dict(LABELS),
        },
        "stringData": data,
    }


def subset_differences(want: Mapping[str, object], live: Mapping[str, object]) -> list[str]:
    """Fields of a wanted object that the live one lacks, one line each; more live fields are fine.

    A Secret's stringData is compared with the live base64 data, and its values are masked.
    """
    if want.get("kind") == "Secret":
        return differences(_stored(want), live, masked=True)
    return differences(want, live)


def applied_by_us(live: Mapping[str, object]) -> bool:
    """Whether this program applied a live object, according to its managedFields."""
    meta = live.get("metadata")
    fields = meta.get("managedFields") if isinstance(meta, dict) else None
    managers = fields if isinstance(fields, list) else []
    return any(isinstance(one, dict) and one.get("manager") == FIELD_MANAGER for one in managers)


def shown(live: Mapping[str, object]) -> bytes:
    """A live object as JSON text, without managedFields; empty for a Secret."""
    if live.get("kind") == "Secret":
        return b""
    meta = live.get("metadata")
    plain = dict(live)
    if isinstance(meta, dict):
        plain["metadata"] = {key: value for key, value in meta.items() if key != "managedFields"}
    return json.dumps(plain, indent=2, ensure_ascii=False).encode() + b"\n"


def _stored(secret: Mapping[str, object]) -> dict[str, object]:
    stored = {key: value for key, value in secret.items() if key != "stringData"}
    plain = secret.get("stringData")
    if isinstance(plain, dict):
        encoded = {k: base64.b64encode(str(v).encode()).decode() for k, v in plain.items()}
        data = stored.get("data")
        stored["data"] = {**(data if isinstance(data, dict) else {}), **encoded}
    return stored
