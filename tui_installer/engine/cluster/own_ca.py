"""The CAs that the user brings: read from their files, checked, never copied with their key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.engine.cluster.local_files import MOST
from tui_installer.errors import InstallerError, UsageError
from tui_installer.kubernetes import certificates
from tui_installer.kubernetes.certificates import PARENT
from tui_installer.model.check.problems import Problem
from tui_installer.model.secret import Secret
from tui_installer.pki import ca_rules, chain, encrypted
from tui_installer.pki.describe import describe
from tui_installer.pki.issue import Issued

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from tui_installer.model.certificate_spec import OwnCa
    from tui_installer.model.certificates import CertProfile
    from tui_installer.model.spec import Spec

QUESTIONS = {"ca": "ca", "front-proxy-ca": "frontProxyCA", "etcd-ca": "etcdCA", PARENT: "ca"}
"""CA → its block below `certificates` in the answers."""
REQUESTS = "tui-installer certificates requests DIR --answers FILE"
ADMINISTRATORS = (
    "whoever has a client certificate of it can log in to this cluster, and with "
    "O=system:masters is its administrator. Use it for this cluster only; a CA that others use "
    "belongs above the cluster's CAs, by certificates.ca.signs: authorities"
)


@dataclass(frozen=True, slots=True)
class Given:
    """One CA of the answers. name: as in `certificates.profiles`, or PARENT. own: its files."""

    name: str
    own: OwnCa

    @property
    def question(self) -> str:
        return f"certificates.{QUESTIONS[self.name]}"


def given(spec: Spec) -> tuple[Given, ...]:
    """The CAs that the answers name; the cluster's own CAs are not among them."""
    settings = spec.certificates
    parent = [Given(PARENT, settings.parent)] if settings.parent else []
    named = ((name, settings.own(name)) for name in ("ca", "front-proxy-ca", "etcd-ca"))
    return (*parent, *(Given(name, own) for name, own in named if own))


def signs(spec: Spec, name: str) -> tuple[CertProfile, ...]:
    """What comes below a CA of the user: all that it signs, and that this signs."""
    every = certificates.profiles(spec)
    direct = {profile.name for profile in every if profile.signer == name}
    return tuple(p for p in every if p.name != name and (p.name in direct or p.signer in direct))


def problems(spec: Spec, now: int) -> Iterator[Problem]:
    """Every broken rule, with the answer, the file and what would be right. Reads the files."""
    seen: dict[bytes, str] = {}
    for one in given(spec):
        cert = yield from _cert(one, spec, now)
        if cert is None:
            continue
        head = chain.first(cert)
        if other := seen.get(head):
            yield Problem(
                f"{one.question}.cert",
                f"{one.own.cert} is the CA of {other}: clients of the one would be clients of the "
                "other",
                "name another CA, or leave it out",
            )
        seen[head] = one.question
        yield from _key(one, cert)


def _cert(one: Given, spec: Spec, now: int) -> Generator[Problem, None, bytes | None]:
    """Returns the certificate's text if it breaks no rule."""
    question = f"{one.question}.cert"
    try:
        pem = _content(one.own.cert)
    except OSError as error:
        yield Problem(question, f"cannot read {one.own.cert}: {error.strerror}")
        return None
    below = 1 if one.name == PARENT else 0
    found = ca_rules.faults(pem, signs(spec, one.name), below=below, now=now)
    for fault in found:
        yield Problem(question, f"{one.own.cert}: {fault.what}", fault.right)
    return None if found else pem


def _key(one: Given, cert: bytes) -> Iterator[Problem]:
    """A key that is not there counts only when it is needed: it may be kept offline."""
    if not one.own.key:
        return
    question = f"{one.question}.key"
    try:
        key = Secret(_content(one.own.key))
    except FileNotFoundError:
        return
    except OSError as error:
        yield Problem(question, f"cannot read {one.own.key}: {error.strerror}")
        return
    if not encrypted.is_encrypted(key) and (fault := ca_rules.key_fault(cert, key)):
        yield Problem(question, f"{one.own.key}: {fault.what}", fault.right)


def _content(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return file.read(MOST)


def load(spec: Spec, now: int) -> dict[str, Issued]:
    """name → certificate with its chain, and key; the key is empty if it is not here.

    Raises UsageError with every broken rule.
    """
    found = list(problems(spec, now))
    if found:
        lines = tuple(f"{p.path}: {p.message}; {p.hint}" if p.hint else f"{p.path}: {p.message}"
                      for p in found)  # fmt: skip
        raise UsageError(
            "your CA cannot be used; nothing was changed",
            details=lines,
            hint="change the answers, or the files that they name",
            step="certificates",
        )
    return {one.name: _issued(one) for one in given(spec)}


def _issued(one: Given) -> Issued:
    cert = chain.text(*chain.read(_content(one.own.cert)))
    try:
        return Issued(cert, Secret(_content(one.own.key) if one.own.key else b""))
    except OSError:
        return Issued(cert, Secret(b""))


def kept_elsewhere(own: Mapping[str, Issued], signer: str) -> bool:
    """Whether a CA's key is not on this machine, so that the user signs its certificates."""
    return signer in own and not own[signer].key.reveal()


def to_request(
    missing: Mapping[str, str], spec: Spec, own: Mapping[str, Issued]
) -> tuple[CertProfile, ...]:
    """The missing certificates that the user must have signed."""
    return tuple(
        profile
        for profile in certificates.profiles(spec)
        if profile.name in missing
        and profile.name not in own
        and kept_elsewhere(own, profile.signer)
    )


def refuse(missing: Mapping[str, str], spec: Spec, own: Mapping[str, Issued]) -> None:
    """Raises InstallerError if a certificate must be signed with a key that is not here."""
    wanted = to_request(missing, spec, own)
    if not wanted:
        return
    files = {one.name: one.own for one in given(spec)}
    away = sorted({files[p.signer].key for p in wanted} - {""})
    hint = (
        f"{' and '.join(away)} does not exist; bring the key back to sign them"
        if away
        else f"{REQUESTS} writes their requests; have them signed, then: "
        "tui-installer certificates accept DIR --answers FILE"
    )
    count = len(wanted)
    raise InstallerError(
        f"{count} certificate{'s' if count > 1 else ''} must be signed by your CA, and its key is "
        "not here; nothing was changed",
        details=tuple(f"{p.name}: {missing[p.name]}; signed by "
                      f"{describe(own[p.signer].cert).subject}" for p in wanted),
        hint=hint,
        step="certificates",
    )  # fmt: skip


_OTHER = ("subject changed", "it is another CA", "not signed by", "it is not a CA")


def is_other(why: str) -> bool:
    """Whether a CA of the session is refused because it is another one than expected."""
    return why.startswith(_OTHER)


def hint(spec: Spec, profile: CertProfile, file: Path) -> str:
    """What to do about a CA of the session that is not the one that the answers call for."""
    if profile.name == "signing-ca":
        return "restore its files from a backup: this CA is always the cluster's own"
    if profile.signer == PARENT or spec.certificates.own(profile.name):
        return (
            "a CA cannot change once the cluster exists: every host, kubeconfig and pod trusts "
            "the old one. Put the old answers below `certificates` back; another CA needs a new "
            "cluster.name. If nothing was installed yet: tui-installer sessions delete "
            f"{spec.name}"
        )
    question = QUESTIONS[profile.name]
    return (
        f"pki/ is this program's own folder. To use a CA of yours, remove {file.name} and "
        f"{file.stem}-key.pem from it, and name your files in the answers: "
        f"certificates.{question}: {{cert: FILE, key: FILE}}. If the cluster exists, restore the "
        "files from a backup: a CA is never replaced by a run"
    )


def notices(spec: Spec, own: Mapping[str, Issued], now: int) -> Iterator[str]:
    """What the user must know of the CAs that they brought."""
    for one in given(spec):
        cert = own[one.name].cert
        subject = describe(cert).subject
        if one.name == "ca":
            yield f"certificates.ca: {subject} is the CA of this cluster: {ADMINISTRATORS}"
        lifetime = (
            spec.certificates.ca_lifetime if one.name == PARENT else spec.certificates.leaf_lifetime
        )
        if (end := ca_rules.shortened(cert, lifetime, now)) is not None:
            days = max(end - now, 0) // 86400
            yield (
                f"{one.question}: {subject}, or its chain, expires in {days} d; what it signs is "
                f"valid no longer than that, instead of {lifetime // 86400} d"
            )
