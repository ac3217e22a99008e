"""kube-apiserver: files while etcd forms its quorum, start once it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.cluster import at_rest, clients, extra_flags
from tui_installer.engine.core.wants import FileWant, UnitWant, Wants, secret, text
from tui_installer.engine.hosts import units
from tui_installer.engine.hosts.host_step import HostStep
from tui_installer.engine.operations.install import etcd
from tui_installer.engine.operations.install.files import (
    cert_files,
    filled,
    options_file,
    programs,
    unit_file,
)
from tui_installer.kubernetes import admission, audit, options, tokencsv
from tui_installer.kubernetes.accounts import owner
from tui_installer.kubernetes.components import APISERVER as PROGRAM
from tui_installer.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run
    from tui_installer.model.spec import HostSpec

NAME = "apiserver"


def _files(ctx: Context, host: HostSpec) -> Wants:
    return Wants(
        files=(
            *programs(ctx, host, PROGRAM),
            *cert_files(ctx, host, PROGRAM),
            *_secrets(ctx, host),
            *_policies(ctx, host),
            options_file(ctx, host, PROGRAM),
            unit_file(ctx, host, PROGRAM),
        )
    )


def _secrets(ctx: Context, host: HostSpec) -> Iterator[FileWant]:
    authority, layout = ctx.authority, ctx.spec.layout
    own = owner(PROGRAM, ctx.spec)
    yield secret(
        at_rest.path(ctx),
        at_rest.kept(ctx, host),
        "the key of Secrets at rest",
        keep="the key of Secrets at rest",
        owner=own,
    )
    if ctx.spec.token.has_csv:
        token = authority.csv_token
        line = None if token is None else Secret(tokencsv.line(token))
        yield secret(
            layout.cfg("token.csv"),
            line,
            "the bootstrap user's token",
            keep="the token of token.csv",
            owner=own,
        )


def _policies(ctx: Context, host: HostSpec) -> Iterator[FileWant]:
    """Those that the flags name: the operator's flags may name others, which are not ours."""
    named = {value for _, value in options(PROGRAM, ctx.spec, host)}
    log, layout = ctx.spec.security.audit, ctx.spec.layout
    if layout.cfg(admission.FILE) in named:
        path = layout.cfg(admission.FILE)
        yield text(path, admission.configuration(ctx.spec), "what admission plugins ask for")
    if log is not None and layout.cfg(audit.FILE) in named:
        own = ctx.authority.local.get(log.policy_file)
        about = f"the audit policy of {log.policy_file}" if own else "the audit policy"
        yield text(layout.cfg(audit.FILE), own.reveal() if own else audit.POLICY, about)


def _unit(ctx: Context, host: HostSpec) -> Wants:
    folders = filled(ctx, host, PROGRAM)
    files = (want.path for want in _files(ctx, host).files)
    paths = (*files, *(want.path for want in folders))
    return Wants(units=(UnitWant(PROGRAM.unit, paths),), folders=folders)


async def _before(run: Run, host: str) -> None:
    await extra_flags.accepted(run, host, NAME, PROGRAM)
    await etcd.running(run, host)


async def ready(run: Run, host: str) -> None:
    """Waits until the API server answers /readyz; RBAC is then bootstrapped too."""
    await units.wait(run, host, NAME, PROGRAM.unit)
    await clients.wait_ready(run, host, NAME)


APISERVER_FILES = HostStep("apiserver-files", "kube-apiserver: program, certificates, unit", _files)
APISERVER = HostStep(NAME, "kube-apiserver: start", _unit, before=_before, ready=ready)
