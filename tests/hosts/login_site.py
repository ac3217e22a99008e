"""One lab host with an sshd for each row of login_rows.py, and the keys that the rows name."""

from __future__ import annotations

import base64
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from login_rows import CLOSE, NOTHING, PASSWORDS, ROWS
from remote_support import PASSWORD

from tui_installer.lab import lab
from tui_installer.model.secret import Secret
from tui_installer.model.spec import SecretRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from login_rows import Row
    from remote_support import Machines

FIRST_PORT = 2200
OTP_MODULE = Path("/usr/lib/x86_64-linux-gnu/security/pam_google_authenticator.so")
"""scripts/host-packages installs it here."""
CODES = [f"{10000000 + number}" for number in range(40)]
"""Emergency codes: each is good once, whatever the time is."""
KEYS_ONLY = "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
"""Where a row says nothing else: sshd goes by the first line of an option."""
ACCOUNT = "account required pam_unix.so\nsession required pam_permit.so\n"
USERS = r"""
set -eu
for user in ops expired stale; do
    useradd -m -s /bin/bash "$user"
    echo "$user:$1" | chpasswd
    install -d -m 700 -o "$user" "/home/$user/.ssh"
done
cat >/tmp/allowed
for user in ops expired stale; do
    install -m 600 -o "$user" /tmp/allowed "/home/$user/.ssh/authorized_keys"
done
cat /tmp/allowed >>/root/.ssh/authorized_keys
chage -E 1 expired
chage -d 0 stale
ssh-keygen -q -A
install -d -m 700 /etc/otp
printf 'please \033]0;owned\007log in\033[31m as ubuntu\n' >/etc/ssh/hostile
echo 'back at six' >/etc/ssh/nologin
"""
SSHD = """
set -eu
ln -sf /usr/sbin/sshd "/usr/local/sbin/$1"
/usr/local/sbin/$1 -f "/etc/ssh/$1"
"""
SAYS = """
set -eu
systemd-run -q --unit="port-$1" perl -MIO::Socket::INET -e '
    my $text = shift; $text =~ s/\\\\r/\r/g; $text =~ s/\\\\n/\n/g;
    my $door = IO::Socket::INET->new(LocalPort => shift, Listen => 5, ReuseAddr => 1) or die;
    while (my $guest = $door->accept) { print $guest $text; close $guest }' -- "$2" "$1"
"""


class Folder:
    """The user's keys, made by ssh-keygen, and a CA that the hosts trust."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ca = self._key("ca")
        allowed = [self._key("good"), self._key("ecdsa", "ecdsa"), self._key("rsa", "rsa")]
        allowed += [self._key("locked", passphrase="tell me"), self._key("only8")]
        allowed += [self._key(name) for name in ("expired", "principal", "revoked")]
        allowed += [self._key("good-certified")]
        self._only_in_agent = self.path / "agent"
        self._only_in_agent.mkdir()
        for name in ("only8", "bare"):
            if name == "bare":
                self._key(name)
            shutil.move(self.path / name, self._only_in_agent / name)
        for number in range(1, 8):
            self._key(f"k{number}")
        shutil.copy(self._only_in_agent / "only8", self.path / "agent/k8")
        for name in ("stranger", "certified", "apart", "expired-only", "from"):
            self._key(name)
        self._key("rsa-certified", "rsa")
        self._key("locked-certified", passphrase="tell me")
        (self.path / "garbage").write_text("this is no key\n")
        for name in ("certified", "rsa-certified", "locked-certified", "bare", "good-certified"):
            self._certify(name)
        self._certify("apart")
        (self.path / "apart-cert.pub").rename(self.path / "elsewhere-cert.pub")
        for name in ("expired", "expired-only"):
            self._certify(name, "-V", "-2d:-1d")
        self._certify("principal", principal="somebody-else")
        lines = [self.public(file.name) for file in allowed]
        self.allowed = "".join((*lines, f'from="192.0.2.1" {self.public("from")}'))

    def public(self, name: str) -> str:
        return (self.path / f"{name}.pub").read_text()

    def in_agent(self, name: str) -> Path:
        file = self._only_in_agent / name
        return file if file.exists() else self.path / name

    def _key(self, name: str, kind: str = "ed25519", passphrase: str = "") -> Path:
        file = self.path / name
        argv = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", name, "-f", file]
        subprocess.run(argv, check=True)
        return file

    def _certify(self, name: str, *options: str, principal: str = "ops") -> None:
        public = self.path / f"{name}.pub"
        argv = ["ssh-keygen", "-q", "-s", self.ca, "-I", name, "-n", principal, *options, public]
        subprocess.run(argv, check=True)


@dataclass
class LoginSite:
    """The host, its sshds by row, and the keys."""

    machines: Machines
    host: str
    keys: Folder
    codes: list[str] = field(default_factory=lambda: list(CODES))

    @classmethod
    def start(cls, machines: Machines, host: str, folder: Path) -> LoginSite:
        site = cls(machines, host, Folder(folder))
        site.sh(USERS, PASSWORD, stdin=site.keys.allowed)
        site.put("/etc/ssh/user_ca.pub", site.keys.public("ca"))
        site.put("/etc/ssh/revoked", site.keys.public("revoked"))
        module = base64.b64encode(OTP_MODULE.read_bytes()).decode()
        site.sh(f"base64 -d >{OTP_MODULE}", stdin=module)
        secret = "\n".join(("JBSWY3DPEHPK3PXP", '" TOTP_AUTH', *CODES, ""))
        site.put("/etc/otp/ops", secret, mode="400")
        script = "".join(site._listener(row) for row in ROWS)
        site.sh(script)
        return site

    def _listener(self, row: Row) -> str:
        """The part of a script that starts what listens for a row."""
        port = str(self.port(row))
        if row.port == NOTHING:
            return ""
        if row.port:
            text = "" if row.port == CLOSE else row.port
            return _call(SAYS, port, text)
        service = f"row{port}"
        pam = row.pam if "account" in row.pam else f"{row.pam or PASSWORDS}\n{ACCOUNT}"
        config = f"Port {port}\nPidFile /run/{service}.pid\n{row.sshd}\n{KEYS_ONLY}"
        return (
            _write(f"/etc/pam.d/{service}", pam)
            + _write(f"/etc/ssh/{service}", config)
            + _call(SSHD, service)
        )

    def port(self, row: Row) -> int:
        return FIRST_PORT + ROWS.index(row)

    def put(self, path: str, text: str, mode: str = "644") -> None:
        self.sh('cat >"$1"; chmod "$2" "$1"', path, mode, stdin=text)

    def sh(self, script: str, *args: str, stdin: str = "") -> str:
        """Run a script by the host's own sshd, with stdin."""
        argv = lab.ssh_argv(self.machines.lab.folder, self.host, "sh", "-c", script, "sh", *args)
        done = subprocess.run(argv, input=stdin, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def filled(self, text: str) -> str:
        """A row's word for a code, which is then used up, or for the password."""
        return self.codes.pop() if text == "{code}" else text.replace("{password}", PASSWORD)

    def spec(self, row: Row, folder: Path, agent: str) -> Any:
        """The host's spec for a row. folder: for the password's file."""
        ssh = {name: self._value(value, agent) for name, value in row.ssh.items()}
        if row.password:
            ssh["password"] = SecretRef(file=_private(folder, self.filled(row.password)))
        return self.machines.spec(
            self.host,
            port=self.port(row),
            user=row.user,
            identity_files=tuple(self.keys.path / name for name in row.keys),
            use_agent=row.agent is not None,
            **ssh,
        )

    def _value(self, value: Any, agent: str) -> Any:
        if isinstance(value, tuple):
            return tuple(Path(self._value(one, agent)) for one in value)
        if not isinstance(value, str):
            return value
        return value.replace("{keys}", str(self.keys.path)).replace("{agent}", agent)


@contextmanager
def agent(site: LoginSite, row: Row) -> Iterator[str]:
    """An ssh-agent with the row's keys, its socket; ended by its process id."""
    if row.agent is None:
        yield ""
        return
    folder = Path(tempfile.mkdtemp(prefix="agent-", dir="/tmp"))
    socket = str(folder / "s")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    asks = folder / "askpass"
    asks.write_text('#!/bin/sh\ncase "$1" in Allow*) exit 1;; esac\necho tell me\n')
    asks.chmod(0o700)
    environ = os.environ | {"SSH_AUTH_SOCK": socket, "SSH_ASKPASS": str(asks), "DISPLAY": ":9"}
    environ["SSH_ASKPASS_REQUIRE"] = "force"
    argv = ["ssh-agent", "-D", "-a", socket]
    running = subprocess.Popen(argv, env=environ, **quiet)  # type: ignore[call-overload]
    try:
        _until(Path(socket).exists)
        confirm = ["-c"] if row.agent_is == "confirms" else []
        for name in row.agent:
            add = ["ssh-add", "-q", *confirm, site.keys.in_agent(name)]
            subprocess.run(add, check=True, env=environ, **quiet)  # type: ignore[call-overload]
        if row.agent_is == "locked":
            subprocess.run(["ssh-add", "-x"], check=True, env=environ, **quiet)  # type: ignore[call-overload]
        if row.agent_is == "gone":
            Path(socket).unlink()
        yield socket
    finally:
        running.terminate()
        running.wait()
        shutil.rmtree(folder)


class Types:
    """Somebody who types these answers, and writes down what was asked."""

    def __init__(self, site: LoginSite, answers: tuple[str, ...]) -> None:
        self._answers = [site.filled(answer) for answer in answers]
        self.prompts: list[str] = []

    async def __call__(self, prompt: str) -> Secret | None:
        self.prompts.append(prompt)
        return Secret(self._answers.pop(0)) if self._answers else None


def _until(done: Any) -> None:
    end = time.monotonic() + 10
    while not done():
        assert time.monotonic() < end
        time.sleep(0.01)


def _private(folder: Path, text: str) -> Path:
    file = folder / "password"
    file.touch(mode=0o600)
    file.write_text(f"{text}\n")
    return file


def _write(path: str, text: str) -> str:
    return f"cat >{path} <<'END-OF-FILE'\n{text}\nEND-OF-FILE\n"


def _call(script: str, *args: str) -> str:
    return f"(set -- {shlex.join(args)}\n{script})\n"
