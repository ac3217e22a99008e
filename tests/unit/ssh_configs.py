"""An OpenSSH client whose configuration is a file of the test, for tests of logins."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
Host bastion
    HostName 198.51.100.7
    User jump
    Port 2222
    IdentityFile ~/.ssh/bastion_key
Host edge
    HostName 198.51.100.8
    ProxyJump bastion
Host master1 master2
    HostName 192.0.2.11 # the first
    User ubuntu
    ProxyJump bastion
    IdentityFile "~/.ssh/my key"
    IdentitiesOnly yes
Host master3
    HostName 192.0.2.13
    ProxyCommand ssh -W %h:%p bastion
Host cp-*
    User core
    ProxyJump bastion
Host cp-1
    HostName 192.0.2.21
Host two
    HostName 192.0.2.31
    ProxyJump bastion,edge
Host pj
    HostName 192.0.2.33
    ProxyJump ops@[2001:db8::5]:2200
Host multi
    HostName 192.0.2.34
    IdentityFile ~/.ssh/a
    IdentityFile ~/.ssh/b
Match host 192.0.2.36
    User matched
Host m36
    HostName 192.0.2.36
    User=eqsign
    Port = 2201
Host *
    User fallback
    IdentityFile ~/.ssh/id_ed25519
"""
"""Aliases of many kinds, as people have them."""
SSH = shutil.which("ssh")


def client(folder: Path, config: str) -> str:
    """A PATH on which `ssh` is the real one and reads this configuration instead of the user's."""
    file, program = folder / "ssh_config", folder / "bin" / "ssh"
    file.write_text(config)
    program.parent.mkdir(exist_ok=True)
    program.write_text(
        f'#!/bin/sh\ncase " $* " in *" -F "*) exec {SSH} "$@";; esac\nexec {SSH} -F {file} "$@"\n'
    )
    program.chmod(0o755)
    return f"{program.parent}:/usr/bin:/bin"
