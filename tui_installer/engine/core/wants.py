"""What a step wants present and absent: files, units, API objects and so on. Data only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.model.run.facts import ObjectKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui_installer.model.secret import Secret
    from tui_installer.release.programs import Binary

ROOT = "root:root"


@dataclass(frozen=True, slots=True)
class FileWant:
    """A file on a host. Has data or binary, or neither while its content is not made yet.

    about: one line for the plan. probe: arguments that make a program print its version.
    keep: a different file on the host is refused, not replaced; `keep` describes the file.
    opaque: its text is of no use to a reader, so no diff shows it.
    awaited: bytes of a program that is not fetched yet, 0 if its source does not report them.
    site: the URL of the mirror that the host fetches it from, '' if this machine sends it.
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
    site: str = ""

    @property
    def sha256(self) -> str:
        """Lower-case hex; '' while the content is not made yet."""
        if self.binary is not None:
            return self.binary.sha256
        return "" if self.data is None else hashlib.sha256(self.data).hexdigest()

    @property
    def size(self) -> int:
        """Bytes; 0 while unknown."""
        if self.binary is not None:
            return self.binary.size
        return self.awaited if self.data is None else len(self.data)


def text(path: str, data: bytes, about: str = "") -> FileWant:
    """A public file, shown in diffs."""
    return FileWant(path, data=data, about=about)


def private(path: str, data: bytes, owner: str = ROOT) -> FileWant:
    """A file without secrets that only its owner may read; shown in diffs."""
    return FileWant(path, mode=0o600, owner=owner, data=data)


def secret(
    path: str, value: Secret | None, about: str, keep: str = "", owner: str = ROOT
) -> FileWant:
    """A secret file: only its owner may read it, and no diff shows it."""
    data = None if value is None else value.reveal()
    return FileWant(path, mode=0o600, owner=owner, data=data, secret=True, about=about, keep=keep)


@dataclass(frozen=True, slots=True)
class FolderWant:
    """A folder that a unit writes to. Everything in it should have the same owner.

    unit: stopped while the owner is changed; the caller starts it afterwards.
    """

    path: str
    owner: str
    unit: str
    mode: int = 0o700


@dataclass(frozen=True, slots=True)
class UnitWant:
    """A unit that should be running and enabled.

    files: the files and folders whose change requires a restart.
    """

    name: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObjectWant:
    """An API object to apply, of any kind.

    once: created if missing, never reset afterwards. pending: its content is made when the run
    starts; until then the manifest is only a description.
    """

    manifest: Mapping[str, object]
    once: bool = False
    about: str = ""
    pending: bool = False

    @property
    def key(self) -> ObjectKey:
        meta = self.manifest["metadata"]
        assert isinstance(meta, dict)  # noqa: S101 - our own objects
        return ObjectKey(
            str(self.manifest["apiVersion"]),
            str(self.manifest["kind"]),
            str(meta.get("namespace", "")),
            str(meta["name"]),
        )


@dataclass(frozen=True, slots=True)
class AbsentFile:
    """A file to remove, if it is still as this program wrote it.

    secret: its text never leaves the host. opaque: no diff shows it, and a program is identified by
    its digest in the manifest.
    """

    path: str
    about: str = ""
    secret: bool = False
    opaque: bool = False


@dataclass(frozen=True, slots=True)
class AbsentUnit:
    """A unit to stop, if this program wrote its unit file.

    file: that unit file; to remove it too, add it to the absent files. boot: the unit stays
    enabled, because a later step starts it again.
    """

    name: str
    file: str
    boot: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """What should be absent. Only what this program put there is removed, in this order.

    folders: removed once empty. accounts: names of system users, removed with the group of the same
    name. objects: deleted if this program applied them.
    """

    units: tuple[AbsentUnit, ...] = ()
    files: tuple[AbsentFile, ...] = ()
    folders: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    objects: tuple[ObjectKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Wants:
    """What should be present, and what absent.

    accounts: names of system users, with a group of the same name. Units in `absent` are stopped
    first; its folders and accounts are removed last.
    """

    files: tuple[FileWant, ...] = ()
    units: tuple[UnitWant, ...] = ()
    accounts: tuple[str, ...] = ()
    folders: tuple[FolderWant, ...] = ()
    objects: tuple[ObjectWant, ...] = ()
    absent: Absent = Absent()


def merged(parts: Iterable[Wants]) -> Wants:
    """Everything that several steps want, in their order."""
    wants = tuple(parts)
    return Wants(
        files=tuple(file for w in wants for file in w.files),
        units=tuple(unit for w in wants for unit in w.units),
        accounts=tuple(name for w in wants for name in w.accounts),
        folders=tuple(folder for w in wants for folder in w.folders),
        objects=tuple(one for w in wants for one in w.objects),
        absent=Absent(
            units=tuple(unit for w in wants for unit in w.absent.units),
            files=tuple(file for w in wants for file in w.absent.files),
            folders=tuple(path for w in wants for path in w.absent.folders),
            accounts=tuple(name for w in wants for name in w.absent.accounts),
            objects=tuple(key for w in wants for key in w.absent.objects),
        ),
    )
