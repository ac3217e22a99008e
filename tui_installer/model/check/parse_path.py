"""Parses paths on the hosts and on the operator machine; ValueError says what is allowed."""

from __future__ import annotations

import posixpath
import re

from tui_installer.model.check.parse_text import shown, unprintable

_MAX_PATH = 4096
# Linux's limit is 4095; a socket or a journal's name needs room below it.
_MAX_FOLDER = 255
_ABSOLUTE = re.compile(r"/[A-Za-z0-9._/-]*")
_VOLATILE = ("/dev", "/proc", "/run", "/sys", "/tmp", "/var/run")  # noqa: S108
_SYSTEM = re.compile(
    r"/(bin|boot|etc|home|lib|lib64|media|mnt|opt|root|sbin|srv|usr|var|etc/systemd"
    r"|usr/(local/)?(bin|lib|lib64|libexec|sbin|share|local)|var/(cache|lib|log|spool|tmp))"
)

_SHARED_LOGS = ("journal", "private")
"""Folders below /var/log that belong to systemd."""


def absolute_path(text: str) -> str:
    """An absolute path on a host, with characters that need no quoting in a unit or a shell."""
    if not _ABSOLUTE.fullmatch(text):
        raise ValueError(
            "want an absolute path of letters, digits and . _ - /, such as /opt/kubernetes; "
            f"got {shown(text)}"
        )
    if {".", ".."} & set(text.split("/")):
        raise ValueError(f"want a path without . or .. in it, got {shown(text)}")
    path = "/" + posixpath.normpath(text).lstrip("/")
    if path == "/":
        raise ValueError("want an absolute path other than /")
    if len(path) > _MAX_FOLDER:
        raise ValueError(f"want a path of at most {_MAX_FOLDER} characters, got {len(path)}")
    return path


def folder(text: str) -> str:
    """An absolute path that we may use as a folder: no system folder, nothing volatile."""
    path = absolute_path(text)
    if _SYSTEM.fullmatch(path):
        raise ValueError(f"want a separate folder, not the system's {path}; try {path}/kubernetes")
    for volatile in _VOLATILE:
        if path == volatile or path.startswith(f"{volatile}/"):
            raise ValueError(f"want a folder that survives a reboot; {volatile} does not")
    return path


def log_path(text: str) -> str:
    """A log file on a host, in its own folder below /var/log: other users lose access to it."""
    path = absolute_path(text)
    above, *inside = path.removeprefix("/var/log/").split("/")
    if not path.startswith("/var/log/") or not inside or above in _SHARED_LOGS:
        raise ValueError(
            "want a file in its own folder below /var/log, "
            f"such as /var/log/kubernetes/audit.log; got {shown(text)}"
        )
    return path


def file_path(text: str) -> str:
    """A path on the operator machine; may start with ``~/``."""
    if not text:
        raise ValueError("want the path of a file, got nothing")
    if bad := unprintable(text):
        raise ValueError(f"want a path without control characters; got {bad} in {shown(text)}")
    if len(text.encode()) > _MAX_PATH:
        raise ValueError(f"want a path of at most {_MAX_PATH} bytes")
    if text.startswith("~") and text != "~" and not text.startswith("~/"):
        raise ValueError(f"want ~/ for your own home folder, or the full path; got {shown(text)}")
    return text
