"""A ServiceAccount's token, issued and reviewed: controllers at work, sa.key and sa.pub a pair."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from tui_installer.engine.checks.result import Check
from tui_installer.engine.cluster import api, clients
from tui_installer.engine.cluster.shape import block, text
from tui_installer.errors import ConnectionLost, InstallerError

if TYPE_CHECKING:
    from tui_installer.engine.core.run import Run

NAME = "ServiceAccount token"
ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/default"
REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews"
SECONDS = 60
"""How long the controller manager may take to make the account, once it leads."""


async def service_account(run: Run) -> list[Check]:
    """Asks for a token of 10 minutes, the shortest there is; nothing of it is stored."""
    client = await clients.api_of(run, run.ctx.spec.first_master.name)
    end = time.monotonic() + SECONDS
    while await client.json(ACCOUNT) is None:
        if time.monotonic() > end:
            evidence = (
                f"no ServiceAccount default/default after {SECONDS} s: no controllers at work"
            )
            return [Check(NAME, ok=False, evidence=evidence)]
        await asyncio.sleep(0.1)
    try:
        user = await _reviewed(client)
    except ConnectionLost:
        raise  # that says nothing of the account
    except InstallerError as error:
        return [Check(NAME, ok=False, evidence=f"{error.message} {' '.join(error.details)}"[:200])]
    good = user == "system:serviceaccount:default:default"
    return [Check(NAME, good, f"issued and reviewed: {user or 'not authenticated'}")]


async def _reviewed(client: api.Api) -> str:
    """Whose the API server says the token is that it has just made; '' if nobody's."""
    request = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": 600},
    }
    made = await client.create(f"{ACCOUNT}/token", request)
    review = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenReview",
        "spec": {"token": text(made, "status", "token")},
    }
    status = block(await client.create(REVIEWS, review), "status")
    return text(status, "user", "username") if status.get("authenticated") else ""
