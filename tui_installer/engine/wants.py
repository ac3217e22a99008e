"""What a step wants to be true: files, units, API objects. Data only; nothing is done here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.model.secret import Secret
    from tui_installer.release.programs import Binary

ROOT = "root:root"


@dataclass(frozen=True, slots=True)
class FileWant:
    """A file on a host. Exactly one of data and binary, or neither while it is not made yet.

    about: one line for the plan. probe: arguments that make a program tell its version.
    keep: a different one on the host is refused, not replaced; `keep` says what it is.
    opaque: its text tells a person nothing, so no diff shows it.
    awaited: bytes of a program that is not fetched yet, 0 where its source does not tell.
    """

    path: str
    mode: int = 0o644
    owner: str = ROOT
    data: bytes | None = None
    secret: bool = False
    binary: Binary | None = None
    probe: tuple[str, ...] = ()
    version: str = ""
    about: str = ""
    keep: str = ""
    opaque: bool = False
    awaited: int = 0

    @property
    def sha256(self) -> str:
        """Lower-case hex; '' while the content is not made yet."""
        if self.binary is not None:
            return self.binary.sha256
        return "" if self.data is None else hashlib.sha256(self.data).hexdigest()

    @property
    def size(self) -> int:
        """Bytes; 0 while they are not known."""
        if self.binary is not None:
            return self.binary.size
        return self.awaited if self.data is None else len(self.data)


def text(path: str, data: bytes, about: str = "") -> FileWant:
    """A public file, shown in diffs."""
    return FileWant(path, data=data, about=about)


def private(path: str, data: bytes, owner: str = ROOT) -> FileWant:
    """A file without secrets that is only its owner's all the same; shown in diffs."""
    return FileWant(path, mode=0o600, owner=owner, data=data)


def secret(
    path: str, value: Secret | None, about: str, keep: str = "", owner: str = ROOT
) -> FileWant:
    """A file that only its owner may read and no diff shows."""
    data = None if value is None else value.reveal()
    return FileWant(path, mode=0o600, owner=owner, data=data, secret=True, about=about, keep=keep)


@dataclass(frozen=True, slots=True)
class FolderWant:
    """A folder that a unit fills. All that is in it is to have the same owner.

    unit: is stopped while what is in the folder gets another owner, and is to be started after it.
    """

    path: str
    owner: str
    unit: str
    mode: int = 0o700


@dataclass(frozen=True, slots=True)
class UnitWant:
    """A unit that is to run, enabled.

    files: those, and folders, whose change it must be restarted for.
    """

    name: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObjectWant:
    """An API object to apply. once: made if it is missing, never put back to an older state."""

    manifest: Mapping[str, object]
    once: bool = False
    about: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        meta = self.manifest["metadata"]
        assert isinstance(meta, dict)  # noqa: S101 - our own objects
        return (str(self.manifest["kind"]), str(meta.get("namespace", "")), str(meta["name"]))


@dataclass(frozen=True, slots=True)
class Wants:
    """Made true in this order. accounts: names of system users, with a group of the same name."""

    files: tuple[FileWant, ...] = ()
    units: tuple[UnitWant, ...] = ()
    accounts: tuple[str, ...] = ()
    folders: tuple[FolderWant, ...] = ()
