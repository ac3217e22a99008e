"""1.1.19 to 1.1.21: certificates, keys and the files beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.audit.control import Control
from tui_installer.engine.audit.private import each, flag_files, owned, secret, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.audit.host import HostAudit, HostFile
    from tui_installer.model.audit import Verdict

NONE = "no program on this host uses a certificate or key"
SECRETS = ("encryption-provider-config", "token-auth-file")
"""Flags that name files with secrets other than private keys."""


def _of_kind(host: HostAudit, *kinds: str) -> Iterator[HostFile]:
    for program in host.programs:
        yield from (file for file in program.files.values() if file.kind in kinds)
    yield from (file for file in host.near if file.kind in kinds)


def _folders(host: HostAudit) -> list[HostFile]:
    """Those that hold certificates and keys, not others such as etcd's data."""
    held = {file.path.rpartition("/")[0] for file in _of_kind(host, "key", "cert", "public")}
    return [file for file in _of_kind(host, "dir") if file.path in held]


def _owners(host: HostAudit) -> Verdict:
    files = [*_folders(host), *_of_kind(host, "key", "cert", "public")]
    return each(host, files, owned, NONE)


def _certificates(host: HostAudit) -> Verdict:
    found = {file.path: file for file in _of_kind(host, "cert", "public")}
    folders = {file.path: file for file in _folders(host)}
    return each(host, [*found.values(), *folders.values()], _not_to_be_changed, NONE)


def _not_to_be_changed(host: HostAudit, file: HostFile) -> Verdict:
    return within(0o755 if file.kind == "dir" else 0o644)(host, file)


def _keys(host: HostAudit) -> Verdict:
    others = [file for one in host.programs for file in flag_files(one, *SECRETS)]
    return each(host, [*_of_kind(host, "key"), *others], secret, NONE)


CONTROLS = (
    Control("1.1.19", "Certificates, keys, their folders: owner root or the program",
            "chown them to root, group root or the program's own group", _owners),
    Control("1.1.20", "Certificates: mode 0644 or stricter, folders 0755",
            "chmod 644 the certificates, 755 or stricter their folders", _certificates),
    Control("1.1.21", "Keys and other secret files: mode 0600 or stricter",
            "chmod 600, or 640 with a group whose only member is the account of the program that "
            "uses it", _keys),
)  # fmt: skip
