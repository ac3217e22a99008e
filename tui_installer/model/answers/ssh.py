"""How the hosts are logged in to, as a person says it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from tui_installer.model.answers.base import Block
from tui_installer.model.answers.declared import (
    Asked,
    Compulsory,
    Hidden,
    LocalFile,
    Parsed,
    Range,
    Variable,
    say,
)
from tui_installer.model.check import parse
from tui_installer.model.spec import SudoMode as SpecSudoMode

_IDENTITIES = ["~/.ssh/id_ed25519"]
_AS_ALL = "as for all hosts"
_JUMP = "A machine to go through: user@address:port. Its key comes up for review like the others."
FINGERPRINT_EXAMPLE = "SHA256:" + "A" * 43

SudoMode = Annotated[Literal["auto", "never"], Parsed(SpecSudoMode)]
Port = Annotated[int, Range(1, 65535), Parsed(parse.port)]
User = Annotated[str, Parsed(parse.user_name)]
Fingerprint = Annotated[
    str,
    WithJsonSchema({"type": "string", "pattern": "^(SHA256:[A-Za-z0-9+/]{43}=?)?$"}),
    Parsed(parse.fingerprint),
]
KeyFiles = Annotated[list[str], Parsed(parse.file_path), LocalFile()]


class SecretSource(Block):
    """Where a password is read from; it is asked for where neither is set."""

    file: Annotated[
        str,
        say("A file whose first line is the password.", example="~/.secret"),
        Parsed(parse.file_path),
        LocalFile(),
        Hidden(),
    ] = ""
    env: Annotated[
        str,
        say("An environment variable that holds the password.", example="SSH_PASSWORD"),
        Parsed(parse.env_name),
        Variable(),
        Hidden(),
    ] = ""


class Jump(Block):
    """A machine to go through. What is not set is as in the block that it stands in."""

    address: Annotated[
        str,
        say("Its IP address or DNS name; compulsory.", example="jump.example.com"),
        Parsed(parse.host_or_ip),
        Compulsory("an IP address or DNS name; or jump: null"),
    ] = ""
    port: Annotated[Port, say("Its SSH port.")] = 22
    user: Annotated[User | None, say("Who logs in; null: the user of the hosts.", example="me")] = (
        None
    )
    identity_files: Annotated[
        KeyFiles | None,
        say("Private keys, tried in this order; null: those of the hosts.", example=_IDENTITIES),
    ] = None
    agent: Annotated[
        bool | None, say("Whether to ask the SSH agent; null: as for the hosts.", example=True)
    ] = None
    passphrase: Annotated[
        SecretSource | None,
        say("Where the keys' passphrase is read from; null: as for the hosts."),
        Hidden(),
    ] = None
    fingerprint: Annotated[
        Fingerprint,
        say(
            "Its host key, as `ssh-keygen -lf` prints it; empty: known_hosts must have it.",
            example=FINGERPRINT_EXAMPLE,
        ),
    ] = ""


class Sudo(Block):
    """How root is reached where the login user is not root."""

    mode: Annotated[
        SudoMode,
        say("auto: sudo where the user is not root. never: the user must be root."),
        Asked(
            "Root by",
            words={"auto": "sudo, where the user is not root", "never": "being root; never sudo"},
            help="sudo's password, if it wants one, is asked for once and kept in memory only.",
        ),
    ] = "auto"
    password: Annotated[
        SecretSource,
        say("Where sudo's password is read from, if it wants one; else it is asked."),
        Hidden(),
    ] = Field(default_factory=SecretSource)


class Ssh(Block):
    """How every host is logged in to; a host's own ssh block overrides any part of it."""

    user: Annotated[
        User, say("Who logs in: root, or a user that may use sudo.", minLength=1), Asked("User")
    ] = "root"
    port: Annotated[Port, say("The SSH port."), Asked("SSH port")] = 22
    identity_files: Annotated[
        KeyFiles,
        say(
            "Private keys, tried in this order; ~/ is your home folder. None: ~/.ssh/id_* as "
            "OpenSSH tries them.",
            example=_IDENTITIES,
        ),
        Asked(
            "Identity files",
            placeholder="~/.ssh/id_*",
            help="Private keys with commas between them, tried in this order; empty: ~/.ssh/id_*. "
            "A passphrase is asked for when it is needed.",
        ),
    ] = Field(default_factory=list)
    agent: Annotated[bool, say("Whether to ask the SSH agent."), Asked("SSH agent")] = True
    passphrase: Annotated[
        SecretSource,
        say("Where the keys' passphrase is read from; else it is asked for."),
        Hidden(),
    ] = Field(default_factory=SecretSource)
    jump: Annotated[
        Jump | None,
        say("A machine to go through to every host, or null."),
        Asked("Jump host", placeholder="none", help=_JUMP),
    ] = None
    sudo: Annotated[Sudo, say("How root is reached where the login user is not root.")] = Field(
        default_factory=Sudo
    )


class HostSudo(Block):
    """A host's own part of the sudo block."""

    mode: Annotated[SudoMode | None, say("As ssh.sudo.mode, for this host.")] = None
    password: Annotated[
        SecretSource | None, say("As ssh.sudo.password, for this host."), Hidden()
    ] = None


class HostSsh(Block):
    """A host's own part of the ssh block. What is not set, or null, is as there.

    Only an explicit ``jump: null`` says something: no jump host for this one.
    """

    user: Annotated[
        User | None,
        say("As ssh.user, for this host.", example="admin"),
        Asked("User", placeholder=_AS_ALL),
    ] = None
    port: Annotated[
        Port | None,
        say("As ssh.port, for this host.", example=2222),
        Asked("SSH port", placeholder=_AS_ALL),
    ] = None
    identity_files: Annotated[
        KeyFiles | None,
        say("As ssh.identityFiles, for this host.", example=_IDENTITIES),
        Asked(
            "Identity files",
            placeholder=_AS_ALL,
            help="Private keys for this host, with commas between them, tried in this order.",
        ),
    ] = None
    agent: Annotated[bool | None, say("As ssh.agent, for this host.", example=False)] = None
    passphrase: Annotated[
        SecretSource | None, say("As ssh.passphrase, for this host."), Hidden()
    ] = None
    jump: Annotated[
        Jump | None,
        say("As ssh.jump, for this host; null written here means: without a jump."),
        Asked("Jump host", placeholder=_AS_ALL, help=f"{_JUMP} none: without one."),
    ] = None
    sudo: Annotated[HostSudo | None, say("As ssh.sudo, for this host.")] = None
