"""kubectl on the masters, as in the tutorial; sent while the controllers elect their leaders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.step import HostStep
from tui_installer.engine.steps.files import program
from tui_installer.engine.wants import Wants

if TYPE_CHECKING:
    from tui_installer.engine.context import Context
    from tui_installer.model.spec import HostSpec


def _files(ctx: Context, host: HostSpec) -> Wants:
    path = ctx.spec.layout.bin("kubectl")
    return Wants(files=(program(ctx, host, "kubectl", path, ctx.spec.version),))


KUBECTL = HostStep("kubectl", "kubectl", _files)
