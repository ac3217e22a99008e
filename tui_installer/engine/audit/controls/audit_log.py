"""3.2: the audit policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.audit.audit_policy import METADATA, NONE, Request, level
from tui_installer.engine.audit.control import (
    Control,
    api,
    failed,
    files_named,
    judged,
    said,
    shortened,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tui_installer.engine.audit.host import Program
    from tui_installer.model.audit import Verdict

AUTHENTICATION = "authentication.k8s.io"
WITHOUT_CONTENT = (
    *(Request(verb, "", "secrets") for verb in ("get", "list", "watch", "update")),
    *(Request(verb, "", "configmaps") for verb in ("get", "update")),
    Request("create", AUTHENTICATION, "tokenreviews"),
)
"""Logged at level Metadata at most: their content must not be in a log."""
LOGGED = (
    *(Request(verb, "", "secrets") for verb in ("get", "list", "watch", "update")),
    *(Request(verb, "", "pods") for verb in ("create", "update", "patch", "delete")),
    *(Request(verb, "apps", "deployments") for verb in ("create", "update", "patch", "delete")),
    *(Request("create", "", f"pods/{sub}") for sub in ("exec", "portforward", "proxy")),
    Request("create", "", "services/proxy"),
)


def _covers(program: Program) -> Verdict:
    if "audit-policy-file" not in program.flags:
        return failed(said(program, "audit-policy-file"))
    path = shortened(program.flags.get("audit-policy-file"), 200)
    policy = program.config(program.flags.get("audit-policy-file"))
    if policy is None:
        return failed(f"{path} cannot be read")
    try:
        wrong = list(_gaps(policy))
    except ValueError as error:
        return failed(f"{path}: {error}")
    return judged(not wrong, f"{path}: {shortened(', '.join(wrong)) or 'all of it is logged'}")


def _gaps(policy: dict[str, Any]) -> Iterator[str]:
    for request in LOGGED:
        if level(policy, request) == NONE:
            yield f"{request.verb} {request.resource} is not logged"
    for request in WITHOUT_CONTENT:
        if (found := level(policy, request)) not in {NONE, METADATA}:
            yield f"{request.verb} {request.resource} is logged with its content ({found})"


CONTROLS = (
    Control("3.2.1", "Audit policy: set", "--audit-policy-file",
            api(files_named("audit-policy-file"))),
    Control("3.2.2", "Audit policy: logs Secrets, pod changes and exec, no content",
            "log Secrets, ConfigMaps and TokenReviews at level Metadata; changes of pods and "
            "deployments, exec, port-forward and proxy at Metadata or more", api(_covers)),
)  # fmt: skip
