"""Exports a session, its answers alone or all of it encrypted, and imports it elsewhere."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.actions.sessions import drafts, passphrases
from tui_installer.errors import InstallerError, UsageError
from tui_installer.model.answers import local_paths
from tui_installer.model.secret import Secret
from tui_installer.pki import sealed
from tui_installer.remote.credentials import WrongPassphrase
from tui_installer.store import atomic, bundle, session_meta, sessions
from tui_installer.store.session_folder import SessionFolder
from tui_installer.store.session_lock import SessionLock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.spec import SecretRef
    from tui_installer.remote.credentials import Credentials


@dataclass(frozen=True, slots=True)
class Imported:
    """to_check: sentences on what its answers expect of this machine."""

    session: SessionFolder
    to_check: tuple[str, ...]


def export_answers(session: SessionFolder, file: Path) -> None:
    """Writes the answers, which hold no secret, 0600. Raises InstallerError."""
    _refuse_existing(file)
    drafts.write(drafts.opened(session.answers), file)


def export_whole(session: SessionFolder, file: Path, passphrase: Secret) -> None:
    """Writes all of the session, encrypted, 0600; atomically. Blocking.

    Raises SessionBusy, InstallerError.
    """
    _refuse_existing(file)
    with SessionLock.take(session.root, "sessions export"):
        session_meta.prepare(session.root)
        atomic.write_parts(file, sealed.seal(bundle.pack(session.root), passphrase))


def _refuse_existing(file: Path) -> None:
    if file.exists() or file.is_symlink():
        raise UsageError(f"{file} already exists", hint="choose another name, or remove it")


async def import_session(
    file: Path, name: str, credentials: Credentials, ref: SecretRef
) -> Imported:
    """Imports a file that `export_whole` wrote, under `name` or, if it is '', its own name.

    Raises UsageError for any other file and for a name that is taken; AuthenticationFailed.
    """
    try:
        with file.open("rb") as stream:
            sealed.check(stream)
        keys = await passphrases.opened(credentials, ref, file, _Opener(file))
        return _unpacked(file, keys, name)
    except sealed.NotSealed as error:
        raise UsageError(
            f"{file} is not an exported session: {error}",
            hint="`tui-installer sessions export --whole` writes one; for an answers file use "
            "--answers",
        ) from None
    except sealed.Newer as error:
        raise UsageError(
            f"a newer tui-installer wrote {file}: {error}",
            hint="use that version; nothing was written",
        ) from None
    except sealed.Damaged as error:
        raise InstallerError(
            f"{file}: {error}", hint="nothing was written; copy it again, or export it again"
        ) from None
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from None


@dataclass(frozen=True, slots=True)
class _Opener:
    file: Path

    def __call__(self, passphrase: bytes) -> sealed.Keys:
        try:
            with self.file.open("rb") as stream:
                return sealed.unlock(stream, Secret(passphrase))
        except sealed.BadPassphrase as error:
            raise WrongPassphrase(str(error)) from None


def _unpacked(file: Path, keys: sealed.Keys, name: str) -> Imported:
    with file.open("rb") as stream:
        for _ in sealed.unseal(stream, keys):
            pass  # checks that all of it is authentic before any of it is written
        parts = bundle.Stream(sealed.unseal(stream, keys))
        own = parts.head()
        target = sessions.at(name or own).root
        if target.exists():
            raise UsageError(
                f"the session {target.name!r} already exists",
                hint=f"give it another name: --as {target.name}-2",
            )
        with bundle.arriving(target) as folder:
            parts.unpack(folder)
    session = SessionFolder(target)
    return Imported(session, tuple(_to_check(session)))


def _to_check(session: SessionFolder) -> Iterator[str]:
    try:
        data = drafts.read(session.answers)
    except InstallerError as error:
        yield error.message
        return
    for question, path in local_paths.named(data):
        there = "exists" if _exists(path) else "does not exist"
        yield f"{question}: {path} {there} on this machine"
    for question, variable in local_paths.variables(data):
        there = "is set" if variable in os.environ else "is not set"
        yield f"{question}: the environment variable {variable} {there}"
    if not all(one.get("fingerprint") for one in data.get("hosts", ()) if isinstance(one, dict)):
        yield (
            "host keys: add them to known_hosts on this machine or as `fingerprint:` to the "
            "answers, or use --accept-new-host-keys"
        )


def _exists(path: str) -> bool:
    return Path(path).expanduser().exists()
