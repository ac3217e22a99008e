"""What a run leaves behind: files, certificates and when they end, and how a node joins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.actions import token_store
from tui_installer.actions.token_view import Kept, Kind
from tui_installer.errors import UsageError
from tui_installer.kubernetes import kubeconfig
from tui_installer.pki.describe import describe
from tui_installer.store import atomic, paths
from tui_installer.store.state_folder import StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui_installer.model.spec import Spec


@dataclass(frozen=True, slots=True)
class Expiry:
    """One certificate of the state folder. ends: UNIX seconds. trouble: why it can't be read."""

    name: str
    subject: str
    ends: int
    is_ca: bool
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """files: (what, path) of everything there is. expiries: the first to end first."""

    files: tuple[tuple[str, Path], ...] = ()
    expiries: tuple[Expiry, ...] = ()
    token: Kept | None = None

    def path(self, what: str) -> Path | None:
        return dict(self.files).get(what)


def read(spec: Spec) -> Outcome:
    """Looks into the cluster's state folder: blocking work, for a thread. Raises nothing."""
    folder = StateFolder(paths.cluster_folder(spec.name))
    files = (
        ("kubeconfig", folder.kubeconfig),
        ("state folder", folder.root),
        ("certificates and keys", folder.pki),
        ("journal", folder.journal),
        ("result", folder.root / "result.json"),
    )
    kind = Kind.SECRET if spec.token.has_secret else Kind.CSV
    return Outcome(
        tuple((what, path) for what, path in files if path.exists()),
        tuple(sorted(_expiries(folder), key=lambda one: (one.ends, one.name))),
        token_store.read(spec.name, kind),
    )


def _expiries(folder: StateFolder) -> Iterator[Expiry]:
    for path in sorted(folder.pki.rglob("*.pem")):
        if path.name.endswith("-key.pem"):
            continue
        name = str(path.relative_to(folder.pki).with_suffix(""))
        try:
            info = describe(path.read_bytes())
        except (OSError, ValueError) as error:
            yield Expiry(name, "", 0, is_ca=False, trouble=str(error))
        else:
            yield Expiry(name, info.subject, info.not_after, info.is_ca)


def join_text(spec: Spec, token: str) -> str:
    """The kubelet's bootstrap kubeconfig to look at: the CA stands for itself by a word."""
    text = kubeconfig.bootstrap(spec, "CA", token).decode()
    return text.replace("certificate-authority: CA", f"certificate-authority-data: {CA_HERE}")


CA_HERE = "(ca.pem, in the file that b saves)"


def save_join_file(spec: Spec, path: Path) -> None:
    """Writes the bootstrap kubeconfig with CA and token, 0600. Blocking. Raises InstallerError."""
    folder = StateFolder(paths.cluster_folder(spec.name))
    ca = folder.read_cert("ca")
    kept = token_store.read(spec.name, Kind.SECRET if spec.token.has_secret else Kind.CSV)
    if ca is None or kept.token is None:
        raise UsageError(
            "there is no CA or no token yet", hint="they are made when the installation runs"
        )
    atomic.write(path, kubeconfig.bootstrap(spec, ca[0], kept.token.reveal().decode()))
