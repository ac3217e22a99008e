"""Every certificate and key of the cluster as data: signer, content, files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_installer.actions.sessions import drafts
from tui_installer.kubernetes.cert_files import host_files
from tui_installer.kubernetes.certificates import profiles
from tui_installer.kubernetes.components.certificate import SERVICE_ACCOUNT, CertFileKind

if TYPE_CHECKING:
    from tui_installer.model.certificates import CertProfile
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder

OWN = "certificates."
KEYS = ("sa.key", "encryption.key")
"""Keys without a certificate, by their names in the session folder."""

_ABOUT = {
    "ca": "signs servers and clients of the API",
    "front-proxy-ca": "signs the API server as a proxy to aggregated APIs",
    "signing-ca": "signs nodes' certificates, inside the cluster",
    "etcd-ca": "signs etcd's servers, members and clients",
    "admin": "the administrator's kubeconfig, bound by RBAC",
    "super-admin": "works even without RBAC; keep it for emergencies",
    "kube-proxy": "for the nodes' kube-proxy, when they join",
    "etcd-operator": "this program's own access to etcd",
    "server": "serves the API to clients",
    "apiserver-kubelet-client": "authenticates the API server to kubelets",
    "front-proxy-client": "authenticates the API server to aggregated APIs",
    "controller-manager": "authenticates the controller manager to the API server",
    "controller-manager-serving": "serves the controller manager's health and metrics",
    "scheduler": "authenticates the scheduler to the API server",
    "scheduler-serving": "serves the scheduler's health and metrics",
    "etcd-server": "serves etcd to clients",
    "etcd-peer": "authenticates etcd members to each other",
    "apiserver-etcd-client": "authenticates the API server to etcd",
    "sa.key": "signs the service accounts' tokens",
    "encryption.key": "encrypts Secrets in etcd",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A file of a certificate or key. where: a host's name, or ``here`` for this machine."""

    where: str
    path: str
    mode: int
    secret: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One certificate, or a key without one (profile None). host: '' for no host.

    name: as in the session folder. title: without the host. own: whether it is a CA of the user.
    """

    name: str
    title: str
    host: str
    about: str
    profile: CertProfile | None
    places: tuple[Place, ...]
    own: bool = False

    @property
    def is_ca(self) -> bool:
        return self.profile is not None and self.profile.is_ca

    @property
    def key_leaves(self) -> bool:
        """Whether its private key is copied to a host."""
        return any(place.secret and place.where != HERE for place in self.places)


HERE = "here"


@dataclass(frozen=True, slots=True)
class Overview:
    """The spec with its certificates and keys."""

    spec: Spec
    entries: tuple[Entry, ...]


def overview(data: dict[str, Any], session: SessionFolder) -> Overview | None:
    """Returns the overview of a draft's data. Takes tens of milliseconds with fifty hosts."""
    spec = spec_of(data)
    return Overview(spec, entries(spec, session)) if spec else None


def spec_of(data: dict[str, Any]) -> Spec | None:
    """Returns the spec of a draft's data; wrong settings of this page count as their defaults.

    None while an answer of another page is wrong.
    """
    _, problems = drafts.judge(data)
    wrong = {problem.path.split(".")[1] for problem in problems if problem.path.startswith(OWN)}
    if not all(problem.path.startswith(OWN) for problem in problems):
        return None
    if wrong:
        kept = {key: value for key, value in data["certificates"].items() if key not in wrong}
        data = {**data, "certificates": kept}
        problems = drafts.judge(data)[1]
    return None if problems else drafts.spec(data)


def entries(spec: Spec, session: SessionFolder) -> tuple[Entry, ...]:
    """Returns certificates in the order of issue, a CA before what it signs; then the keys."""
    places = _on_hosts(spec)
    certs = (_entry(profile, places, session, spec) for profile in profiles(spec))
    return (*certs, *(_key(spec, name, places, session) for name in KEYS))


def _entry(
    profile: CertProfile, places: dict[str, list[Place]], session: SessionFolder, spec: Spec
) -> Entry:
    name = profile.name
    is_own = spec.certificates.own(name) is not None
    host, _, title = name.rpartition("/")
    own = [
        Place(HERE, str(session.cert_path(name)), 0o644, secret=False),
        Place(HERE, str(session.key_path(name)), 0o600, secret=True),
    ]
    if is_own:
        own.pop()
    if name == "admin":
        own.append(Place(HERE, str(session.kubeconfig), 0o600, secret=True))
    there = places.get(name, [])
    return Entry(name, title, host, _ABOUT.get(title, ""), profile, (*there, *own), is_own)


def _key(spec: Spec, name: str, places: dict[str, list[Place]], session: SessionFolder) -> Entry:
    own = Place(HERE, str(session.pki / name), 0o600, secret=True)
    if name == "sa.key":
        there = places.get(SERVICE_ACCOUNT, [])
    else:
        path = spec.layout.cfg("encryption.yaml")
        there = [Place(host.name, path, 0o600, secret=True) for host in spec.masters]
    return Entry(name, name, "", _ABOUT[name], None, (*there, own))


def _on_hosts(spec: Spec) -> dict[str, list[Place]]:
    """Maps a profile to its files on the masters; a bundle counts for each member."""
    found: dict[str, list[Place]] = {}
    for host in spec.masters:
        for file in host_files(spec, host):
            if file.kind is CertFileKind.LOCAL:
                continue
            place = Place(host.name, file.path, file.mode, file.secret)
            for name in file.members or (file.profile,):
                found.setdefault(name, []).append(place)
    return found
