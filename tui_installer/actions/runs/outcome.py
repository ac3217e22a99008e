"""What a run leaves behind: files, certificates with their expiry, and how a node joins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.actions import token_store
from tui_installer.actions.token_view import Kept, Kind
from tui_installer.errors import UsageError
from tui_installer.kubernetes import kubeconfig
from tui_installer.pki.describe import describe
from tui_installer.store import atomic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder


@dataclass(frozen=True, slots=True)
class Expiry:
    """One certificate of the session folder. ends: UNIX seconds. trouble: why it can't be read."""

    name: str
    subject: str
    ends: int
    is_ca: bool
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """files: (what, path) of what exists. expiries: the first to expire first."""

    files: tuple[tuple[str, Path], ...] = ()
    expiries: tuple[Expiry, ...] = ()
    token: Kept | None = None

    def path(self, what: str) -> Path | None:
        return dict(self.files).get(what)

    def unusable(self, now: float) -> tuple[Expiry, ...]:
        """Returns the certificates that have expired or cannot be read. now: UNIX seconds."""
        return tuple(one for one in self.expiries if one.trouble or one.ends < now)


def read(spec: Spec, session: SessionFolder) -> Outcome:
    """Reads the session folder. Blocking. Raises nothing."""
    kind = Kind.SECRET if spec.token.has_secret else Kind.CSV
    return Outcome(files(session), expiries(session), token_store.read(session, kind))


def files(session: SessionFolder) -> tuple[tuple[str, Path], ...]:
    """Returns (what, path) of a run's files that exist."""
    known = (
        ("kubeconfig", session.kubeconfig),
        ("session folder", session.root),
        ("certificates and keys", session.pki),
        ("journal", session.journal),
        ("result", session.result),
    )
    return tuple((what, path) for what, path in known if path.exists())


def expiries(session: SessionFolder) -> tuple[Expiry, ...]:
    """Returns the expiry of every certificate, the first to expire first. Raises nothing."""
    return tuple(sorted(_expiries(session), key=lambda one: (one.ends, one.name)))


def _expiries(session: SessionFolder) -> Iterator[Expiry]:
    for path in sorted(session.pki.rglob("*.pem")):
        if path.name.endswith("-key.pem"):
            continue
        name = str(path.relative_to(session.pki).with_suffix(""))
        try:
            info = describe(path.read_bytes())
        except (OSError, ValueError) as error:
            yield Expiry(name, "", 0, is_ca=False, trouble=str(error))
        else:
            yield Expiry(name, info.subject, info.not_after, info.is_ca)


def join_text(spec: Spec, token: str) -> str:
    """Returns the kubelet's bootstrap kubeconfig for display, with a placeholder for the CA."""
    text = kubeconfig.bootstrap(spec, "CA", token).decode()
    return text.replace("certificate-authority: CA", f"certificate-authority-data: {CA_HERE}")


CA_HERE = "(ca.pem, in the file that b saves)"


def save_join_file(spec: Spec, session: SessionFolder, path: Path) -> None:
    """Writes the bootstrap kubeconfig with CA and token, 0600. Blocking. Raises InstallerError."""
    ca = session.read_cert("ca")
    kept = token_store.read(session, Kind.SECRET if spec.token.has_secret else Kind.CSV)
    if ca is None or kept.token is None:
        raise UsageError(
            "there is no CA or no token yet", hint="they are made when the installation runs"
        )
    atomic.write(path, kubeconfig.bootstrap(spec, ca[0], kept.token.reveal().decode()))
