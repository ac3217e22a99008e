"""The cluster's tokens in the session folder, where a run takes them from. Blocking work."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tui_installer.actions.token_view import NAMES, Kept, Kind
from tui_installer.engine.cluster import stored
from tui_installer.engine.cluster.stored import BootstrapSecret
from tui_installer.errors import InstallerError, UsageError
from tui_installer.pki import tokens
from tui_installer.store import sessions

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.model.secret import Secret
    from tui_installer.store.session_folder import SessionFolder

FILES = {Kind.SECRET: "bootstrap.token", Kind.CSV: "csv.token"}


def file(session: SessionFolder, kind: Kind) -> Path:
    """Where a token is kept, readable by its owner alone."""
    return session.pki / FILES[kind]


def place(session: SessionFolder, kind: Kind) -> str:
    """`file` in words that stay true: a folder that a run will rename is not named."""
    path = file(session, kind)
    if sessions.is_unnamed(session):
        inside = path.relative_to(session.root)
        return f"{inside} of the session, whose folder a run names after the cluster"
    return str(path)


def read(session: SessionFolder, kind: Kind) -> Kept:
    """The token there is, or what is wrong with it. Raises nothing."""
    try:
        if kind is Kind.CSV:
            return Kept(kind, stored.csv_token(session))
        found = stored.bootstrap(session)
        return Kept(kind, found.token.full, found.expires) if found else Kept(kind)
    except InstallerError as error:
        return Kept(kind, trouble=error.message)


def make(session: SessionFolder, kind: Kind, ttl: int) -> None:
    """A new random token in place of the one there is. Raises InstallerError."""
    new = tokens.csv_token() if kind is Kind.CSV else tokens.bootstrap_token().full
    put(session, kind, new, ttl)


def put(session: SessionFolder, kind: Kind, token: Secret, ttl: int) -> None:
    """A given token in place of the one there is; it lives ttl seconds from now, 0 for ever.

    Raises InstallerError; UsageError for one that `judge` refuses.
    """
    if why := judge(kind, token):
        raise UsageError(f"{NAMES[kind]}: {why}")
    if kind is Kind.CSV:
        session.write_secret(FILES[kind], token)
        return
    parsed = tokens.parse_bootstrap_token(token)
    expires = int(time.time()) + ttl if ttl else 0
    stored.write_bootstrap(session, BootstrapSecret(parsed, expires))


def judge(kind: Kind, token: Secret) -> str:
    """What is wrong with a token, in a sentence with nothing of it; '' if nothing is."""
    check = tokens.parse_csv_token if kind is Kind.CSV else tokens.parse_bootstrap_token
    try:
        check(token)
    except ValueError as error:
        return str(error)
    return ""
