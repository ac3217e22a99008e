"""The answers about SSH logins and privilege escalation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from tui_installer.model.answers.base import Block
from tui_installer.model.answers.declared import (
    Asked,
    Hidden,
    LocalFile,
    Parsed,
    Range,
    Required,
    Variable,
    doc,
)
from tui_installer.model.check import parse
from tui_installer.model.spec import DEFAULT_PORT, DEFAULT_USER
from tui_installer.model.spec import SudoMode as SpecSudoMode

_IDENTITIES = ["~/.ssh/id_ed25519"]
_AS_ALL = "same as for all hosts"
_JUMP = (
    "A jump host: user@address:port, or a chain with commas, the nearest first, as for ssh -J. "
    "You review their host keys like those of the hosts."
)
FINGERPRINT_EXAMPLE = "SHA256:" + "A" * 43

SudoMode = Annotated[Literal["auto", "sudo", "doas", "su", "never"], Parsed(SpecSudoMode)]
Port = Annotated[int, Range(1, 65535), Parsed(parse.port)]
User = Annotated[str, Parsed(parse.user_name)]
Fingerprint = Annotated[
    str,
    WithJsonSchema({"type": "string", "pattern": "^(SHA256:[A-Za-z0-9+/]{43}=?)?$"}),
    Parsed(parse.fingerprint),
]
KeyFiles = Annotated[list[str], Parsed(parse.file_path), LocalFile()]


class SecretSource(Block):
    """Where a password is read from; if neither is set, the program asks for it."""

    file: Annotated[
        str,
        doc("A file whose first line is the password.", example="~/.secret"),
        Parsed(parse.file_path),
        LocalFile(),
        Hidden(),
    ] = ""
    env: Annotated[
        str,
        doc("An environment variable that holds the password.", example="SSH_PASSWORD"),
        Parsed(parse.env_name),
        Variable(),
        Hidden(),
    ] = ""


class Jump(Block):
    """A jump host. Unset answers are as ssh_config says, else as in the block that contains it.

    Only an explicit ``jump: null`` differs: no further jump host, whatever ssh_config says.
    """

    address: Annotated[
        str,
        doc(
            "The jump host's IP address, DNS name or ssh_config alias; required.",
            example="jump.example.com",
        ),
        Parsed(parse.ssh_host),
        Required("an IP address, DNS name or ssh_config alias; or jump: null"),
    ] = ""
    port: Annotated[
        Port | None,
        doc("The jump host's SSH port; null: as ssh_config says, else 22.", example=2222),
    ] = None
    user: Annotated[
        User | None,
        doc("The login user; null: as ssh_config says, else as for the hosts.", example="me"),
    ] = None
    identity_files: Annotated[
        KeyFiles | None,
        doc("Private keys, tried in this order; null: as for the hosts.", example=_IDENTITIES),
    ] = None
    agent: Annotated[
        bool | None, doc("Whether to use the SSH agent; null: as for the hosts.", example=True)
    ] = None
    passphrase: Annotated[
        SecretSource | None,
        doc("Where the passphrase of the keys is read from; null: as for the hosts."),
        Hidden(),
    ] = None
    password: Annotated[
        SecretSource | None,
        doc("Where the jump host's own password is read from, if it accepts passwords."),
        Hidden(),
    ] = None
    fingerprint: Annotated[
        Fingerprint,
        doc(
            "The host key, as `ssh-keygen -lf` prints it. Empty: known_hosts must have it.",
            example=FINGERPRINT_EXAMPLE,
        ),
    ] = ""
    jump: Annotated[
        Jump | None,
        doc(
            "The jump host to this jump host, with the same keys; unset: as ssh_config says. "
            "null: none."
        ),
    ] = None


class Sudo(Block):
    """Privilege escalation, for login users other than root."""

    mode: Annotated[
        SudoMode,
        doc(
            "How a user other than root becomes root. auto: sudo, or doas where sudo is missing. "
            "su asks for root's password. never: the user must be root."
        ),
        Asked(
            "Privilege escalation",
            words={
                "auto": "sudo or doas, if the user is not root",
                "sudo": "sudo",
                "doas": "doas",
                "su": "su, with root's password",
                "never": "none: the user is root",
            },
            help="If it needs a password, you enter it once; it is kept in memory only.",
        ),
    ] = "auto"
    password: Annotated[
        SecretSource,
        doc(
            "Where the password for sudo, doas or su is read from; if unset, the program asks "
            "for it if needed."
        ),
        Hidden(),
    ] = Field(default_factory=SecretSource)


class Ssh(Block):
    """The SSH login to every host; a host's own ssh block overrides any part of it."""

    config: Annotated[
        bool,
        doc(
            "Whether ~/.ssh/config and /etc/ssh/ssh_config count, as for ssh: for what the "
            "answers do not say."
        ),
        Asked("Use ~/.ssh/config"),
    ] = True
    user: Annotated[
        User | None,
        doc(
            f"The login user, who may use sudo; null: as ssh_config says, else {DEFAULT_USER}.",
            example="admin",
        ),
        Asked("User", placeholder=f"as ssh_config says, else {DEFAULT_USER}"),
    ] = None
    port: Annotated[
        Port | None,
        doc(f"The SSH port; null: as ssh_config says, else {DEFAULT_PORT}.", example=2222),
        Asked("SSH port", placeholder=f"as ssh_config says, else {DEFAULT_PORT}"),
    ] = None
    identity_files: Annotated[
        KeyFiles,
        doc(
            "Private keys, tried in this order; ~/ is your home folder. Empty: as ssh_config says, "
            "else ~/.ssh/id_* in OpenSSH's order.",
            example=_IDENTITIES,
        ),
        Asked(
            "Identity files",
            placeholder="~/.ssh/id_*",
            help="Private keys, separated by commas, tried in this order; empty: as ssh_config "
            "says, else ~/.ssh/id_*. "
            "The program asks for a passphrase when one is needed.",
        ),
    ] = Field(default_factory=list)
    agent: Annotated[bool, doc("Whether to use the SSH agent."), Asked("SSH agent")] = True
    passphrase: Annotated[
        SecretSource,
        doc("Where the passphrase of the keys is read from; if unset, the program asks for it."),
        Hidden(),
    ] = Field(default_factory=SecretSource)
    password: Annotated[
        SecretSource,
        doc(
            "Where the login's password is read from, for hosts that accept passwords; if unset, "
            "the program asks for it if needed."
        ),
        Hidden(),
    ] = Field(default_factory=SecretSource)
    jump: Annotated[
        Jump | None,
        doc("The jump host to every host; null: as ssh_config says."),
        Asked("Jump host", placeholder="as ssh_config says", help=_JUMP),
    ] = None
    sudo: Annotated[Sudo, doc("Privilege escalation, for login users other than root.")] = Field(
        default_factory=Sudo
    )


class HostSudo(Block):
    """A host's own part of the sudo block."""

    mode: Annotated[SudoMode | None, doc("As ssh.sudo.mode, for this host.")] = None
    password: Annotated[
        SecretSource | None, doc("As ssh.sudo.password, for this host."), Hidden()
    ] = None


class HostSsh(Block):
    """A host's own part of the ssh block. Unset or null: as in the ssh block.

    Only an explicit ``jump: null`` differs: no jump host for this host.
    """

    config: Annotated[bool | None, doc("As ssh.config, for this host.", example=False)] = None
    user: Annotated[
        User | None,
        doc("As ssh.user, for this host.", example="admin"),
        Asked("User", placeholder=_AS_ALL),
    ] = None
    port: Annotated[
        Port | None,
        doc("As ssh.port, for this host.", example=2222),
        Asked("SSH port", placeholder=_AS_ALL),
    ] = None
    identity_files: Annotated[
        KeyFiles | None,
        doc("As ssh.identityFiles, for this host.", example=_IDENTITIES),
        Asked(
            "Identity files",
            placeholder=_AS_ALL,
            help="Private keys for this host, separated by commas, tried in this order.",
        ),
    ] = None
    agent: Annotated[bool | None, doc("As ssh.agent, for this host.", example=False)] = None
    passphrase: Annotated[
        SecretSource | None, doc("As ssh.passphrase, for this host."), Hidden()
    ] = None
    password: Annotated[SecretSource | None, doc("As ssh.password, for this host."), Hidden()] = (
        None
    )
    jump: Annotated[
        Jump | None,
        doc("As ssh.jump, for this host; an explicit null: no jump host."),
        Asked("Jump host", placeholder=_AS_ALL, help=f"{_JUMP} none: no jump host."),
    ] = None
    sudo: Annotated[HostSudo | None, doc("As ssh.sudo, for this host.")] = None
