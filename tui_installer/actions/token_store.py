"""The cluster's tokens in the session folder, where a run reads them. Blocking."""

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
    """Returns the token's file, mode 0600."""
    return session.pki / FILES[kind]


def place(session: SessionFolder, kind: Kind) -> str:
    """Returns where the token is, for the user; describes a folder that the run will rename."""
    path = file(session, kind)
    if sessions.is_unnamed(session):
        inside = path.relative_to(session.root)
        return f"{inside} in the session's folder, which the run names after the cluster"
    return str(path)


def read(session: SessionFolder, kind: Kind) -> Kept:
    """Returns the stored token, or why it cannot be used. Raises nothing."""
    try:
        if kind is Kind.CSV:
            return Kept(kind, stored.csv_token(session))
        found = stored.bootstrap(session)
        return Kept(kind, found.token.full, found.expires) if found else Kept(kind)
    except InstallerError as error:
        return Kept(kind, trouble=error.message)


def make(session: SessionFolder, kind: Kind, ttl: int) -> None:
    """Replaces the stored token with a new random one. Raises InstallerError."""
    new = tokens.csv_token() if kind is Kind.CSV else tokens.bootstrap_token().full
    put(session, kind, new, ttl)


def put(session: SessionFolder, kind: Kind, token: Secret, ttl: int) -> None:
    """Replaces the stored token with a given one, valid for ttl seconds from now; 0: no expiry.

    Raises InstallerError; UsageError for a token that `judge` refuses.
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
    """Returns what is wrong with a token, without quoting it; '' if it is valid."""
    check = tokens.parse_csv_token if kind is Kind.CSV else tokens.parse_bootstrap_token
    try:
        check(token)
    except ValueError as error:
        return str(error)
    return ""
