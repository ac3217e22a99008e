"""Writes the certificates, keys and tokens on the masters into a new session folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.cluster import lost_keys, stored
from tui_installer.errors import UsageError
from tui_installer.kubernetes import audit, certificates, encryption, tokencsv
from tui_installer.kubernetes.cert_files import host_files
from tui_installer.kubernetes.components.certificate import SERVICE_ACCOUNT, CertFileKind
from tui_installer.kubernetes.encryption import EncryptionKey
from tui_installer.kubernetes.read_back import LOCAL_ETCD
from tui_installer.kubernetes.read_back_security import LOCAL_POLICY
from tui_installer.model.secret import Secret
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.engine.hosts.leftovers import Left
    from tui_installer.kubernetes.components.certificate import CertFile
    from tui_installer.model.spec import HostSpec, Spec
    from tui_installer.store.session_folder import SessionFolder


def write(folder: SessionFolder, spec: Spec, found: Mapping[str, Left]) -> tuple[str, ...]:
    """Writes everything; returns the CAs whose keys are lost. Blocking.

    found: by the host's address. Raises UsageError if shared files differ between hosts,
    InstallerError.
    """
    shared: dict[str, bytes] = {}
    for host in spec.masters:
        _write_host(folder, spec, host, found[host.address], shared)
    first = spec.first_master
    _write_encryption_keys(folder, spec, found)
    _write_secrets(folder, spec, found[first.address])
    lost = tuple(p.name for p in certificates.profiles(spec)
                 if p.is_ca and p.name not in lost_keys.ON_HOSTS)  # fmt: skip
    folder.write_lost_keys(lost)
    if spec.etcd.mode is EtcdMode.STACKED:
        stand_in = folder.read_cert(f"{first.name}/{lost_keys.ETCD_CLIENT}")
        if stand_in is not None:
            folder.write_cert(lost_keys.ETCD_OPERATOR, *stand_in)
    return lost


def _write_host(
    folder: SessionFolder, spec: Spec, host: HostSpec, left: Left, shared: dict[str, bytes]
) -> None:
    for file in host_files(spec, host):
        name, data = _name(file), left.content(file.path)
        if not name or not data:
            continue
        if shared.setdefault(name, data) != data:
            raise _differs(file.path, host, spec)
        if file.mode & 0o044:
            folder.write_public(name, data)
        else:
            folder.write_secret(name, Secret(data))


def _name(file: CertFile) -> str:
    """The path below the session's pki folder; '' for a file that is made from others."""
    match file.kind:
        case CertFileKind.CERT:
            return f"{file.profile}.pem"
        case CertFileKind.KEY:
            suffix = ".key" if file.profile == SERVICE_ACCOUNT else "-key.pem"
            return f"{file.profile}{suffix}"
        case CertFileKind.PUBLIC_KEY:
            return "sa.pub"
        case CertFileKind.LOCAL:
            return f"{LOCAL_ETCD.removeprefix('pki/')}/{file.source.rpartition('/')[2]}"
        case CertFileKind.BUNDLE:
            return ""


def _write_encryption_keys(folder: SessionFolder, spec: Spec, found: Mapping[str, Left]) -> None:
    """Writes the keys of all hosts: two keys are an interrupted rotation to the later one."""
    path, keys = spec.layout.cfg("encryption.yaml"), dict[str, EncryptionKey]()
    for host in spec.masters:
        for key in encryption.keys_of(found[host.address].content(path)):
            if keys.setdefault(key.name, key) != key:
                raise _differs(path, host, spec)
    if len(keys) > stored.MOST_KEYS:
        raise UsageError(
            f"the hosts have {len(keys)} encryption keys in {path}: {', '.join(keys)}",
            hint="a rotation has at most two; nothing was written",
        )
    if keys:
        newest_first = sorted(keys.values(), key=lambda key: key.number, reverse=True)
        stored.write_encryption_keys(folder, newest_first)


def _differs(path: str, host: HostSpec, spec: Spec) -> UsageError:
    return UsageError(
        f"{path} differs between {host.name} and {spec.first_master.name}",
        hint="the hosts belong to different clusters, or a file was changed by hand; nothing was "
        "written",
        host=host.name,
    )


def _write_secrets(folder: SessionFolder, spec: Spec, left: Left) -> None:
    token = tokencsv.token_of(left.content(spec.layout.cfg("token.csv")))
    if token is not None:
        folder.write_secret("csv.token", token)
    log = spec.security.audit
    if log is not None and log.policy_file:
        own = left.content(spec.layout.cfg(audit.FILE))
        folder.write_public(LOCAL_POLICY.removeprefix("pki/"), own)
