"""Reads local files: the digest beside a file, and a stamp that changes with it."""

from __future__ import annotations

import os
from pathlib import Path

from tui_installer.errors import InstallerError
from tui_installer.release.digest import LIMIT, SUFFIXES, SUMS, Digest, parse_digest
from tui_installer.release.stamp import stamp_of


def path_of(location: str) -> Path:
    """The absolute path, ``~`` expanded."""
    return Path(os.path.expanduser(location)).absolute()  # noqa: PTH111 - never raises


def digest_beside(path: Path) -> Digest | None:
    """The digest in PATH.sha256, PATH.sha512 or SHA256SUMS; None if there is none.

    Raises InstallerError for a digest file that can't be read.
    """
    for place in _digest_files(path):
        if place.is_file():
            try:
                with place.open("rb") as file:
                    text = file.read(LIMIT)
            except OSError as error:
                raise _unreadable(place, error) from error
            if place.name != SUMS or path.name.encode() in text:
                return parse_digest(text, path.name, str(place))
    return None


def stamps(path: Path) -> str:
    """A text that differs if the file or a digest beside it may have changed.

    Raises InstallerError if there is no such file.
    """
    try:
        if not path.is_file():
            raise InstallerError(
                f"{path} is a folder or a device, not a file"
                if path.exists()
                else f"there is no file {path}",
                hint="check the path: it must be on this machine",
            )
        beside = (stamp_of(place) for place in _digest_files(path) if place.is_file())
        return "#".join([str(path.resolve()), str(stamp_of(path)), *map(str, beside)])
    except OSError as error:
        raise _unreadable(path, error) from error


def _digest_files(path: Path) -> list[Path]:
    names = [path.with_name(path.name + suffix) for suffix in SUFFIXES]
    return [*names, path.with_name(SUMS)]


def _unreadable(path: Path, error: OSError) -> InstallerError:
    return InstallerError(
        f"{path} can't be read: {error.strerror or error}", hint="check its owner and mode"
    )
