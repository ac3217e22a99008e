"""The operator's own files that go to the hosts: those of an external etcd, an audit policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError
from tui_installer.kubernetes import audit
from tui_installer.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.spec import Spec


def read(spec: Spec) -> dict[str, Secret]:
    """path → content. Raises UsageError for one that cannot be read or used."""
    found = {path: _content(path, question) for path, question in _named(spec)}
    policy = spec.security.audit.policy_file if spec.security.audit else ""
    if policy and (why := audit.fault(found[policy].reveal())):
        raise UsageError(
            f"{policy} is no audit policy: {why}", hint="security.audit.policyFile names it"
        )
    return found


def _named(spec: Spec) -> Iterator[tuple[str, str]]:
    files = spec.etcd.files
    if files is not None and not files.on_hosts:
        yield from ((path, "etcd.external") for path in (files.ca, files.cert, files.key))
    if spec.security.audit is not None and spec.security.audit.policy_file:
        yield spec.security.audit.policy_file, "security.audit.policyFile"


def _content(path: str, question: str) -> Secret:
    try:
        return Secret(Path(path).read_bytes())
    except OSError as error:
        raise UsageError(
            f"cannot read {path}: {error.strerror}", hint=f"{question} names it in the answers"
        ) from error
