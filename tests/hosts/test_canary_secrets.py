"""A whole life of a cluster with known secrets: each stands in its own files and nowhere else."""

from __future__ import annotations

import base64
import json
import re
import secrets
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import leaks
import pytest
from site_under_test import CACHE, Site
from tmux import Terminal

from tui_installer.lab import processes
from tui_installer.lab.state import Paths

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "master01"
AUTHORITIES = ("ca", "etcd-ca", "front-proxy-ca")
"""CAs whose keys never leave the operator's machine."""
OWN_FILES = {
    "sudo password": ("secrets/sudo",),
    "key passphrase": (),  # for one run it stands in a variable of the person's own command
    "CA passphrase": ("secrets/ca-passphrase",),
    "bootstrap token": ("state/test/pki/bootstrap.token",),
    "csv token": ("state/test/pki/csv.token", "host/opt/kubernetes/cfg/token.csv"),
    "encryption key": ("state/test/pki/encryption.key", "host/opt/kubernetes/cfg/encryption.yaml"),
    **dict.fromkeys(AUTHORITIES, ()),  # once they are encrypted
    "signing-ca": (
        "state/test/pki/signing-ca-key.pem",
        "host/opt/kubernetes/ssl/signing-ca-key.pem",
    ),
    "sa": (
        "state/test/pki/sa.key",
        "host/opt/kubernetes/ssl/sa.key",
        "host/opt/kubernetes/ssl/kube-controller-manager-sa.key",
    ),
    "admin": ("state/test/pki/admin-key.pem", "state/test/admin.kubeconfig"),
}
"""Each secret's files, below the operator's folder of this test or, as host/…, on the host."""
OWN_COMMAND = b"\0--detach\0"
"""In the command line of the one that is given a variable with a secret."""
USER = """
set -eu
useradd -m -s /bin/bash asks
install -d -m 700 -o asks /home/asks/.ssh
cat >/tmp/key.pub
install -m 600 -o asks /tmp/key.pub /home/asks/.ssh/authorized_keys
rm /tmp/key.pub
echo 'asks ALL=(ALL) ALL' >/etc/sudoers.d/test
chmod 440 /etc/sudoers.d/test
"""


def made(prefix: str) -> str:
    """Easy to find: twenty letters and digits; hard to get through unquoted: what follows."""
    return f"{prefix}{secrets.token_hex(8)}&/'x"


@dataclass
class Life:
    """sudo, locked, passphrase: the password, the SSH key's passphrase, that of the CA keys."""

    site: Site
    sudo: str = field(default_factory=lambda: made("sudo"))
    locked: str = field(default_factory=lambda: made("lock"))
    passphrase: str = field(default_factory=lambda: made("auth"))
    canaries: list[leaks.Canary] = field(default_factory=list)

    @property
    def captured(self) -> Path:
        return self.site.home / "captured"

    def keep(self, name: str, data: str | bytes) -> None:
        with (self.captured / name).open("ab") as file:
            file.write(data.encode() if isinstance(data, str) else data)

    def program(self, *argv: str, code: int = 0, stdin: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tui_installer", *argv],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
            env=self.site.environ(),
        )
        self.keep("output", done.stdout + done.stderr)
        assert done.returncode == code, done.stderr[-3000:]
        return done.stdout

    @property
    def host(self) -> Path:
        """The host's root as its processes see it, with what is only in memory there."""
        (guest,) = processes.of_host(Paths(self.site.lab.folder).host(HOST)).guests
        return Path(f"/proc/{guest}/root")

    def places(self) -> list[Path]:
        """All that this program and the host's could have written to."""
        folders = ("bin", "boot", "etc", "home", "media", "mnt", "opt", "root", "run", "srv")
        more = ("tmp", "usr", "var", "dev/shm")
        there = [self.host / name for name in (*folders, *more) if (self.host / name).is_dir()]
        mine = [*Path("/tmp").glob("tui-installer*"), *Path("/dev/shm").iterdir()]
        return [self.site.home, CACHE, *mine, *there]

    def found(self, *more: Path) -> list[tuple[str, str]]:
        """(file, secret) of all that stands somewhere, by the names of OWN_FILES."""
        home, host = f"{self.site.home}/", f"{self.host}/"
        return [
            (path.removeprefix(home) if path.startswith(home) else path.replace(host, "host/"), it)
            for path, it in leaks.search([*self.places(), *more], self.canaries)
        ]


@pytest.fixture(scope="module")
def life(new_site: Callable[..., Site]) -> Life:
    """All of it, in its order; what every process showed meanwhile is captured as well."""
    it = Life(new_site(HOST))
    for folder in ("captured", "secrets", "person", "temp"):
        (it.site.home / folder).mkdir(mode=0o700)
    it.site.env["TMPDIR"] = str(it.site.home / "temp")
    log_in(it)
    it.canaries = [
        leaks.text("sudo password", it.sudo),
        leaks.text("key passphrase", it.locked),
        leaks.text("CA passphrase", it.passphrase),
    ]
    with leaks.Processes() as seen:
        wizard(it)
        it.canaries += of_session(it.site)
        headless(it)
        pages(it)
    assert seen.passes > 100
    # Also a child of that command before it is another program.
    own = {shown for shown in seen.seen if OWN_COMMAND in shown}
    assert any(it.canaries[1].in_(shown) for shown in own)
    it.keep("processes", b"\n".join(seen.seen - own))
    journal = it.site.ssh(HOST, "journalctl --sync; journalctl --no-pager -o export -a")
    it.keep("journal", journal)  # on the disk its longer fields are compressed
    return it


def log_in(it: Life) -> None:
    """As a user whom sudo asks for the password, by a key that has a passphrase."""
    site, key = it.site, it.site.home / "secrets" / "id_locked"
    argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", it.locked, "-f", str(key)]
    subprocess.run(argv, check=True)
    site.ssh(
        HOST,
        f"sh -c {shlex.quote(USER)}",
        stdin=key.with_suffix(".pub").read_bytes(),
    )
    site.ssh(HOST, "chpasswd", stdin=f"asks:{it.sudo}\n".encode())
    site.answers["ssh"] |= {"user": "asks", "identityFiles": [str(key)]}
    site.answers["token"] = {"mode": "both"}
    for name, value in (("sudo", it.sudo), ("ca-passphrase", it.passphrase)):
        file = site.home / "secrets" / name
        file.touch(mode=0o600)
        file.write_text(value)


def terminal(it: Life, name: str, *argv: str) -> Terminal:
    """Of which all that goes to the screen is captured, whatever tmux makes of it."""
    env = {k: it.site.environ()[k] for k in ("HOME", "TUI_INSTALLER_HOME", "TUI_INSTALLER_CACHE")}
    env["TMPDIR"] = it.site.env["TMPDIR"]
    program = [sys.executable, "-m", "tui_installer", *argv]
    return Terminal(
        it.site.home, ["script", "-qefc", shlex.join(program), str(it.captured / name)], env
    )


def wizard(it: Life) -> None:
    """Installs; both passwords are typed."""
    it.site.command()
    with terminal(it, "wizard", "--answers", str(it.site.file), "--interactive") as screen:
        typed(screen, it)
        it.keep("screens", screen.wait("changes, 0 restarts", 120))
        screen.press("F8")
        it.keep("screens", screen.wait("Control plane verified", 300))
        screen.press("C-q")
        assert screen.ended() == 0


def typed(screen: Terminal, it: Life) -> None:
    for prompt, answer in (("Passphrase of", it.locked), ("Password of asks", it.sudo)):
        screen.wait(prompt, 60)
        screen.type(answer)
        it.keep("screens", screen.screen)
        screen.press("Enter")


def of_session(site: Site) -> list[leaks.Canary]:
    """What the run made."""
    pki = site.pki
    token = json.loads((pki / "bootstrap.token").read_text())["secret"]
    known = [
        leaks.text("bootstrap token", token),
        leaks.text("csv token", (pki / "csv.token").read_bytes()),
        leaks.text("encryption key", (pki / "encryption.key").read_bytes()),
        leaks.key("sa", (pki / "sa.key").read_bytes()),
    ]
    names = (*AUTHORITIES, "signing-ca", "admin")
    return [*known, *(leaks.key(name, (pki / f"{name}-key.pem").read_bytes()) for name in names)]


def headless(it: Life) -> None:
    """Encrypted CA keys, diffs, a re-issue, a failure with its evidence, and all that shows."""
    site, opens = it.site, ("--passphrase-file", str(it.site.home / "secrets" / "ca-passphrase"))
    it.program("sessions", "encrypt", "test", *opens)
    login = site.answers["ssh"] | {
        "passphrase": {"file": str(locked_file(it))},
        "sudo": {"password": {"file": str(site.home / "secrets" / "sudo")}},
    }
    other = site.variant(ssh=login, sans=["k8s.example.com"])
    other.command()
    argv = ("--answers", str(site.file))
    it.program(*argv, "--plan")
    it.program(*argv, "--plan", "--output", "jsonl")
    it.program(*argv, *opens, "--verify", "--output", "jsonl")
    broken = {"extraArgs": {"scheduler": {"kube-api-burst": "many"}}}
    other.variant(kubernetes=site.answers["kubernetes"] | broken).command()
    it.program(*argv, "--plan")
    it.program(*argv, code=1)  # with the evidence of why it does not run
    other.command()
    it.program(*argv, "--check")
    it.program(*argv, "--verify")
    in_variable(it, other)
    for words in (("sessions", "list"), ("sessions", "show", "test"), ("attach", "test")):
        it.program(*words)
    it.program("sessions", "export", "test", str(it.captured / "answers.yaml"))
    whole = str(it.captured / "whole.session")
    it.program("sessions", "export", "test", whole, "--whole", *opens)


def locked_file(it: Life) -> Path:
    """The SSH key's passphrase, for the runs that nobody types for; its end is that of the file."""
    file = it.site.home / "secrets" / "key-passphrase"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(it.locked)
    return file


def in_variable(it: Life, site: Site) -> None:
    """The SSH key's passphrase, for a run in the background, which needs it to log in."""
    login = site.answers["ssh"] | {"passphrase": {"env": "KEY_PASSPHRASE"}}
    site.variant(ssh=login).command()
    it.site.env["KEY_PASSPHRASE"] = it.locked
    it.program("--answers", str(site.file), "--detach")
    del it.site.env["KEY_PASSPHRASE"]
    it.program("attach", "test")
    site.command()


def pages(it: Life) -> None:
    """Those that are about secrets, seen."""
    argv = ("--answers", str(it.site.file), "--interactive")
    with terminal(it, "pages", *argv) as screen:
        screen.wait("nothing to do", 60)
        for page in ("Certificates", "Token", "SANs"):
            screen.press("Escape")
            screen.wait(f"▸ {page}")
            it.keep("screens", screen.screen)
        screen.press("C-q")
        assert screen.ended() == 0
    locked_file(it).unlink()


@pytest.fixture(scope="module")
def found(life: Life) -> set[tuple[str, str]]:
    """By one search of everything, in which two leaks were planted."""
    for folder in (life.captured, life.host / "tmp"):
        (folder / "planted").write_bytes(base64.b64encode(f"x{life.sudo}".encode()))
    return set(life.found())


PLANTED = {(f"{folder}/planted", "sudo password") for folder in ("captured", "host/tmp")}


def test_no_secret_stands_outside_its_own_files(found):
    leaked = [(file, it) for file, it in found - PLANTED if file not in OWN_FILES[it]]
    assert leaked == []


def test_planted_leaks_are_found_here_and_on_the_host(found):
    assert found >= PLANTED


def test_every_secret_was_looked_for_and_stands_where_it_is_said_to(life, found):
    assert {one.name for one in life.canaries} == set(OWN_FILES)
    assert {(file, it) for it, files in OWN_FILES.items() for file in files} <= found


def test_the_terminals_and_all_output_were_captured(life):
    names = {path.name for path in life.captured.iterdir()}
    assert names >= {
        "wizard",
        "pages",
        "screens",
        "output",
        "processes",
        "journal",
        "answers.yaml",
    }
    assert b"Control plane verified" in (life.captured / "screens").read_bytes()
    assert b"kube-scheduler.service does not run" in (life.captured / "output").read_bytes()
    assert b"sudo -S -k" in (life.captured / "processes").read_bytes().replace(b"\0", b" ")


def test_all_that_is_written_here_is_the_owners_alone(life):
    public = re.compile(r"/pki/.*\.(pem|pub)$")
    for path in (life.site.home / "state").rglob("*"):
        mode = path.stat().st_mode & 0o777
        wanted = 0o700 if path.is_dir() else 0o600
        assert mode == wanted or (public.search(str(path)) and mode == 0o644), path
