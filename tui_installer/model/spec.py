"""The complete, frozen description of one install. Made only by `resolve`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import total_ordering
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui_installer.model.api_rate import ApiRate
    from tui_installer.model.certificate_spec import CertSpec
    from tui_installer.model.certificates import San
    from tui_installer.model.security import SecuritySpec

Network = IPv4Network | IPv6Network
APISERVER_PORT = 6443
DEFAULT_USER, DEFAULT_PORT = "root", 22
"""Of an SSH login for which neither the answers nor ssh_config(5) name a user or a port."""


@dataclass(frozen=True, slots=True)
class Networks:
    """A network, or two of different address families. first: of the hosts' family.

    As text, the value of the components' flags.
    """

    first: Network
    second: Network | None = None

    def __iter__(self) -> Iterator[Network]:
        yield self.first
        if self.second is not None:
            yield self.second

    def __str__(self) -> str:
        return ",".join(map(str, self))

    @property
    def dual(self) -> bool:
        """Whether there is one of each family."""
        return self.second is not None


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """A release version, printed with its leading v."""

    major: int
    minor: int
    patch: int
    suffix: str = ""

    def __str__(self) -> str:
        return f"v{self.major}.{self.minor}.{self.patch}{self.suffix}"

    def __lt__(self, other: Version) -> bool:
        return self._key() < other._key()

    def _key(self) -> tuple[int, int, int, bool, str]:
        return (self.major, self.minor, self.patch, not self.suffix, self.suffix)


class SourceKind(StrEnum):
    """Where binaries come from."""

    MIRROR = "mirror"
    TARBALL = "tarball"
    FOLDER = "folder"
    GO = "go"


@dataclass(frozen=True, slots=True)
class Signature:
    """The required signer of the binaries: the owner of a key, or a sigstore identity."""

    key: Path | None = None
    identity: str = ""
    issuer: str = ""
    trusted_root: Path | None = None


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a password is read from: a file or an environment variable; else the user enters it."""

    file: Path | None = None
    env: str = ""


class FetchedBy(StrEnum):
    """Who downloads binaries: this machine, which sends them on, or each host."""

    OPERATOR = "operator"
    HOSTS = "hosts"


@dataclass(frozen=True, slots=True)
class Source:
    """location: the mirror's base URL; the tarball's path or URL; the folder; '' for go.

    sha256: the digest that a tarball must have, or ''. signature: None if none is checked.
    ca: a file of CAs of this machine, or None. login: where the site's login is read from, if not
    from a netrc file.
    """

    kind: SourceKind
    location: str = ""
    sha256: str = ""
    signature: Signature | None = None
    ca: Path | None = None
    login: SecretRef = SecretRef()
    fetch: FetchedBy = FetchedBy.OPERATOR


class SudoMode(StrEnum):
    """How a login user other than root becomes root. AUTO: sudo, or doas where sudo is missing."""

    AUTO = "auto"
    SUDO = "sudo"
    DOAS = "doas"
    SU = "su"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class SshSpec:
    """The SSH login to one machine, as answered, or settled: with what ssh_config(5) says.

    address: as answered, which may be an alias; the HostName once settled.
    jump: the jump host, if any, which may have one of its own.
    Options of ssh_config(5) have its names; '' and 0 if it says nothing. connect_timeout: seconds.
    """

    address: str
    port: int
    user: str
    identity_files: tuple[Path, ...]
    """Private keys, or public keys that select a key of the agent, in this order."""
    use_agent: bool
    passphrase: SecretRef
    fingerprint: str
    """``SHA256:…`` as ssh-keygen -l prints it, or ''."""
    jump: SshSpec | None = None
    identities_only: bool = False
    """Whether only identity_files are tried, in the agent too (IdentitiesOnly)."""
    certificate_files: tuple[Path, ...] = ()
    identity_agent: str = ""
    """The agent's socket (IdentityAgent); '' for that of SSH_AUTH_SOCK."""
    proxy_command: str = ""
    host_key_alias: str = ""
    known_hosts: tuple[Path, ...] | None = None
    """UserKnownHostsFile and GlobalKnownHostsFile; None for the usual files."""
    connect_timeout: int = 0
    config: bool = False
    """Whether ssh_config(5) is still to be asked: not once the login is settled."""
    given: frozenset[str] = frozenset()
    """The fields that the answers name: user, port, identity_files, use_agent, jump."""
    origins: tuple[tuple[str, str], ...] = ()
    """(field, such as ``~/.ssh/config line 12``) of what ssh_config(5) says."""
    password: SecretRef = SecretRef()
    """The login's password, for a machine that accepts one."""


class Role(StrEnum):
    """A host's role in the cluster."""

    CONTROL_PLANE = "control-plane"
    WORKER = "worker"

    @property
    def needs(self) -> frozenset[Role]:
        """The roles whose failure stops the work on hosts of this role, including itself."""
        return frozenset({self, Role.CONTROL_PLANE})


@dataclass(frozen=True, slots=True)
class HostSpec:
    """One host of the cluster. address: the IP address its peers and clients use.

    addresses: its further addresses, of either family.
    """

    name: str
    address: str
    ssh: SshSpec
    sudo: SudoMode
    sudo_password: SecretRef
    roles: frozenset[Role] = frozenset({Role.CONTROL_PLANE})
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The API server's address for clients: a DNS name or a virtual IP, and a port."""

    host: str
    port: int = APISERVER_PORT


class EtcdMode(StrEnum):
    """stacked: on the masters, managed. external: an existing etcd."""

    STACKED = "stacked"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class EtcdFiles:
    """TLS files of an external etcd. on_hosts: paths on the masters, else on this machine."""

    ca: str
    cert: str
    key: str
    on_hosts: bool


@dataclass(frozen=True, slots=True)
class EtcdSpec:
    """endpoints: URLs, external only. files: external only."""

    mode: EtcdMode
    version: Version
    source: Source
    endpoints: tuple[str, ...]
    files: EtcdFiles | None
    data_dir: str
    extra_args: tuple[tuple[str, str], ...]


class TokenMode(StrEnum):
    """secret: a bootstrap-token Secret. csv: the tutorial's token.csv."""

    SECRET = "secret"  # noqa: S105
    CSV = "csv"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class TokenSpec:
    """ttl: seconds that the bootstrap token is valid; 0: forever."""

    mode: TokenMode
    ttl: int

    @property
    def has_secret(self) -> bool:
        return self.mode is not TokenMode.CSV

    @property
    def has_csv(self) -> bool:
        return self.mode is not TokenMode.SECRET


@dataclass(frozen=True, slots=True)
class Layout:
    """Absolute folders on the hosts."""

    kubernetes: str
    etcd: str
    units: str

    def cfg(self, name: str) -> str:
        return f"{self.kubernetes}/cfg/{name}"

    def bin(self, name: str) -> str:
        return f"{self.kubernetes}/bin/{name}"

    def ssl(self, name: str) -> str:
        return f"{self.kubernetes}/ssl/{name}"

    def etcd_cfg(self, name: str) -> str:
        return f"{self.etcd}/cfg/{name}"

    def etcd_bin(self, name: str) -> str:
        return f"{self.etcd}/bin/{name}"

    def etcd_ssl(self, name: str) -> str:
        return f"{self.etcd}/ssl/{name}"

    def unit(self, name: str) -> str:
        return f"{self.units}/{name}.service"


@dataclass(frozen=True, slots=True)
class ExtraArgs:
    """The user's own flags, (name without dashes, value), in the file's order."""

    apiserver: tuple[tuple[str, str], ...] = ()
    controller_manager: tuple[tuple[str, str], ...] = ()
    scheduler: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Spec:
    """The input of a run, together with the facts of the hosts.

    hosts: the hosts of every role; a run connects to them, locks them and gathers their facts.
    Work that concerns only the control plane uses `masters`.
    """

    name: str
    domain: str
    endpoint: Endpoint | None
    service_cidr: Networks
    pod_cidr: Networks
    node_port_range: tuple[int, int]
    version: Version
    source: Source
    hosts: tuple[HostSpec, ...]
    etcd: EtcdSpec
    extra_sans: tuple[San, ...]
    token: TokenSpec
    certificates: CertSpec
    security: SecuritySpec
    layout: Layout
    extra_args: ExtraArgs
    api_rate: ApiRate

    def with_role(self, role: Role) -> tuple[HostSpec, ...]:
        """The hosts with a role, in the order of the answers."""
        return tuple(host for host in self.hosts if role in host.roles)

    @property
    def masters(self) -> tuple[HostSpec, ...]:
        """The hosts of the control plane: API servers, and members of a stacked etcd."""
        return self.with_role(Role.CONTROL_PLANE)

    @property
    def workers(self) -> tuple[HostSpec, ...]:
        return self.with_role(Role.WORKER)

    @property
    def first_master(self) -> HostSpec:
        """The master that answers queries that any master could answer."""
        return self.masters[0]

    def host(self, name: str) -> HostSpec:
        """The host with that name. Raises StopIteration if no host has it."""
        return next(host for host in self.hosts if host.name == name)

    @property
    def service_ip(self) -> str:
        """The `kubernetes` Service's address: the first of the service CIDR."""
        return str(self.service_cidr.first[1])

    @property
    def api_host(self) -> str:
        """The host in the clients' kubeconfigs."""
        return self.endpoint.host if self.endpoint else self.first_master.address

    @property
    def api_url(self) -> str:
        port = self.endpoint.port if self.endpoint else APISERVER_PORT
        return f"https://{bracket(self.api_host)}:{port}"


def bracket(host: str) -> str:
    """An IPv6 address in brackets, as in URLs; other text unchanged."""
    try:
        return f"[{host}]" if ip_address(host).version == 6 else host  # noqa: PLR2004
    except ValueError:
        return host
