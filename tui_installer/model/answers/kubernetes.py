"""Which Kubernetes, from where, and how its programs are started, as the user says it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tui_installer.model import spec
from tui_installer.model.answers.base import FLAG_NAMES, SHA256, VERSION, Block, Flags, SourceKind
from tui_installer.model.answers.declared import Asked, Parsed, Range, say
from tui_installer.model.answers.source import DIGESTED, LOCAL, PLACED, Signature
from tui_installer.model.check import parse

KUBERNETES_MIRROR = "https://dl.k8s.io"


class Source(Block):
    """Where the Kubernetes binaries come from."""

    kind: Annotated[
        SourceKind,
        say(
            "mirror: a site laid out as dl.k8s.io. tarball: kubernetes-server-linux-ARCH.tar.gz. "
            "folder: the binaries. go: built here from the Go module proxy."
        ),
        Asked(
            "Binaries from",
            words={
                "mirror": "Mirror of the upstream site",
                "tarball": "Server tarball",
                "folder": "Folder with the programs",
                "go": "Built here by Go",
            },
        ),
    ] = "mirror"
    location: Annotated[
        str,
        say("The mirror's URL; the tarball's path or URL; the folder; nothing for go."),
        Parsed(parse.location),
        LOCAL,
        PLACED,
        Asked("Source URL or path"),
    ] = KUBERNETES_MIRROR
    sha256: Annotated[
        str,
        say("The digest that the tarball must have; optional.", pattern=SHA256),
        Parsed(parse.sha256),
        DIGESTED,
        Asked("Source SHA-256", placeholder="optional"),
    ] = ""
    signature: Annotated[
        Signature,
        say("Who must have signed the Kubernetes binaries; not checked where all is empty."),
    ] = Field(default_factory=Signature)


class ExtraArgs(Block):
    """Flags added to, or put in place of, those that this program sets."""

    SPEC = spec.ExtraArgs
    apiserver: Annotated[
        Flags,
        say(
            "Flags of kube-apiserver: name without dashes: value.",
            example={"event-ttl": "2h"},
            propertyNames=FLAG_NAMES,
        ),
    ] = Field(default_factory=dict)
    controller_manager: Annotated[
        Flags,
        say(
            "Flags of kube-controller-manager.",
            example={"node-monitor-grace-period": "40s"},
            propertyNames=FLAG_NAMES,
        ),
    ] = Field(default_factory=dict)
    scheduler: Annotated[
        Flags,
        say("Flags of kube-scheduler.", example={"v": "4"}, propertyNames=FLAG_NAMES),
    ] = Field(default_factory=dict)


_RATE = Range(1, 10000)
_REQUESTS = "Requests to the API server"


class ApiRate(Block):
    """How many requests the controllers may send to the API server, which queues what is too much.

    Its priority and fairness keeps a share for everybody else, whatever is set here.
    """

    SPEC = spec.ApiRate
    controller_manager_qps: Annotated[
        int,
        Field(alias="controllerManagerQPS"),
        say(
            "kube-controller-manager's requests a second (its --kube-api-qps). At its own figure, "
            "20, a new cluster's service accounts and tokens take 4.5 s."
        ),
        _RATE,
        Asked("Controllers a second", _REQUESTS),
    ] = 200
    controller_manager_burst: Annotated[
        int,
        say("kube-controller-manager's requests at once (its --kube-api-burst)."),
        _RATE,
        Asked("Controllers at once", _REQUESTS),
    ] = 400
    scheduler_qps: Annotated[
        int,
        Field(alias="schedulerQPS"),
        say(
            "kube-scheduler's requests a second (its --kube-api-qps); a pod takes about three. "
            "Its own figure is 50."
        ),
        _RATE,
        Asked("Scheduler a second", _REQUESTS),
    ] = 100
    scheduler_burst: Annotated[
        int,
        say("kube-scheduler's requests at once (its --kube-api-burst)."),
        _RATE,
        Asked("Scheduler at once", _REQUESTS),
    ] = 200


class Kubernetes(Block):
    """Which Kubernetes, and from where."""

    version: Annotated[
        str,
        say("The Kubernetes version.", example="v1.37.2", pattern=f"^{VERSION}$"),
        Parsed(parse.version),
        Asked("Kubernetes version", placeholder="F5 lists them"),
    ] = "v1.37.2"
    source: Annotated[Source, say("Where the binaries come from.")] = Field(default_factory=Source)
    extra_args: Annotated[
        ExtraArgs, say("Flags added to, or put in place of, those that this program sets.")
    ] = Field(default_factory=ExtraArgs)
    api_rate: Annotated[
        ApiRate, say("How many requests the controllers may send to the API server.")
    ] = Field(default_factory=ApiRate)
