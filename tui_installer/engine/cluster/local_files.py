"""The operator's own files that go to the hosts: those of an external etcd, an audit policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError
from tui_installer.kubernetes import audit
from tui_installer.model.secret import Secret

if TYPE_CHECKING:
    from tui_installer.model.spec import Spec

POLICY = "security.audit.policyFile"
MOST = 256 << 10
"""Bytes; a larger file is the wrong one, or has no end."""


def read(spec: Spec) -> dict[str, Secret]:
    """path → content. Raises UsageError for a file that cannot be read or used."""
    files, log = spec.etcd.files, spec.security.audit
    paths = () if files is None or files.on_hosts else (files.ca, files.cert, files.key)
    found = {path: Secret(_content(path, "etcd.external")) for path in paths}
    if log is not None and log.policy_file:
        found[log.policy_file] = Secret(policy(log.policy_file))
    return found


def policy(path: str) -> bytes:
    """The content of an audit policy. Raises UsageError if the API server would not accept it."""
    content = _content(path, POLICY)
    if why := audit.fault(content):
        raise UsageError(f"{path} is not an audit policy: {why}", hint=f"{POLICY} names it")
    return content


def _content(path: str, question: str) -> bytes:
    hint = f"{question} names it in the answers"
    try:
        with Path(path).open("rb") as file:
            content = file.read(MOST + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", hint=hint) from error
    if len(content) > MOST:
        raise UsageError(f"{path} is larger than {MOST >> 10} KB", hint=hint)
    return content
