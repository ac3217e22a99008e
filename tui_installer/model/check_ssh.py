"""Log-ins: ports, users, key files, passwords, jump hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.model import parse

if TYPE_CHECKING:
    from tui_installer.model.answers_ssh import HostSsh, HostSudo, Jump, SecretSource, Ssh, Sudo
    from tui_installer.model.findings import Findings


def check_ssh(ssh: Ssh | HostSsh, path: str, found: Findings) -> None:
    """One ssh block, the general one or a host's; what is not set is not judged."""
    _check_login(ssh, path, found)
    if ssh.jump:
        _check_jump(ssh.jump, f"{path}.jump", found)
    if ssh.sudo:
        _check_sudo(ssh.sudo, f"{path}.sudo", found)


def _check_login(login: Ssh | HostSsh | Jump, path: str, found: Findings) -> None:
    if login.port is not None:
        found.read(f"{path}.port", parse.port, str(login.port))
    if login.user is not None:
        found.read(f"{path}.user", parse.user_name, login.user)
    for number, file in enumerate(login.identity_files or ()):
        found.read(f"{path}.identityFiles.{number}", parse.file_path, file)
    if login.passphrase:
        _check_secret(login.passphrase, f"{path}.passphrase", found)


def _check_jump(jump: Jump, path: str, found: Findings) -> None:
    if not jump.address:
        found.add(f"{path}.address", "is compulsory", "an IP address or DNS name; or jump: null")
    else:
        found.read(f"{path}.address", parse.host_or_ip, jump.address)
    if jump.fingerprint:
        found.read(f"{path}.fingerprint", parse.fingerprint, jump.fingerprint)
    _check_login(jump, path, found)


def _check_sudo(sudo: Sudo | HostSudo, path: str, found: Findings) -> None:
    if sudo.password:
        _check_secret(sudo.password, f"{path}.password", found)


def _check_secret(source: SecretSource, path: str, found: Findings) -> None:
    if source.file and source.env:
        found.add(path, "has both a file and an env", "want one of them, or none to be asked")
    if source.file:
        found.read(f"{path}.file", parse.file_path, source.file)
    if source.env:
        found.read(f"{path}.env", parse.env_name, source.env)
