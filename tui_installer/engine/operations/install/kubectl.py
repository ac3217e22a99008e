"""kubectl on the masters, as in the tutorial; sent while the API server starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.core.wants import Wants
from tui_installer.engine.hosts.host_step import HostStep
from tui_installer.engine.operations.install.files import program

if TYPE_CHECKING:
    from tui_installer.engine.core.context import Context
    from tui_installer.model.spec import HostSpec


def _files(ctx: Context, host: HostSpec) -> Wants:
    path = ctx.spec.layout.bin("kubectl")
    return Wants(files=(program(ctx, host, "kubectl", path, ctx.spec.version, ctx.spec.source),))


KUBECTL = HostStep("kubectl", "kubectl", _files)
