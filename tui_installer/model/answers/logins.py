"""Names and logins of hosts with every default filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.model.answers.ssh import HostSudo, Jump, Ssh, Sudo

if TYPE_CHECKING:
    from tui_installer.model.answers.document import Host


def host_label(host: Host, number: int) -> str:
    """The host's name, or master01 for number 0 and so on."""
    return host.name.lower() or f"master{number + 1:02d}"


def ssh_address(host: Host) -> str:
    """Where SSH connects, as written in the answers."""
    return host.ssh_address or host.address


def login_of(general: Ssh, host: Host) -> Ssh:
    """The general ssh block overridden by the host's own, with the jump host filled in."""
    own = host.ssh
    login = Ssh(
        port=general.port if own.port is None else own.port,
        user=general.user if own.user is None else own.user,
        identity_files=general.identity_files if own.identity_files is None else own.identity_files,
        agent=general.agent if own.agent is None else own.agent,
        passphrase=own.passphrase or general.passphrase,
        password=own.password or general.password,
        sudo=_sudo(general.sudo, own.sudo or HostSudo()),
    )
    # Only here does null differ from unset: it removes the general jump host.
    jump = own.jump if "jump" in own.model_fields_set else general.jump
    login.jump = _jump(jump, login) if jump else None
    return login


def _sudo(general: Sudo, own: HostSudo) -> Sudo:
    return Sudo(mode=own.mode or general.mode, password=own.password or general.password)


def _jump(jump: Jump, login: Ssh) -> Jump:
    return Jump(
        address=jump.address,
        port=jump.port,
        user=login.user if jump.user is None else jump.user,
        identity_files=login.identity_files if jump.identity_files is None else jump.identity_files,
        agent=login.agent if jump.agent is None else jump.agent,
        passphrase=jump.passphrase or login.passphrase,
        password=jump.password,
        fingerprint=jump.fingerprint,
    )
