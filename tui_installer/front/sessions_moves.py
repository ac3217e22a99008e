"""Runs the commands of `tui-installer sessions` that need a passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.actions.runs import ca_keys, session_run
from tui_installer.actions.sessions import move, passphrases
from tui_installer.errors import ExitCode
from tui_installer.front import event_loop
from tui_installer.front.ask import ask, can_ask
from tui_installer.front.sessions_commands import say
from tui_installer.model.spec import SecretRef
from tui_installer.remote.credentials import Credentials
from tui_installer.store import sessions

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tui_installer.model.secret import Secret


def passphrase(args: argparse.Namespace) -> SecretRef:
    """Returns where the passphrase is read from."""
    return SecretRef(args.passphrase_file, args.passphrase_env)


def credentials() -> Credentials:
    return Credentials(ask if can_ask() else None)


def new_passphrase(args: argparse.Namespace, what: str) -> Secret:
    """Returns a new passphrase for `what`. Raises UsageError, AuthenticationFailed."""
    asking = ask if can_ask() else None
    return event_loop.run(passphrases.chosen(credentials(), passphrase(args), asking, what))


def export(args: argparse.Namespace) -> ExitCode:
    session = sessions.find(args.name)
    if args.whole:
        secret = new_passphrase(args, str(args.file))
        move.export_whole(session, args.file, secret)
        say(f"{args.file}: all of the session {args.name}, encrypted")
    else:
        move.export_answers(session, args.file)
        say(f"{args.file}: the answers of {args.name}; no key or token is in it")
    return ExitCode.OK


def import_session(args: argparse.Namespace) -> ExitCode:
    found = event_loop.run(
        move.import_session(args.file, args.name, credentials(), passphrase(args))
    )
    name = found.session.root.name
    say(f"imported the session {name}: {found.session.root}")
    for sentence in found.to_check:
        say(f"  check: {sentence}")
    say(f"continue with: tui-installer --resume {name}")
    return ExitCode.OK


def encrypt(args: argparse.Namespace) -> ExitCode:
    session = sessions.find(args.name)
    with session_run.locked(session, say):
        secret = new_passphrase(args, f"the CA keys of {args.name}")
        files = ca_keys.encrypt(session, secret)
    _report("encrypted", files)
    say("a run asks for the passphrase only when it has to sign something")
    return ExitCode.OK


def decrypt(args: argparse.Namespace) -> ExitCode:
    session = sessions.find(args.name)
    with session_run.locked(session, say):
        files = event_loop.run(ca_keys.decrypt(session, credentials(), passphrase(args)))
    _report("no longer encrypted", files)
    return ExitCode.OK


def _report(what: str, files: tuple[Path, ...]) -> None:
    for file in files:
        say(f"{file}: {what}")
