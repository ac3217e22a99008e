"""The questions of how far the cluster is closed; each field's hint tells its trade-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.front.tui.widgets.field import ChoiceField, SwitchField, TextField
from tui_installer.front.tui.widgets.field_group import FieldGroup
from tui_installer.front.tui.widgets.host_fields import NumberField

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.front.tui.draft import Draft

SERVICES = (("users of their own", "unprivileged"), ("root", "root"))
LEVELS = tuple((level, level) for level in ("privileged", "baseline", "restricted"))


def security_groups(draft: Draft) -> Iterator[FieldGroup]:
    """The toggles, and the audit log's settings while there is one."""
    yield FieldGroup(
        draft,
        "Security",
        SwitchField(draft, "security.anonymousAuth", "Anonymous requests"),
        SwitchField(draft, "security.alwaysPullImages", "Always pull images"),
        SwitchField(draft, "security.denyServiceExternalIPs", "Deny external IPs"),
        SwitchField(draft, "security.eventRateLimit", "Limit events"),
        ChoiceField(draft, "security.podSecurity.enforce", "Refuse pods beyond", LEVELS),
        ChoiceField(draft, "security.podSecurity.warn", "Warn of pods beyond", LEVELS),
        SwitchField(draft, "security.serviceAccountExtendTokenExpiration", "Year-long pod tokens"),
        ChoiceField(draft, "security.services", "Programs run as", SERVICES),
        SwitchField(draft, "security.audit.enabled", "Audit log"),
    )
    yield FieldGroup(
        draft,
        "",
        TextField(draft, "security.audit.logPath", "Its file"),
        NumberField(draft, "security.audit.maxAge", "Days kept", placeholder="30"),
        NumberField(draft, "security.audit.maxBackup", "Old files kept", placeholder="10"),
        NumberField(draft, "security.audit.maxSize", "Megabytes a file", placeholder="100"),
        TextField(draft, "security.audit.policyFile", "Your own policy", placeholder="optional"),
        when=lambda d: d.value("security.audit.enabled") is not False,
    )
