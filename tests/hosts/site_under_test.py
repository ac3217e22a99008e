"""A site under test: fresh lab hosts, answers, a session folder, and the real command line."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui_installer.lab import lab
from tui_installer.store import paths
from tui_installer.store.yaml_dump import dumped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

V137, V136 = "v1.37.2", "v1.36.3"
COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
UNITS = ("etcd", *COMPONENTS)
CACHE = paths.cache_root()
"""The person's own: programs are built once for all tests."""
NOT_OURS = ("SSH_AUTH_SOCK", "NO_COLOR", "SSH_ASKPASS")


@dataclass
class Outcome:
    """One run of the program."""

    code: int
    events: list[dict[str, Any]]
    stdout: str
    stderr: str

    def of(self, kind: str, **fields: Any) -> list[dict[str, Any]]:
        """Events of a kind whose fields have these values."""
        return [
            event
            for event in self.events
            if event.get("event") == kind and all(event.get(k) == v for k, v in fields.items())
        ]

    @property
    def finish(self) -> dict[str, Any]:
        return self.of("RunFinished")[0]

    @property
    def cards(self) -> list[dict[str, Any]]:
        return self.of("Failed")

    @property
    def card(self) -> dict[str, Any]:
        """The only one."""
        (card,) = self.cards
        return card

    @property
    def plan(self) -> dict[str, Any]:
        """What --plan printed."""
        (plan,) = self.of("Plan")
        return plan

    def planned(self) -> list[tuple[str, str, str]]:
        """(host, verb, target) of every change of --plan."""
        return [
            (item["host"], change["verb"], change["target"])
            for item in self.plan["items"]
            for change in item["changes"]
        ]

    def changed(self) -> tuple[int, int]:
        """(changes, restarts)."""
        return self.finish["changes"], self.finish["restarts"]

    def everything(self) -> str:
        """All that a person could read of it."""
        return self.stdout + self.stderr

    def explain(self) -> str:
        return f"exit {self.code}\n{json.dumps(self.cards, indent=1)}\n{self.stderr[-3000:]}"


@dataclass
class Site:
    """answers: plain data, edited freely by a test before `run`."""

    lab: lab.Lab
    home: Path
    answers: dict[str, Any]
    env: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.home / "answers.yaml"

    @property
    def state(self) -> Path:
        return self.home / "state" / self.answers["cluster"]["name"]

    @property
    def pki(self) -> Path:
        return self.state / "pki"

    @property
    def hosts(self) -> list[str]:
        """The masters' names."""
        return [host["name"] for host in self.answers["hosts"]]

    def variant(self, **changes: Any) -> Site:
        """The same hosts and state with some top-level answers replaced."""
        answers = copy.deepcopy(self.answers)
        answers.update(changes)
        return Site(self.lab, self.home, answers, dict(self.env))

    def elsewhere(self, home: Path) -> Site:
        """The same hosts and answers with a session folder of its own."""
        return Site(self.lab, home, copy.deepcopy(self.answers), dict(self.env))

    def command(self, *options: str) -> list[str]:
        """Writes the answers file; ``tui-installer --answers FILE --output jsonl OPTIONS``."""
        (self.home / "person").mkdir(parents=True, exist_ok=True)
        self.file.write_text(dumped(self.answers))
        argv = [sys.executable, "-m", "tui_installer", "--answers", str(self.file)]
        return [*argv, "--output", "jsonl", *options]

    def run(self, *options: str, timeout: float = 300, stdin: str | None = None) -> Outcome:
        done = subprocess.run(
            self.command(*options),
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env=self.environ(),
        )
        return outcome(done.returncode, done.stdout, done.stderr)

    def program(self, *argv: str, timeout: float = 180) -> subprocess.CompletedProcess[str]:
        """``tui-installer ARGV``, with nobody to ask."""
        return subprocess.run(
            [sys.executable, "-m", "tui_installer", *argv],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env=self.environ(),
        )

    def install(self, *options: str) -> Outcome:
        """A run that must succeed."""
        done = self.run(*options)
        assert done.code == 0, done.explain()
        return done

    @contextmanager
    def started(self, *options: str) -> Iterator[subprocess.Popen[str]]:
        """The program while it runs; it is ended with the block."""
        with subprocess.Popen(
            self.command(*options),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environ(),
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def environ(self) -> dict[str, str]:
        """A person's, with a home folder that has nothing of the one who runs the tests."""
        keep = {k: v for k, v in os.environ.items() if k not in NOT_OURS}
        own = {
            "HOME": str(self.home / "person"),
            "TUI_INSTALLER_HOME": str(self.home / "state"),
            "TUI_INSTALLER_CACHE": str(CACHE),
        }
        return {**keep, **own, **self.env}

    def ssh(self, host: str, command: str, *, check: bool = True, stdin: bytes = b"") -> str:
        """What a command prints on a host, as root."""
        done = subprocess.run(
            lab.ssh_argv(self.lab.folder, host, command),
            input=stdin,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert not check or done.returncode == 0, f"{command}: {done.stderr.decode()}"
        return done.stdout.decode()

    def running(self, *units: str) -> dict[tuple[str, str], str]:
        """(host, unit) → its main process and when that was started, of the units that run."""
        wanted = units or UNITS
        asked = "-p ActiveState -p MainPID -p ExecMainStartTimestamp"
        show = f"systemctl show {asked} {' '.join(wanted)}"
        return {
            (host, unit): told
            for host in self.hosts
            for unit, told in zip(wanted, self.ssh(host, show).split("\n\n"), strict=True)
        }

    def snapshot(self, host: str) -> str:
        """All that an install could change on a host: files and links with times, and units."""
        return self.ssh(
            host,
            "find /opt /srv /etc /var/lib /usr/local"
            " \\( -path /var/lib/systemd -o -path '/var/lib/etcd/*' \\) -prune -o"
            " -printf '%p %s %m %u %T@ %C@ %l\\n' 2>/dev/null | sort;"
            " systemctl list-units --all --no-legend --plain 'kube*' 'etcd*'",
        )

    def listed(self, host: str) -> dict[str, tuple[str, int, str]]:
        """path → (sha256, mode, owner) of the files in the manifest on a host."""
        folder = self.answers.get("layout", {}).get("kubernetes", "/opt/kubernetes")
        lines = self.ssh(host, f"cat {folder}/cfg/tui-installer.manifest || true").splitlines()
        rows = [line.split(" ") for line in lines]
        return {
            path: (digest, int(mode, 8), owner)
            for digest, mode, owner, _, _, path in rows
            if digest != "-"  # users and folders
        }

    def kubectl(self, *args: str, check: bool = True, stdin: str | None = None) -> str:
        """The kubectl that was installed, run on this machine with the admin kubeconfig.

        An endpoint's name leads nowhere here, so then the first master's address is called.
        """
        binary = self.home / "kubectl"
        if not binary.exists():
            folder = self.answers.get("layout", {}).get("kubernetes", "/opt/kubernetes")
            argv = lab.ssh_argv(self.lab.folder, self.hosts[0], f"cat {folder}/bin/kubectl")
            binary.write_bytes(subprocess.run(argv, capture_output=True, check=True).stdout)
            binary.chmod(0o755)
        kubeconfig = ["--kubeconfig", str(self.state / "admin.kubeconfig")]
        if self.answers["cluster"].get("endpoint"):
            kubeconfig += ["--server", f"https://{self.answers['hosts'][0]['address']}:6443"]
        done = subprocess.run(
            [str(binary), *kubeconfig, *args],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout


def outcome(code: int, stdout: str, stderr: str) -> Outcome:
    """Every line of stdout must be an event: stdout is data."""
    return Outcome(code, [json.loads(line) for line in stdout.splitlines()], stdout, stderr)


def assert_verified(done: Outcome, masters: list[str]) -> None:
    """Exit 0, and every promised line of the verification is there and good."""
    assert done.code == 0, done.explain()
    checks = done.of("Checked")
    assert [check for check in checks if not check["ok"]] == []
    told = {(check["host"], check["check"]) for check in checks}
    for host in masters:
        closed = ("anonymous requests", "audit log")
        for name in (
            "/livez",
            "/readyz",
            *closed,
            *(f"unit {unit}.service" for unit in COMPONENTS),
        ):
            assert (host, name) in told
        for port in (6443, 10257, 10259):
            assert (host, f"certificate on :{port}") in told
        assert (host, "kube-controller-manager :10257/healthz") in told
        assert (host, "kube-scheduler :10259/healthz") in told
    leaders = ("leader kube-controller-manager", "leader kube-scheduler")
    for name in (*leaders, "ServiceAccount token"):
        assert ("cluster", name) in told
    assert {name for _, name in told if name.startswith("kubectl get cs: ")} >= {
        "kubectl get cs: controller-manager",
        "kubectl get cs: scheduler",
    }


def assert_nothing_to_do(site: Site) -> Outcome:
    """A run on a finished cluster: no change, no restart, no unit's process another one."""
    units = UNITS if site.answers.get("etcd", {}).get("mode") != "external" else COMPONENTS
    before = site.running(*units)
    again = site.install()
    assert again.changed() == (0, 0)
    assert again.of("StepStarted") == []
    assert [item for item in again.of("Planned") if item["run"] and item["step"] != "verify"] == []
    assert site.running(*units) == before
    return again
