"""The answers about etcd."""

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
from tui_installer.model.answers.declared import (
    Asked,
    Fixed,
    Hidden,
    LocalFile,
    Parsed,
    When,
    doc,
)
from tui_installer.model.answers.source import (
    DIGESTED,
    LOCAL,
    PLACED,
    SITE,
    CaFile,
    FetchedBy,
    Signature,
    SourceLogin,
)
from tui_installer.model.check import parse
from tui_installer.model.spec import EtcdMode

_HERE = LocalFile(When("files", ("here",)))
_STACKED = When("mode", ("stacked",))
ETCD_MIRROR = "https://github.com/etcd-io/etcd/releases/download"


class EtcdSource(Block):
    """Where the etcd binaries come from."""

    kind: Annotated[
        SourceKind | None,
        doc(
            "mirror: a site with the layout of etcd's release pages. tarball: "
            "etcd-VERSION-linux-ARCH.tar.gz. folder: a folder with the binaries. go: built on this "
            "machine. null: as kubernetes.source if that is folder or go, else mirror."
        ),
    ] = None
    location: Annotated[
        str,
        doc("The mirror's URL, the tarball's path or URL, or the folder's path; not for go."),
        Parsed(parse.location),
        LOCAL,
        PLACED,
    ] = ETCD_MIRROR
    sha256: Annotated[
        str,
        doc("The SHA-256 digest that the tarball must have; optional.", pattern=SHA256),
        Parsed(parse.sha256),
        DIGESTED,
    ] = ""
    ca: CaFile = ""
    login: Annotated[
        SourceLogin, doc("The login of the source's site, as in kubernetes.source."), SITE, Hidden()
    ] = Field(default_factory=SourceLogin)
    fetch: Annotated[
        FetchedBy,
        doc(
            "Only operator: etcd is published as a tarball, which this machine unpacks and sends "
            "to the hosts."
        ),
    ] = "operator"
    signature: Annotated[
        Signature, doc("The required signer of the etcd binaries; all empty: not checked.")
    ] = Field(default_factory=Signature)


class ExternalEtcd(Block):
    """An existing etcd; used only if etcd.mode is external."""

    endpoints: Annotated[
        list[str],
        doc("https://HOST:PORT of each member.", example=["https://192.0.2.21:2379"]),
        Parsed(parse.etcd_url),
        Asked("etcd endpoints", "etcd"),
    ] = Field(default_factory=list)
    files: Annotated[
        Literal["here", "hosts"],
        doc("Where the TLS files are. here: on this machine. hosts: already on the masters."),
        Asked(
            "TLS files",
            "etcd",
            words={"here": "On this machine", "hosts": "Already on the masters"},
        ),
    ] = "here"
    ca: Annotated[
        str,
        doc("The certificate of etcd's CA."),
        Parsed(parse.file_path),
        _HERE,
        Asked("CA certificate", "etcd"),
    ] = "/opt/etcd/ssl/ca.pem"
    cert: Annotated[
        str,
        doc("The API server's client certificate."),
        Parsed(parse.file_path),
        _HERE,
        Asked("Client certificate", "etcd"),
    ] = "/opt/etcd/ssl/server.pem"
    key: Annotated[
        str,
        doc("The key of that client certificate."),
        Parsed(parse.file_path),
        _HERE,
        Asked("Client key", "etcd"),
    ] = "/opt/etcd/ssl/server-key.pem"


class Etcd(Block):
    """The cluster's etcd."""

    mode: Annotated[
        Literal["stacked", "external"],
        doc("stacked: this program installs it on the masters. external: an existing etcd."),
        Parsed(EtcdMode),
        Fixed("the objects of the cluster would stay behind in the old etcd"),
        Asked(
            "etcd mode",
            "etcd",
            words={"stacked": "Stacked: on the masters", "external": "External: an existing etcd"},
        ),
    ] = "stacked"
    version: Annotated[
        str,
        doc(
            "The etcd version. Empty: the one that matches the Kubernetes version.",
            example="v3.7.3",
            pattern=f"^({VERSION})?$",
        ),
        Parsed(parse.version),
        _STACKED,
        Asked("etcd version", "etcd", "matches Kubernetes"),
    ] = ""
    source: Annotated[EtcdSource, doc("Where the etcd binaries come from."), _STACKED] = Field(
        default_factory=EtcdSource
    )
    data_dir: Annotated[
        str,
        doc("etcd's data folder on the hosts.", pattern=FOLDER),
        Parsed(parse.folder),
        Fixed("a member that starts in another folder starts empty"),
        _STACKED,
        Asked("etcd data folder", "etcd"),
    ] = "/var/lib/etcd"
    extra_args: Annotated[
        Flags,
        doc(
            "Flags of etcd.",
            example={"quota-backend-bytes": "8589934592"},
            propertyNames=FLAG_NAMES,
        ),
    ] = Field(default_factory=dict)
    external: Annotated[
        ExternalEtcd,
        doc("The existing etcd; only if mode is external."),
        When("mode", ("external",)),
    ] = Field(default_factory=ExternalEtcd)
