"""Names and logins of hosts, as the answers say them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_installer.model.answers.ssh import HostSudo, Ssh, Sudo

if TYPE_CHECKING:
    from tui_installer.model.answers.document import Host

_SAID = ("config", "port", "user", "identity_files", "agent", "passphrase", "password")


def host_label(host: Host, number: int) -> str:
    """The host's name, or master01 for number 0 and so on."""
    return host.name.lower() or f"master{number + 1:02d}"


def ssh_address(host: Host) -> str:
    """Where SSH connects, as written in the answers."""
    return host.ssh_address or host.address


def login_of(general: Ssh, host: Host) -> Ssh:
    """The general ssh block overridden by the host's own.

    Only what the answers say is set: see ``model_fields_set``.
    """
    own, usual = host.ssh, Ssh()
    said: dict[str, Any] = {}
    for name in _SAID:
        here, everywhere = getattr(own, name), getattr(general, name)
        if here is not None or everywhere != getattr(usual, name):
            said[name] = everywhere if here is None else here
    # Only here does null differ from unset: it means no jump host.
    if "jump" in own.model_fields_set:
        said["jump"] = own.jump
    elif general.jump is not None:
        said["jump"] = general.jump
    return Ssh(sudo=_sudo(general.sudo, own.sudo or HostSudo()), **said)


def _sudo(general: Sudo, own: HostSudo) -> Sudo:
    return Sudo(mode=own.mode or general.mode, password=own.password or general.password)
