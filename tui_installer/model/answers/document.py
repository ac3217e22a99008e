"""The answers: every setting of an install, with its default. May be incomplete or invalid.

`resolve` turns them into a Spec. The JSON schema and the example file come from these classes.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from tui_installer.model import spec
from tui_installer.model.answers.base import FOLDER, Block, NetworkTexts, TimeToLive
from tui_installer.model.answers.certificates import Certificates
from tui_installer.model.answers.declared import Asked, Fixed, Parsed, Required, When, doc
from tui_installer.model.answers.etcd import Etcd
from tui_installer.model.answers.kubernetes import Kubernetes
from tui_installer.model.answers.security import Security
from tui_installer.model.answers.ssh import FINGERPRINT_EXAMPLE, Fingerprint, HostSsh, Ssh
from tui_installer.model.check import parse

APIVERSION = "tui-installer/v1"


class Cluster(Block):
    """The cluster's identity and networks."""

    name: Annotated[
        str,
        doc(
            "The name of the cluster and of its session folder.",
            pattern="^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
        ),
        Parsed(parse.cluster_name),
        Fixed("the controller manager and cloud integrations identify the cluster by it"),
        Asked("Cluster name"),
    ] = "kubernetes"
    endpoint: Annotated[
        str,
        doc(
            "The address of the API server for clients: a DNS name or a virtual IP address, with "
            "or without :port. Empty: the first master's address.",
            example="k8s.example.com:6443",
        ),
        Parsed(parse.endpoint),
        Asked("API endpoint or VIP", placeholder="first master"),
    ] = ""
    service_cidr: Annotated[
        NetworkTexts,
        Field(alias="serviceCIDR"),
        doc(
            "The network of Service addresses; its first address is the API's. For dual stack a "
            "list of two, the hosts' address family first."
        ),
        Fixed("every Service keeps its address, also those of the API and of DNS"),
        Asked("Service CIDR", "Networks"),
    ] = "10.0.0.0/24"
    pod_cidr: Annotated[
        NetworkTexts,
        Field(alias="podCIDR"),
        doc(
            "The network of pod addresses. For dual stack a list of two, in the same order as "
            "serviceCIDR."
        ),
        Fixed("nodes and pods already have addresses from it"),
        Asked("Pod CIDR", "Networks"),
    ] = "10.244.0.0/16"
    domain: Annotated[
        str,
        doc("The DNS domain of the cluster's Services."),
        Parsed(parse.dns_name),
        Fixed("certificates, tokens and the pods' DNS settings contain it"),
        Asked("Cluster domain", "Networks"),
    ] = "cluster.local"
    node_port_range: Annotated[
        str,
        doc("The ports of NodePort Services.", pattern="^[0-9]{1,5}-[0-9]{1,5}$"),
        Parsed(parse.port_range),
        Asked("NodePort range", "Networks"),
    ] = "30000-32767"


class Host(Block):
    """One master."""

    address: Annotated[
        str,
        doc(
            "The IP address that the other hosts reach it at; required.",
            example="192.0.2.11",
        ),
        Parsed(parse.host_address),
        Required("want the IP address that the other hosts reach it at"),
        Asked("Address", placeholder="192.0.2.11"),
    ] = ""
    addresses: Annotated[
        list[str],
        doc(
            "All addresses of the host if it has several, such as one of each address family for "
            "dual stack. The API server's certificate contains them. Without `address`, the first "
            "is the one that the other hosts use.",
            example=["192.0.2.11", "2001:db8::11"],
        ),
        Parsed(parse.host_address),
        Asked(
            "All addresses",
            placeholder="the address alone",
            help="Every address of the host if it has several, separated by commas, such as an "
            "IPv4 and an IPv6 address for dual stack.",
        ),
    ] = Field(default_factory=list)
    name: Annotated[
        str,
        doc("The host's name. Empty: master01, master02 and so on.", example="master01"),
        Parsed(parse.host_name),
        Asked("Name"),
    ] = ""
    ssh_address: Annotated[
        str,
        doc(
            "Where SSH connects, if not to `address`: an IP address, a DNS name or an alias of "
            "~/.ssh/config.",
            example="203.0.113.11",
        ),
        Parsed(parse.ssh_host),
        Asked("SSH address", placeholder="same as the address"),
    ] = ""
    fingerprint: Annotated[
        Fingerprint,
        doc(
            "The host key, as `ssh-keygen -lf` prints it. Empty: known_hosts must have it.",
            example=FINGERPRINT_EXAMPLE,
        ),
        Asked("Host key", placeholder="SHA256:…, optional"),
    ] = ""
    ssh: Annotated[HostSsh, doc("Overrides of the ssh block above for this host.")] = Field(
        default_factory=HostSsh
    )

    @model_validator(mode="after")
    def _first_address(self) -> Host:
        if not self.address and self.addresses:
            self.address = self.addresses[0]
        return self


class Token(Block):
    """The token that nodes join with."""

    SPEC = spec.TokenSpec
    mode: Annotated[
        Literal["secret", "csv", "both"],
        doc("secret: a bootstrap token Secret. csv: token.csv of the API server. both: both."),
        Parsed(spec.TokenMode),
        Asked(
            "Token type",
            words={
                "secret": "Bootstrap token Secret",
                "csv": "token.csv, as in the tutorial",
                "both": "Both",
            },
        ),
    ] = "secret"
    ttl: Annotated[
        TimeToLive,
        doc("How long the Secret's token is valid (s, m, h, d); 0: forever."),
        When("mode", ("secret", "both")),
        Asked("Token lifetime"),
    ] = "24h"


_FOLDERS = "Folders on the masters"
_FILES = Fixed("the files in the old folder would stay behind")


class Folders(Block):
    """Folders of this installation on the hosts."""

    SPEC = spec.Layout
    kubernetes: Annotated[
        str,
        doc("The folder that holds cfg, bin and ssl of Kubernetes.", pattern=FOLDER),
        Parsed(parse.folder),
        _FILES,
        Asked("Kubernetes folder", _FOLDERS),
    ] = "/opt/kubernetes"
    etcd: Annotated[
        str,
        doc("The folder that holds cfg, bin and ssl of etcd.", pattern=FOLDER),
        Parsed(parse.folder),
        _FILES,
        Asked("etcd folder", _FOLDERS),
    ] = "/opt/etcd"
    units: Annotated[
        str,
        doc("The folder of the systemd units.", pattern=FOLDER),
        Parsed(parse.folder),
        Fixed("the units in the old folder would stay behind"),
        Asked("systemd unit folder", _FOLDERS),
    ] = "/etc/systemd/system"


class Answers(Block):
    """Answers of tui-installer. Only hosts[].address is required."""

    api_version: Annotated[Literal["tui-installer/v1"], doc("The format version of this file.")] = (
        "tui-installer/v1"
    )
    cluster: Annotated[Cluster, doc("The cluster's identity and networks.")] = Field(
        default_factory=Cluster
    )
    kubernetes: Annotated[Kubernetes, doc("The Kubernetes version, its binaries and flags.")] = (
        Field(default_factory=Kubernetes)
    )
    etcd: Annotated[Etcd, doc("The cluster's etcd.")] = Field(default_factory=Etcd)
    ssh: Annotated[Ssh, doc("The SSH login to every host.")] = Field(default_factory=Ssh)
    hosts: Annotated[
        list[Host],
        doc(
            "The masters: 1, 3 or 5 with stacked etcd, any number with external etcd.",
            minItems=1,
        ),
    ] = Field(default_factory=list)
    sans: Annotated[
        list[str],
        doc(
            "More names and addresses that the API server's certificate is valid for, such as "
            "future masters, virtual IP addresses and load balancers.",
            example=["192.0.2.100", "k8s.example.com"],
        ),
        Parsed(parse.san),
    ] = Field(default_factory=list)
    token: Annotated[Token, doc("The token that nodes join with.")] = Field(default_factory=Token)
    certificates: Annotated[
        Certificates, doc("Key type and lifetimes of certificates, and your own CAs.")
    ] = Field(default_factory=Certificates)
    security: Annotated[
        Security, doc("Security settings. Every default is the secure setting.")
    ] = Field(default_factory=Security)
    layout: Annotated[Folders, doc("Folders of this installation on the hosts.")] = Field(
        default_factory=Folders
    )
