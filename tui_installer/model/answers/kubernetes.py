"""The answers about Kubernetes: version, source of the binaries, and flags."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tui_installer.model import api_rate, spec
from tui_installer.model.answers.base import FLAG_NAMES, SHA256, VERSION, Block, Flags, SourceKind
from tui_installer.model.answers.declared import Asked, Hidden, Parsed, Range, When, doc
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

KUBERNETES_MIRROR = "https://dl.k8s.io"


class Source(Block):
    """Where the Kubernetes binaries come from."""

    kind: Annotated[
        SourceKind,
        doc(
            "mirror: a site with the layout of dl.k8s.io. tarball: "
            "kubernetes-server-linux-ARCH.tar.gz. folder: a folder with the binaries. go: built on "
            "this machine from the Go module proxy."
        ),
        Asked(
            "Binary source",
            words={
                "mirror": "Mirror of the upstream site",
                "tarball": "Server tarball",
                "folder": "Folder with the binaries",
                "go": "Go build on this machine",
            },
        ),
    ] = "mirror"
    location: Annotated[
        str,
        doc("The mirror's URL, the tarball's path or URL, or the folder's path; not for go."),
        Parsed(parse.location),
        LOCAL,
        PLACED,
        Asked("Source URL or path"),
    ] = KUBERNETES_MIRROR
    sha256: Annotated[
        str,
        doc("The SHA-256 digest that the tarball must have; optional.", pattern=SHA256),
        Parsed(parse.sha256),
        DIGESTED,
        Asked("Source SHA-256", placeholder="optional"),
    ] = ""
    ca: Annotated[CaFile, Asked("Source CA file", placeholder="optional")] = ""
    login: Annotated[
        SourceLogin,
        doc(
            "The login of the source's site; empty: from ~/.netrc or the file in NETRC, if it "
            "names the site. It is sent to no other site."
        ),
        SITE,
        Hidden(),
    ] = Field(default_factory=SourceLogin)
    fetch: Annotated[
        FetchedBy,
        doc(
            "Who downloads the binaries. operator: this machine, which sends them to the hosts. "
            "hosts: each host, by curl or wget, from a mirror; their digests are fetched and "
            "checked by this machine, then compared on the host."
        ),
        When("kind", ("mirror",)),
        Asked(
            "Binaries fetched by",
            words={"operator": "This machine", "hosts": "The hosts, from the mirror"},
        ),
    ] = "operator"
    signature: Annotated[
        Signature,
        doc("The required signer of the Kubernetes binaries; all empty: not checked."),
    ] = Field(default_factory=Signature)


class ExtraArgs(Block):
    """Flags that extend or replace those that this program sets."""

    SPEC = spec.ExtraArgs
    apiserver: Annotated[
        Flags,
        doc(
            "Flags of kube-apiserver: the name without dashes, and the value.",
            example={"event-ttl": "2h"},
            propertyNames=FLAG_NAMES,
        ),
    ] = Field(default_factory=dict)
    controller_manager: Annotated[
        Flags,
        doc(
            "Flags of kube-controller-manager.",
            example={"node-monitor-grace-period": "40s"},
            propertyNames=FLAG_NAMES,
        ),
    ] = Field(default_factory=dict)
    scheduler: Annotated[
        Flags,
        doc("Flags of kube-scheduler.", example={"v": "4"}, propertyNames=FLAG_NAMES),
    ] = Field(default_factory=dict)


_RATE = Range(1, 10000)
_REQUESTS = "API request limits"


class ApiRate(Block):
    """Request limits of the controllers; the API server queues requests that it cannot serve yet.

    API priority and fairness reserves a share for all other clients, whatever is set here.
    """

    SPEC = api_rate.ApiRate
    controller_manager_qps: Annotated[
        int,
        Field(alias="controllerManagerQPS"),
        doc(
            "Requests per second of kube-controller-manager (--kube-api-qps). With its own "
            "default, 20, a new cluster's service accounts and tokens take 4.5 s."
        ),
        _RATE,
        Asked("Controllers QPS", _REQUESTS),
    ] = 200
    controller_manager_burst: Annotated[
        int,
        doc("Request burst of kube-controller-manager (--kube-api-burst)."),
        _RATE,
        Asked("Controllers burst", _REQUESTS),
    ] = 400
    scheduler_qps: Annotated[
        int,
        Field(alias="schedulerQPS"),
        doc(
            "Requests per second of kube-scheduler (--kube-api-qps); a pod takes about three. "
            "Its own default is 50."
        ),
        _RATE,
        Asked("Scheduler QPS", _REQUESTS),
    ] = 100
    scheduler_burst: Annotated[
        int,
        doc("Request burst of kube-scheduler (--kube-api-burst)."),
        _RATE,
        Asked("Scheduler burst", _REQUESTS),
    ] = 200


class Kubernetes(Block):
    """The Kubernetes version, its binaries and flags."""

    version: Annotated[
        str,
        doc("The Kubernetes version.", example="v1.37.2", pattern=f"^{VERSION}$"),
        Parsed(parse.version),
        Asked("Kubernetes version", placeholder="press F5 for the list"),
    ] = "v1.37.2"
    source: Annotated[Source, doc("Where the Kubernetes binaries come from.")] = Field(
        default_factory=Source
    )
    extra_args: Annotated[
        ExtraArgs, doc("Flags that extend or replace those that this program sets.")
    ] = Field(default_factory=ExtraArgs)
    api_rate: Annotated[
        ApiRate, doc("Request limits of controller manager and scheduler at the API server.")
    ] = Field(default_factory=ApiRate)
