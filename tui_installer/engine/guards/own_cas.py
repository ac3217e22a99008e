"""What the user must know of the CAs that they brought. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.cluster import own_ca
from tui_installer.kubernetes.certificates import profiles
from tui_installer.pki.describe import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.core.context import Context

_DAY = 86400


def notices(ctx: Context) -> Iterator[str]:
    """Who can log in by the user's CA, what its end shortens, and which requests are due."""
    authority, now = ctx.authority, int(ctx.now)
    yield from own_ca.notices(ctx.spec, authority.own, now)
    due = [
        f"{profile.name} in {(end - now) // _DAY} d"
        for profile in profiles(ctx.spec)
        if own_ca.kept_elsewhere(authority.own, profile.signer)
        and (cert := authority.cert(profile.name)) is not None
        and profile.name not in authority.own
        and (end := describe(cert).not_after) - now <= authority.renew_before()
    ]
    if due:
        yield f"certificates that your CA signed expire: {', '.join(due)}; {own_ca.REQUESTS}"
