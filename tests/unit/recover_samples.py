"""What an installation leaves on its hosts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tui_installer.engine.cluster.authority import Authority
from tui_installer.engine.core.context import Context
from tui_installer.engine.hosts.leftovers import Left
from tui_installer.engine.operations.install.work import WORK
from tui_installer.kubernetes.components import COMPONENTS
from tui_installer.model.answers.document import (
    Answers,
    Host,
)
from tui_installer.model.check.resolve import resolve
from tui_installer.model.secret import Secret
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.model.spec import Spec

NOW = time.time()


def three(**blocks: object) -> Answers:
    names = ("alpha", "beta", "master03")
    hosts = [Host(address=f"192.0.2.1{n}", name=name) for n, name in enumerate(names, 1)]
    return Answers(hosts=hosts, **blocks)


def installed(answers: Answers, folder: Path) -> tuple[Spec, Authority, list[Left]]:
    """(spec, its keys, what an install of it leaves on each host)."""
    spec = resolve(answers, folder=folder)
    authority = Authority.load(spec, SessionFolder(folder / "old"), NOW)
    authority.make(NOW)
    return spec, authority, [left(Context(spec, authority, NOW), n) for n in range(len(spec.hosts))]


def left(ctx: Context, number: int) -> Left:
    host, layout = ctx.spec.hosts[number], ctx.spec.layout
    wants = WORK.wants_of(ctx, host).files
    components = [c for c in COMPONENTS if layout.unit(c.name) in {want.path for want in wants}]
    return Left(
        host.name,
        manifest=layout.cfg("tui-installer.manifest"),
        files={want.path: Secret(want.data) for want in wants if want.data is not None},
        programs={want.path: want.version for want in wants if want.probe},
        units={c.name: (layout.unit(c.name), c.options_path(layout)) for c in components},
    )
