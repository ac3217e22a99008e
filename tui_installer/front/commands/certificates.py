"""`tui-installer certificates`: for a CA without its key, requests out and certificates in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.front.command import Command, deferred
from tui_installer.front.commands import options

if TYPE_CHECKING:
    import argparse

EPILOG = """\
For a CA whose key is kept elsewhere: `certificates.ca: {cert: FILE}` in the answers, without a key.
Private keys stay in the session, 0600. Renewed certificates and changed SANs need new requests.
"""


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of the requests")
    options.add_source(parser, "answers", "resume", required=True)


COMMAND = Command(
    name="certificates",
    help="write certificate requests for your own CA, and accept its certificates",
    commands=(
        Command(
            name="requests",
            help="write a request for each certificate that your CA must sign, with an index",
            add_arguments=_add,
            run=deferred("certificates_commands", "write"),
            epilog=EPILOG,
        ),
        Command(
            name="accept",
            help="check the certificates in a folder; take over all of them, or none",
            add_arguments=_add,
            run=deferred("certificates_commands", "accept"),
            epilog=EPILOG,
        ),
    ),
)
