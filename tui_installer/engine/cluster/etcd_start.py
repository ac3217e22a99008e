"""The flags that etcd reads only while it has no data: which cluster it forms, and with whom. Pure.

A member that has data keeps those in its options file: they change nothing there, so they must not
be a reason to restart it. A member without data gets the token that the others were started with,
or it would compute another cluster ID than theirs.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from tui_installer.engine.core.wants import FileWant, private
from tui_installer.engine.guards import present
from tui_installer.kubernetes import options
from tui_installer.kubernetes.components import ETCD
from tui_installer.kubernetes.components.etcd import AT_FIRST_START, TOKEN
from tui_installer.kubernetes.quoting import options_file, unfit

if TYPE_CHECKING:
    from tui_installer.engine.core.context import Context
    from tui_installer.model.spec import HostSpec

_UNIQUE = 16
"""Hexadecimal digits that make a token unique."""


def options_want(ctx: Context, host: HostSpec) -> FileWant:
    """etcd's options file on a host; without content before the run has made etcd's CA."""
    path = ETCD.options_path(ctx.spec.layout)
    own = {TOKEN: _token(ctx)} | _kept(ctx, host)
    if not own[TOKEN]:
        return FileWant(path, mode=0o600)
    flags = dict(options(ETCD, ctx.spec, host)) | own  # a name in both keeps its place
    return private(path, options_file(ETCD.variable, tuple(flags.items())))


def _kept(ctx: Context, host: HostSpec) -> dict[str, str]:
    """Of a host that has data of this cluster; {} elsewhere, and before the facts are in."""
    facts = ctx.facts.get(host.name)
    if facts is None or not present.our_data(ctx, facts):
        return {}
    found = present.flags(facts, ETCD)
    # What the host has may be written by anybody who is root there.
    return {n: found[n] for n in AT_FIRST_START if found.get(n) and not unfit(found[n])}


def _token(ctx: Context) -> str:
    """That of the members that exist, else one by this session's etcd CA; '' before there is one.

    By the CA, so that two clusters of one name on the same addresses differ.
    """
    for host in ctx.spec.masters:
        if token := _kept(ctx, host).get(TOKEN):
            return token
    ca = ctx.authority.cert("etcd-ca")
    return f"{ctx.spec.name}-{hashlib.sha256(ca).hexdigest()[:_UNIQUE]}" if ca else ""
