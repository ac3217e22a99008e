"""The flags that etcd reads only at its first start: cluster token, members, state. Pure.

A member with data keeps the flags of its options file: etcd ignores them then, so a difference must
not restart it. A member without data gets the token that the others were started with; otherwise it
would compute another cluster ID.
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
    """etcd's options file on a host; without content until the run has made etcd's CA."""
    path = ETCD.options_path(ctx.spec.layout)
    own = {TOKEN: _token(ctx)} | _kept(ctx, host)
    if not own[TOKEN]:
        return FileWant(path, mode=0o600)
    flags = dict(options(ETCD, ctx.spec, host)) | own  # a flag in both keeps its position
    return private(path, options_file(ETCD.variable, tuple(flags.items())))


def _kept(ctx: Context, host: HostSpec) -> dict[str, str]:
    """The first-start flags of a host with data of this cluster; {} otherwise."""
    facts = ctx.facts.get(host.name)
    if facts is None or not present.our_data(ctx, facts):
        return {}
    found = present.flags(facts, ETCD)
    # Anyone who is root on the host may have written the file.
    return {n: found[n] for n in AT_FIRST_START if found.get(n) and not unfit(found[n])}


def _token(ctx: Context) -> str:
    """The token of existing members, else one from this session's etcd CA; '' without a CA.

    From the CA, so that two clusters with the same name and addresses differ.
    """
    for host in ctx.spec.masters:
        if token := _kept(ctx, host).get(TOKEN):
            return token
    ca = ctx.authority.cert("etcd-ca")
    return f"{ctx.spec.name}-{hashlib.sha256(ca).hexdigest()[:_UNIQUE]}" if ca else ""
