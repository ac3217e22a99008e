"""Reconstructs the answers' security block from an installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes import admission, audit
from tui_installer.model.answers.security import Audit, PodSecurity, Security
from tui_installer.model.check import parse
from tui_installer.model.check.check_values import check_values
from tui_installer.model.check.findings import Findings, readable

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCAL_POLICY = "pki/audit-policy.yaml"
"""The user's own audit policy in a recovered session."""
_ALWAYS = "service-account-extend-token-expiration"


def security(flags: Mapping[str, str], policy: bytes, admits: bytes) -> Security:
    """flags: the API server's. policy, admits: its two files, b'' for one that is not ours.

    The next run hardens a cluster that is older than these settings, so it has the defaults.
    Flags that no setting explains become extra arguments.
    """
    if _ALWAYS not in flags:
        return Security()
    plugins = flags.get(admission.ENABLE, "").split(",")
    return Security(
        anonymous_auth=flags.get("anonymous-auth") != "false",
        audit=_audit(flags, policy) if "audit-policy-file" in flags else Audit(enabled=False),
        always_pull_images=admission.PULL in plugins,
        deny_service_external_ips=admission.EXTERNAL_IPS in plugins,
        event_rate_limit=admission.EVENTS in plugins,
        pod_security=PodSecurity.model_validate(admission.levels_of(admits)),
        service_account_extend_token_expiration=flags[_ALWAYS] == "true",
    )


def _audit(flags: Mapping[str, str], policy: bytes) -> Audit:
    """The audit block; a number or path that the settings do not allow was an extra argument."""
    found = Audit(policy_file="" if policy in (b"", audit.POLICY) else LOCAL_POLICY)
    if readable(parse.log_path, flags.get("audit-log-path", "")):
        found.log_path = flags["audit-log-path"]
    for name, flag in (("max_age", "maxage"), ("max_backup", "maxbackup"), ("max_size", "maxsize")):
        text = flags.get(f"audit-log-{flag}", "")
        tried = found.model_copy(update={name: int(text)}) if text.isdecimal() else found
        if _allowed(tried):
            found = tried
    return found


def _allowed(log: Audit) -> bool:
    judged = Findings()
    check_values(log, judged)
    return not judged.problems
