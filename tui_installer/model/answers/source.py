"""Where binaries come from, and who must have signed them, as the user says it."""

from __future__ import annotations

from typing import Annotated

from tui_installer.model.answers.base import Block
from tui_installer.model.answers.declared import LocalFile, Parsed, When, say
from tui_installer.model.check import parse

LOCAL = LocalFile(When("kind", ("tarball", "folder")))
"""A source's location: a path of this machine, if it is no URL."""
PLACED = When("kind", ("mirror", "tarball", "folder"))
DIGESTED = When("kind", ("tarball",))


class Signature(Block):
    """Who must have signed the binaries; nothing of it: signatures are not checked."""

    key: Annotated[
        str,
        say(
            "By a key: the file of its public half (PEM; ECDSA or RSA). NAME.sig beside each "
            "download is then base64, as `cosign sign-blob --key` writes it.",
            example="/etc/tui-installer/mirror.pub",
        ),
        Parsed(parse.file_path),
        LocalFile(),
    ] = ""
    identity: Annotated[
        str,
        say(
            "By an identity: the address or URI in the sigstore certificate. NAME.sigstore.json "
            "beside each download is then its bundle. Needs tui-installer[signatures].",
            example="krel-staging@k8s-releng-prod.iam.gserviceaccount.com",
        ),
        Parsed(parse.line),
    ] = ""
    issuer: Annotated[
        str,
        say(
            "Who vouched for that identity: the issuer's URL.",
            example="https://accounts.google.com",
        ),
        Parsed(parse.url),
    ] = ""
    trusted_root: Annotated[
        str,
        say(
            "The file with sigstore's keys (trusted_root.json); with it nothing is asked online.",
            example="/etc/tui-installer/trusted_root.json",
        ),
        Parsed(parse.file_path),
        LocalFile(),
    ] = ""
