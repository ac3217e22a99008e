"""The system users of the programs, before anything of theirs arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.core.wants import Wants
from tui_installer.engine.hosts.host_step import HostStep
from tui_installer.kubernetes.accounts import accounts

if TYPE_CHECKING:
    from tui_installer.engine.core.context import Context
    from tui_installer.model.spec import HostSpec


def _accounts(ctx: Context, host: HostSpec) -> Wants:  # noqa: ARG001 - the same on every host
    return Wants(accounts=accounts(ctx.spec))


ACCOUNTS = HostStep("accounts", "System users of the programs", _accounts)
