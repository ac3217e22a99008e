"""The facts of a host, gathered in one round trip; input of the planner."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class FileFact:
    """changed: ctime in UNIX seconds. content: of public text files only, else None."""

    sha256: str
    mode: int
    owner: str
    size: int
    changed: float
    ours: bool
    """The manifest on the host says that this program wrote it, with this digest."""
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class FolderFact:
    """mixed: some content has another owner than it should."""

    mode: int
    owner: str
    mixed: bool


@dataclass(frozen=True, slots=True)
class AccountFact:
    """A user or group with the name of an account that our programs run as.

    uid: -1 if only the group exists. alias: the first user that has this uid.
    group: its main group. groups: all of them. gid: of the group of that name, -1 for none.
    members: of that group, besides the user.
    """

    uid: int
    alias: str
    group: str
    groups: frozenset[str]
    shell: str
    gid: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """A parent folder of a path that not every user may traverse."""

    folder: str
    mode: int
    owner: str


@dataclass(frozen=True, slots=True)
class UnitFact:
    """systemd's own values. started: UNIX seconds of the main process, 0 if it is not running."""

    load: str
    active: str
    sub: str
    enabled: str
    started: float
    restarts: int
    stale: bool
    """The unit file changed since systemd read it."""


@dataclass(frozen=True, slots=True)
class UnitFiles:
    """The files that define a unit.

    unit: path of the unit file. options: path of its EnvironmentFile, '' if it has none.
    content: of the options file, None if it cannot be read as one.
    """

    unit: str
    options: str
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class EtcdData:
    """The ``member`` folder in etcd's data folder, if it is not empty.

    size: bytes. changed: when its newest file was written, in UNIX seconds.
    """

    path: str
    size: int
    changed: float


@dataclass(frozen=True, slots=True)
class PortFact:
    """A listening TCP port. unit: the systemd unit of its process, '' if it has none."""

    port: int
    process: str
    pid: int
    unit: str


@dataclass(frozen=True, slots=True)
class Space:
    """The file system of a managed folder. free: bytes. options: of its mount."""

    mount: str
    free: int
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HostFacts:
    """skew: seconds the host's clock is ahead of ours. Memory in bytes."""

    host: str
    hostname: str
    system: str
    kernel: str
    machine: str
    systemd: int
    """Its major version; 0 if systemd is not PID 1."""
    root: str
    """The privilege escalation: root, sudo, sudo with password, doas and so on."""
    login: str
    skew: float
    memory_total: int
    memory_available: int
    addresses: tuple[str, ...]
    swap: bool
    cgroup: str
    selinux: str
    tools: frozenset[str]
    files: Mapping[str, FileFact] = field(default_factory=dict)
    units: Mapping[str, UnitFact] = field(default_factory=dict)
    folders: Mapping[str, FolderFact] = field(default_factory=dict)
    accounts: Mapping[str, AccountFact] = field(default_factory=dict)
    closed: Mapping[str, tuple[Closed, ...]] = field(default_factory=dict)
    """Path → its parent folders, and itself, that not every user may traverse."""
    ports: tuple[PortFact, ...] = ()
    spaces: Mapping[str, Space] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    """Path of a program → the output of its --version."""
    listed: frozenset[str] = frozenset()
    """The paths and ``user:NAME`` that should be absent and that the manifest lists."""
    entries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Folder that exists but should be absent → the names in it, at most 100."""
    unit_files: Mapping[str, UnitFiles] = field(default_factory=dict)
    etcd_data: EtcdData | None = None
    machine_id: str = ""
    """Of systemd, machine-id(5); '' if the host has none."""
    forwarding: str = "sshd"
    """What leads to the host's ports: sshd, or the program that relays; '' if nothing does."""


@dataclass(frozen=True, slots=True)
class EtcdMember:
    """A member as etcd lists it. peers: peer URLs. started: whether it has ever joined.

    name: '' for a member that was added to the cluster and has not joined.
    """

    id: str
    name: str
    peers: tuple[str, ...]
    started: bool
    learner: bool


@dataclass(frozen=True, slots=True)
class EtcdView:
    """The answer of the etcd member on one host. version: the running one, '' if not reported."""

    cluster_id: str
    member_id: str
    members: tuple[EtcdMember, ...]
    version: str = ""


@dataclass(frozen=True, slots=True)
class BlockedPort:
    """A TCP port of a host that another host could not reach although something listened there.

    source, target: names of hosts. result: ``silent``, or the error that the source got.
    """

    source: str
    target: str
    port: int
    result: str


@dataclass(frozen=True, slots=True)
class PeerPorts:
    """What masters found when they tried each other's ports.

    firewalls: host → ``firewalld``, ``ufw``, ``iptables`` or ``nft FAMILY TABLE CHAIN``.
    """

    blocked: tuple[BlockedPort, ...] = ()
    firewalls: Mapping[str, str] = field(default_factory=dict)


class ObjectKey(NamedTuple):
    """The identity of an API object. namespace: '' for cluster-scoped ones."""

    api_version: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace + '/' if self.namespace else ''}{self.name}"


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """Facts from the API. ready: host → the text of /readyz, or why it is not ready.

    objects: the live objects among the requested ones.
    versions: host → the version of its API server.
    etcd: host → the answer of its member, for those that answer.
    """

    ready: Mapping[str, str] = field(default_factory=dict)
    answering: frozenset[str] = frozenset()
    objects: Mapping[ObjectKey, Mapping[str, object]] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    etcd: Mapping[str, EtcdView] = field(default_factory=dict)
