"""What the user said: every question of an install, with its default. May be incomplete or wrong.

`resolve` makes a Spec of it. The JSON schema and the example file are made from these classes.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tui_installer.model import spec
from tui_installer.model.answers.base import FOLDER, Block, Lifetime, TimeToLive
from tui_installer.model.answers.declared import Asked, Compulsory, Fixed, Parsed, When, say
from tui_installer.model.answers.etcd import Etcd
from tui_installer.model.answers.kubernetes import Kubernetes
from tui_installer.model.answers.security import Security
from tui_installer.model.answers.ssh import FINGERPRINT_EXAMPLE, Fingerprint, HostSsh, Ssh
from tui_installer.model.certificates import KeyType
from tui_installer.model.check import parse

APIVERSION = "tui-installer/v1"

_CIDR = "^[0-9A-Fa-f:.]+/[0-9]{1,3}$"


class Cluster(Block):
    """The cluster's identity and networks."""

    name: Annotated[
        str,
        say(
            "The cluster's name, and its session folder's.",
            pattern="^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
        ),
        Parsed(parse.cluster_name),
        Fixed("the controller manager and, in it, cloud integrations know the cluster by it"),
        Asked("Cluster's name"),
    ] = "kubernetes"
    endpoint: Annotated[
        str,
        say(
            "What clients call the API server by: a DNS name or a virtual IP address, with or "
            "without :port. Empty: the first master's address.",
            example="k8s.example.com:6443",
        ),
        Parsed(parse.endpoint),
        Asked("Endpoint or VIP", placeholder="first master"),
    ] = ""
    service_cidr: Annotated[
        str,
        Field(alias="serviceCIDR"),
        say("The network of Service addresses; its first address is the API's.", pattern=_CIDR),
        Parsed(parse.cidr),
        Fixed("every Service keeps the address that it has, the API's own and DNS among them"),
        Asked("Service CIDR", "Networks"),
    ] = "10.0.0.0/24"
    pod_cidr: Annotated[
        str,
        Field(alias="podCIDR"),
        say("The network of pod addresses.", pattern=_CIDR),
        Parsed(parse.cidr),
        Fixed("nodes have their pod ranges from it, and pods the addresses"),
        Asked("Pod CIDR", "Networks"),
    ] = "10.244.0.0/16"
    domain: Annotated[
        str,
        say("The DNS domain of the cluster's Services."),
        Parsed(parse.dns_name),
        Fixed("certificates, tokens and the pods' DNS settings have it"),
        Asked("Cluster domain", "Networks"),
    ] = "cluster.local"
    node_port_range: Annotated[
        str,
        say("The ports of NodePort Services.", pattern="^[0-9]{1,5}-[0-9]{1,5}$"),
        Parsed(parse.port_range),
        Asked("NodePort range", "Networks"),
    ] = "30000-32767"


class Host(Block):
    """One master."""

    address: Annotated[
        str,
        say(
            "The IP address that the other hosts reach it at; compulsory.",
            example="192.0.2.11",
        ),
        Parsed(parse.host_address),
        Compulsory("want the IP address that the other hosts reach it at"),
        Asked("Address", placeholder="192.0.2.11"),
    ] = ""
    name: Annotated[
        str,
        say("Its name. Empty: master01, master02 and so on.", example="master01"),
        Parsed(parse.host_name),
        Asked("Name"),
    ] = ""
    ssh_address: Annotated[
        str,
        say(
            "Where SSH connects, if not to address: an IP address or DNS name.",
            example="203.0.113.11",
        ),
        Parsed(parse.host_or_ip),
        Asked("SSH address", placeholder="as the address"),
    ] = ""
    fingerprint: Annotated[
        Fingerprint,
        say(
            "Its host key, as `ssh-keygen -lf` prints it; empty: known_hosts must have it.",
            example=FINGERPRINT_EXAMPLE,
        ),
        Asked("Host key", placeholder="SHA256:…, optional"),
    ] = ""
    ssh: Annotated[HostSsh, say("What differs from the ssh block above for this host.")] = Field(
        default_factory=HostSsh
    )


class Token(Block):
    """The token that nodes join with."""

    SPEC = spec.TokenSpec
    mode: Annotated[
        Literal["secret", "csv", "both"],
        say("secret: a bootstrap-token Secret. csv: token.csv of the API server. both: both."),
        Parsed(spec.TokenMode),
        Asked(
            "Kind",
            words={
                "secret": "Bootstrap-token Secret",
                "csv": "token.csv, as in the tutorial",
                "both": "Both",
            },
        ),
    ] = "secret"
    ttl: Annotated[
        TimeToLive,
        say("How long the Secret's token is valid (s, m, h, d); 0: for ever."),
        When("mode", ("secret", "both")),
        Asked("Lifetime"),
    ] = "24h"


class Certificates(Block):
    """Keys and lifetimes."""

    SPEC = spec.CertSpec
    key_type: Annotated[
        Literal["ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-3072", "rsa-4096"],
        say("The algorithm and size of every key."),
        Parsed(KeyType),
        Asked(
            "Key type",
            words={
                "ecdsa-p256": "ECDSA P-256",
                "ecdsa-p384": "ECDSA P-384",
                "rsa-2048": "RSA 2048 (tutorial)",
                "rsa-3072": "RSA 3072",
                "rsa-4096": "RSA 4096",
            },
        ),
    ] = "ecdsa-p256"
    leaf_lifetime: Annotated[
        Lifetime,
        say("How long certificates are valid; at most as long as their CA."),
        Asked("Leaf lifetime"),
    ] = "365d"
    ca_lifetime: Annotated[Lifetime, say("How long the CAs are valid."), Asked("CA lifetime")] = (
        "3650d"
    )


_FOLDERS = "Folders on the masters"
_FILES = Fixed("the files in the old folder would stay behind")


class Folders(Block):
    """Where things go on the hosts."""

    SPEC = spec.Layout
    kubernetes: Annotated[
        str,
        say("Folder of cfg, bin and ssl of Kubernetes.", pattern=FOLDER),
        Parsed(parse.folder),
        _FILES,
        Asked("Kubernetes", _FOLDERS),
    ] = "/opt/kubernetes"
    etcd: Annotated[
        str,
        say("Folder of cfg, bin and ssl of etcd.", pattern=FOLDER),
        Parsed(parse.folder),
        _FILES,
        Asked("etcd", _FOLDERS),
    ] = "/opt/etcd"
    units: Annotated[
        str,
        say("Folder of the systemd units.", pattern=FOLDER),
        Parsed(parse.folder),
        Fixed("the units in the old folder would stay behind"),
        Asked("systemd units", _FOLDERS),
    ] = "/etc/systemd/system"


class Answers(Block):
    """Answers of tui-installer. Only hosts[].address is compulsory."""

    api_version: Annotated[Literal["tui-installer/v1"], say("The form of this file.")] = (
        "tui-installer/v1"
    )
    cluster: Annotated[Cluster, say("The cluster's identity and networks.")] = Field(
        default_factory=Cluster
    )
    kubernetes: Annotated[Kubernetes, say("Which Kubernetes, and from where.")] = Field(
        default_factory=Kubernetes
    )
    etcd: Annotated[Etcd, say("The cluster's store.")] = Field(default_factory=Etcd)
    ssh: Annotated[Ssh, say("How every host is logged in to.")] = Field(default_factory=Ssh)
    hosts: Annotated[
        list[Host],
        say(
            "The masters: 1, 3 or 5 where etcd is stacked, any number where it is external.",
            minItems=1,
        ),
    ] = Field(default_factory=list)
    sans: Annotated[
        list[str],
        say(
            "Further names and addresses that the API server's certificate is valid for, such as "
            "future masters, virtual addresses, load balancers.",
            example=["192.0.2.100", "k8s.example.com"],
        ),
        Parsed(parse.san),
    ] = Field(default_factory=list)
    token: Annotated[Token, say("The token that nodes join with.")] = Field(default_factory=Token)
    certificates: Annotated[Certificates, say("Keys and lifetimes.")] = Field(
        default_factory=Certificates
    )
    security: Annotated[
        Security, say("How far the cluster is closed. Every default is the secure side.")
    ] = Field(default_factory=Security)
    layout: Annotated[Folders, say("Where things go on the hosts.")] = Field(
        default_factory=Folders
    )
