"""The answers about the source of binaries and their required signer."""

from __future__ import annotations

from typing import Annotated, Literal

from tui_installer.model.answers.base import Block
from tui_installer.model.answers.declared import (
    Hidden,
    LocalFile,
    Parsed,
    Variable,
    When,
    doc,
)
from tui_installer.model.check import parse
from tui_installer.model.spec import FetchedBy as SpecFetchedBy

LOCAL = LocalFile(When("kind", ("tarball", "folder")))
"""A source's location: a path of this machine, unless it is a URL."""
PLACED = When("kind", ("mirror", "tarball", "folder"))
SITE = When("kind", ("mirror", "tarball"))
DIGESTED = When("kind", ("tarball",))


class Signature(Block):
    """The required signer of the binaries; all empty: signatures are not checked."""

    key: Annotated[
        str,
        doc(
            "The signer's public key file (PEM; ECDSA or RSA). NAME.sig next to each download is "
            "then base64, as `cosign sign-blob --key` writes it.",
            example="/etc/tui-installer/mirror.pub",
        ),
        Parsed(parse.file_path),
        LocalFile(),
    ] = ""
    identity: Annotated[
        str,
        doc(
            "The signer's identity: e-mail address or URI in the sigstore certificate. "
            "NAME.sigstore.json next to each download is its bundle. Needs "
            "tui-installer[signatures].",
            example="krel-staging@k8s-releng-prod.iam.gserviceaccount.com",
        ),
        Parsed(parse.line),
    ] = ""
    issuer: Annotated[
        str,
        doc(
            "The URL of the identity's issuer.",
            example="https://accounts.google.com",
        ),
        Parsed(parse.url),
    ] = ""
    trusted_root: Annotated[
        str,
        doc(
            "The file with sigstore's keys (trusted_root.json); verification then works offline.",
            example="/etc/tui-installer/trusted_root.json",
        ),
        Parsed(parse.file_path),
        LocalFile(),
    ] = ""


class SourceLogin(Block):
    """Where the login of the source's site is read from: USER:PASSWORD, or a bearer token."""

    file: Annotated[
        str,
        doc(
            "A file whose first line is USER:PASSWORD or a bearer token; only you may read it.",
            example="~/.mirror-login",
        ),
        Parsed(parse.file_path),
        LocalFile(),
        Hidden(),
    ] = ""
    env: Annotated[
        str,
        doc("An environment variable that holds it.", example="MIRROR_LOGIN"),
        Parsed(parse.env_name),
        Variable(),
        Hidden(),
    ] = ""


CaFile = Annotated[
    str,
    doc(
        "A file of CA certificates (PEM) that only this source's site is trusted by, beside the "
        "system's.",
        example="/etc/tui-installer/company-ca.pem",
    ),
    Parsed(parse.file_path),
    LocalFile(),
    SITE,
]
FetchedBy = Annotated[Literal["operator", "hosts"], Parsed(SpecFetchedBy)]
