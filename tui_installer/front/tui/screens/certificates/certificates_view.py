"""Every certificate and key of the cluster as data: who signs it, what it says, where it goes."""

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
"""What a run makes besides certificates, by its name in the session folder."""

_ABOUT = {
    "ca": "signs servers and clients of the API",
    "front-proxy-ca": "signs the API server as a proxy to aggregated APIs",
    "signing-ca": "signs nodes' certificates, inside the cluster",
    "etcd-ca": "signs etcd's servers, members and clients",
    "admin": "the administrator's kubeconfig, bound by RBAC",
    "super-admin": "works even without RBAC; keep it for emergencies",
    "kube-proxy": "for the nodes' kube-proxy, when they join",
    "etcd-operator": "this program's own access to etcd",
    "server": "what the API server shows to its clients",
    "apiserver-kubelet-client": "how the API server calls kubelets",
    "front-proxy-client": "how the API server calls aggregated APIs",
    "controller-manager": "how the controller manager calls the API server",
    "controller-manager-serving": "what the controller manager shows to who checks it",
    "scheduler": "how the scheduler calls the API server",
    "scheduler-serving": "what the scheduler shows to who checks it",
    "etcd-server": "what the etcd member shows to its clients",
    "etcd-peer": "how etcd members know each other",
    "apiserver-etcd-client": "how the API server calls etcd",
    "sa.key": "signs the service accounts' tokens",
    "encryption.key": "encrypts Secrets in etcd",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A file that it goes into. where: a host's name, or ``here`` for this machine."""

    where: str
    path: str
    mode: int
    secret: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One certificate, or a key without one (profile None). host: '' if it is of none.

    name: as in the session folder. title: without the host.
    """

    name: str
    title: str
    host: str
    about: str
    profile: CertProfile | None
    places: tuple[Place, ...]

    @property
    def is_ca(self) -> bool:
        return self.profile is not None and self.profile.is_ca

    @property
    def key_leaves(self) -> bool:
        """Whether its private key goes to a host."""
        return any(place.secret and place.where != HERE for place in self.places)


HERE = "here"


@dataclass(frozen=True, slots=True)
class Overview:
    """The spec and all that it has certificates and keys for."""

    spec: Spec
    entries: tuple[Entry, ...]


def overview(data: dict[str, Any], session: SessionFolder) -> Overview | None:
    """Of a draft's data, as `spec_of` reads it. Tens of milliseconds with fifty hosts."""
    spec = spec_of(data)
    return Overview(spec, entries(spec, session)) if spec else None


def spec_of(data: dict[str, Any]) -> Spec | None:
    """The spec of a draft's data; wrong settings of this page count as their defaults.

    None while something on another page is wrong.
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
    """Certificates in the order they are issued, a CA before what it signs; then the keys."""
    places = _on_hosts(spec)
    certs = (_entry(profile, places, session) for profile in profiles(spec))
    return (*certs, *(_key(spec, name, places, session) for name in KEYS))


def _entry(profile: CertProfile, places: dict[str, list[Place]], session: SessionFolder) -> Entry:
    name = profile.name
    host, _, title = name.rpartition("/")
    own = [
        Place(HERE, str(session.cert_path(name)), 0o644, secret=False),
        Place(HERE, str(session.key_path(name)), 0o600, secret=True),
    ]
    if name == "admin":
        own.append(Place(HERE, str(session.kubeconfig), 0o600, secret=True))
    there = places.get(name, [])
    return Entry(name, title, host, _ABOUT.get(title, ""), profile, (*there, *own))


def _key(spec: Spec, name: str, places: dict[str, list[Place]], session: SessionFolder) -> Entry:
    own = Place(HERE, str(session.pki / name), 0o600, secret=True)
    if name == "sa.key":
        there = places.get(SERVICE_ACCOUNT, [])
    else:
        path = spec.layout.cfg("encryption.yaml")
        there = [Place(host.name, path, 0o600, secret=True) for host in spec.masters]
    return Entry(name, name, "", _ABOUT[name], None, (*there, own))


def _on_hosts(spec: Spec) -> dict[str, list[Place]]:
    """Profile → its files on the masters; the members of a bundle are each in it."""
    found: dict[str, list[Place]] = {}
    for host in spec.masters:
        for file in host_files(spec, host):
            if file.kind is CertFileKind.LOCAL:
                continue
            place = Place(host.name, file.path, file.mode, file.secret)
            for name in file.members or (file.profile,):
                found.setdefault(name, []).append(place)
    return found
