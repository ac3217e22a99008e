"""Runs the commands of `tui-installer certificates`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tui_installer.actions import certificate_requests
from tui_installer.actions.runs import session_run
from tui_installer.actions.runs.check import check
from tui_installer.errors import ExitCode
from tui_installer.front.sessions_commands import say
from tui_installer.model.spec import EtcdMode
from tui_installer.store import sessions

if TYPE_CHECKING:
    import argparse

    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder


def write(args: argparse.Namespace) -> ExitCode:
    """Raises InstallerError."""
    spec, session = _source(args)
    with session_run.locked(session, say):
        _keep(args, session)
        found = certificate_requests.write(spec, session, args.folder)
    if not found:
        say("no certificate is missing: there is nothing to sign")
        return ExitCode.OK
    for one in found:
        sys.stdout.write(f"{one.stem}.csr  {one.why}\n")
    say(
        f"{len(found)} request{'s' if len(found) > 1 else ''} in {args.folder}, described by "
        f"{certificate_requests.INDEX} and {certificate_requests.README}; the private keys stay "
        f"in {session.pki}"
    )
    if own := _of_the_cluster(spec):
        say(f"certificates of {own}; name a CA of yours there to sign them, too")
    say(
        "have them signed, put each certificate there as NAME.crt, then: "
        f"tui-installer certificates accept {args.folder} {_again(args, session)}"
    )
    return ExitCode.OK


def accept(args: argparse.Namespace) -> ExitCode:
    """Raises InstallerError."""
    spec, session = _source(args)
    with session_run.locked(session, say):
        _keep(args, session)
        found = certificate_requests.accept(spec, session, args.folder)
    for name in found.names:
        sys.stdout.write(f"{name}  accepted\n")
    if found.still:
        for name, why in found.still.items():
            say(f"{name}: {why}")
        say(f"still missing; next: tui-installer certificates requests DIR {_again(args, session)}")
    else:
        say(f"{len(found.names)} accepted; next: tui-installer install {_again(args, session)}")
    return ExitCode.OK


def _source(args: argparse.Namespace) -> tuple[Spec, SessionFolder]:
    if args.resume is not None:
        session = sessions.named(args.resume)
        return check(session.answers), session
    spec = check(args.answers)
    return spec, sessions.at(spec.name)


def _of_the_cluster(spec: Spec) -> str:
    """What the cluster's own CAs sign besides a direct CA of the user, with the answers for it."""
    settings, stacked = spec.certificates, spec.etcd.mode is EtcdMode.STACKED
    parts = []
    if settings.ca.direct and not settings.front_proxy_ca.given:
        parts.append("the front proxy (certificates.frontProxyCA)")
    if settings.ca.direct and stacked and not settings.etcd_ca.given:
        parts.append("etcd (certificates.etcdCA)")
    return " and ".join(parts) + " come from CAs of the cluster" if parts else ""


def _keep(args: argparse.Namespace, session: SessionFolder) -> None:
    if args.answers is not None:
        session_run.keep_answers(session, args.answers)


def _again(args: argparse.Namespace, session: SessionFolder) -> str:
    if args.answers is not None:
        return f"--answers {args.answers}"
    return f"--resume {session.root.name}"
