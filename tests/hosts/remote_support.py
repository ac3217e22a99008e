"""Hosts with all sorts of login users, and short ways to reach them."""

from __future__ import annotations

import base64
import socket
import subprocess
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui_installer.lab import lab
from tui_installer.model.secret import Secret
from tui_installer.model.spec import HostSpec, SecretRef, SshSpec, SudoMode
from tui_installer.remote.credentials import Credentials
from tui_installer.remote.host_keys import HostKeyPolicy
from tui_installer.remote.known_hosts import HostKey
from tui_installer.remote.ssh import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

PASSWORD = "correct horse battery"
USERS = r"""
set -eu
for user in free asks outside shut; do
    useradd -m -s /bin/bash "$user"
    echo "$user:$1" | chpasswd
    install -d -m 700 -o "$user" "/home/$user/.ssh"
    install -m 600 -o "$user" /root/.ssh/authorized_keys "/home/$user/.ssh/"
done
usermod -s /usr/sbin/nologin shut
cat >/etc/sudoers.d/test <<END
free ALL=(ALL) NOPASSWD: ALL
asks ALL=(ALL) ALL
END
chmod 440 /etc/sudoers.d/test
ssh-keygen -q -A
systemctl reload ssh
"""


class Person:
    """Types these answers to whatever is asked."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.prompts = list(answers), []

    async def __call__(self, prompt: str) -> Secret | None:
        self.prompts.append(prompt)
        return Secret(self.answers.pop(0)) if self.answers else None


@dataclass
class Machines:
    """A lab, and what a test needs to log in to its hosts. own: our known_hosts file."""

    lab: lab.Lab
    own: Path

    def sh(self, name: str, script: str, *args: str) -> str:
        """Run a script by OpenSSH: the other implementation, which tests are set up with."""
        argv = lab.ssh_argv(self.lab.folder, name, "sh", "-s", "--", *args)
        until = time.monotonic() + 10
        while True:
            done = subprocess.run(argv, input=script, capture_output=True, text=True, check=False)
            # An sshd that is being reloaded listens again in a moment; nothing has been run.
            if "Connection refused" not in done.stderr or time.monotonic() > until:
                break
            time.sleep(0.1)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def put(self, name: str, file: Path, path: str) -> None:
        """Copy a file to a host."""
        argv = lab.ssh_argv(self.lab.folder, name, "tee", path)
        with file.open("rb") as stream:
            subprocess.run(argv, stdin=stream, stdout=subprocess.DEVNULL, check=True)

    def spec(self, name: str, *, sudo: SudoMode = SudoMode.AUTO, **ssh: Any) -> HostSpec:
        password = ssh.pop("sudo_password", SecretRef())
        address = self.lab.machine(name).address
        options: dict[str, Any] = {
            "address": address,
            "port": 22,
            "user": "root",
            "identity_files": (self.lab.key,),
            "use_agent": False,
            "passphrase": SecretRef(),
            "fingerprint": "",
        }
        return HostSpec(name, address, SshSpec(**(options | ssh)), sudo, password)

    def policy(self, *files: Path, accept_new: bool = False) -> HostKeyPolicy:
        return HostKeyPolicy(self.own, accept_new, files or (self.lab.known_hosts,))

    @asynccontextmanager
    async def connected(
        self,
        spec: HostSpec,
        *,
        ask: Person | None = None,
        policy: HostKeyPolicy | None = None,
        timeout: float = 10,
    ) -> AsyncIterator[Any]:
        keys = policy or self.policy()
        host = await connect(spec, credentials=Credentials(ask), host_keys=keys, timeout=timeout)
        try:
            yield host
        finally:
            await host.close()

    def host_key(self, name: str, kind: str) -> HostKey:
        text = self.sh(name, f"cat /etc/ssh/ssh_host_{kind}_key.pub").split()
        return HostKey(text[0], base64.b64decode(text[1]))

    @contextmanager
    def sshd_option(self, name: str, text: str) -> Iterator[None]:
        """sshd with more configuration, until the end of the block."""
        file = "/etc/ssh/sshd_config.d/test.conf"
        self._sshd(name, f'echo "$1" >{file}; sshd -t', text)
        try:
            yield
        finally:
            self._sshd(name, f"rm -f {file}")

    @contextmanager
    def without(self, name: str, *programs: str) -> Iterator[None]:
        """A host on which these programs can't be found, until the end of the block."""
        words = [program for program in programs if program]
        away = 'for p; do f=/usr/bin/$p; [ ! -e "$f" ] || mv "$f" "$f.away"; done'
        back = 'for p; do f=/usr/bin/$p; [ ! -e "$f.away" ] || mv "$f.away" "$f"; done'
        self.sh(name, away, *words)
        try:
            yield
        finally:
            self.sh(name, back, *words)

    def _sshd(self, name: str, change: str, *args: str) -> None:
        """A reload shuts the listening socket for a moment."""
        self.sh(name, f"{change}; systemctl reload ssh", *args)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            time.sleep(0.1)
            try:
                with socket.create_connection((self.lab.machine(name).address, 22), 1) as made:
                    if made.recv(4) == b"SSH-":
                        return
            except OSError:
                continue
        raise AssertionError(f"sshd of {name} does not come back")


def known_hosts_line(name: str, key: HostKey, marker: str = "") -> str:
    return f"{marker} {name} {key.kind} {base64.b64encode(key.blob).decode()}\n".lstrip()


class Keys:
    """Key pairs made by ssh-keygen."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, name: str, passphrase: str = "") -> Path:
        file = self._folder / name
        argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", file]
        subprocess.run(argv, check=True)
        return file

    def public(self, file: Path) -> HostKey:
        kind, blob, *_ = file.with_name(file.name + ".pub").read_text().split()
        return HostKey(kind, base64.b64decode(blob))

    def allow(self, hosts: Machines, name: str, file: Path) -> None:
        line = file.with_name(file.name + ".pub").read_text().strip()
        hosts.sh(name, 'echo "$1" >>/root/.ssh/authorized_keys', line)

    def sign(self, authority: Path, principal: str, public: Path) -> None:
        """A host certificate beside the public key."""
        argv = ["ssh-keygen", "-q", "-s", authority, "-I", "test", "-h", "-n", principal, public]
        subprocess.run(argv, check=True)
