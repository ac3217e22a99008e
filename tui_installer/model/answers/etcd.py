"""The cluster's store, as a person says it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tui_installer.model.answers.base import (
    FLAG_NAMES,
    FOLDER,
    SHA256,
    VERSION,
    Block,
    Flags,
    SourceKind,
)
from tui_installer.model.answers.declared import Asked, Fixed, LocalFile, Parsed, When, say
from tui_installer.model.answers.source import DIGESTED, LOCAL, PLACED, Signature
from tui_installer.model.check import parse
from tui_installer.model.spec import EtcdMode

_HERE = LocalFile(When("files", ("here",)))
_STACKED = When("mode", ("stacked",))
ETCD_MIRROR = "https://github.com/etcd-io/etcd/releases/download"


class EtcdSource(Block):
    """Where the etcd binaries come from."""

    kind: Annotated[
        SourceKind | None,
        say(
            "mirror: a site laid out as etcd's release pages. tarball: "
            "etcd-VERSION-linux-ARCH.tar.gz. "
            "folder: the binaries. go: built here. null: as kubernetes.source where that is a "
            "folder or go, else mirror."
        ),
    ] = None
    location: Annotated[
        str,
        say("The mirror's URL; the tarball's path or URL; the folder; nothing for go."),
        Parsed(parse.location),
        LOCAL,
        PLACED,
    ] = ETCD_MIRROR
    sha256: Annotated[
        str,
        say("The digest that the tarball must have; optional.", pattern=SHA256),
        Parsed(parse.sha256),
        DIGESTED,
    ] = ""
    signature: Annotated[
        Signature, say("Who must have signed the etcd binaries; not checked where all is empty.")
    ] = Field(default_factory=Signature)


class ExternalEtcd(Block):
    """An etcd that is there already; read only where etcd.mode is external."""

    endpoints: Annotated[
        list[str],
        say("https://HOST:PORT of its members.", example=["https://192.0.2.21:2379"]),
        Parsed(parse.etcd_url),
        Asked("Endpoints", "etcd"),
    ] = Field(default_factory=list)
    files: Annotated[
        Literal["here", "hosts"],
        say("Where the three files are: here, on this machine, or already on the hosts."),
        Asked(
            "Its files",
            "etcd",
            words={"here": "On this machine", "hosts": "Already on the masters"},
        ),
    ] = "here"
    ca: Annotated[
        str,
        say("The certificate of etcd's CA."),
        Parsed(parse.file_path),
        _HERE,
        Asked("CA", "etcd"),
    ] = "/opt/etcd/ssl/ca.pem"
    cert: Annotated[
        str,
        say("The API server's client certificate."),
        Parsed(parse.file_path),
        _HERE,
        Asked("Certificate", "etcd"),
    ] = "/opt/etcd/ssl/server.pem"
    key: Annotated[
        str,
        say("The key of that certificate."),
        Parsed(parse.file_path),
        _HERE,
        Asked("Key", "etcd"),
    ] = "/opt/etcd/ssl/server-key.pem"


class Etcd(Block):
    """The cluster's store."""

    mode: Annotated[
        Literal["stacked", "external"],
        say("stacked: runs on the masters, made by this program. external: there already."),
        Parsed(EtcdMode),
        Fixed("the objects of the cluster would stay behind in the old etcd"),
        Asked(
            "Where it runs",
            "etcd",
            words={"stacked": "Stacked: on the masters", "external": "External: there already"},
        ),
    ] = "stacked"
    version: Annotated[
        str,
        say(
            "The etcd version. Empty: the one that goes with the Kubernetes version.",
            example="v3.7.3",
            pattern=f"^({VERSION})?$",
        ),
        Parsed(parse.version),
        _STACKED,
        Asked("Version", "etcd", "goes with Kubernetes"),
    ] = ""
    source: Annotated[EtcdSource, say("Where the binaries come from."), _STACKED] = Field(
        default_factory=EtcdSource
    )
    data_dir: Annotated[
        str,
        say("etcd's data folder on the hosts.", pattern=FOLDER),
        Parsed(parse.folder),
        Fixed("a member that starts in another folder starts empty"),
        _STACKED,
        Asked("Data folder", "etcd"),
    ] = "/var/lib/etcd"
    extra_args: Annotated[
        Flags,
        say(
            "Flags of etcd.",
            example={"quota-backend-bytes": "8589934592"},
            propertyNames=FLAG_NAMES,
        ),
    ] = Field(default_factory=dict)
    external: Annotated[
        ExternalEtcd,
        say("The etcd that is there; where mode is external."),
        When("mode", ("external",)),
    ] = Field(default_factory=ExternalEtcd)
