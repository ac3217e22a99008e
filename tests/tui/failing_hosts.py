"""FAKE hosts for the wizard: each fails in one way, with the words of the real check and plan.

The errors are of the classes that a login raises and go through the real `probe`; facts of a host
go through the real verdict and preflight. Only the connection is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import recordings

from tui_installer.actions.host_checks import host_verdict, probe
from tui_installer.actions.host_checks.host_check import NewKey, ok
from tui_installer.engine.hosts import preflight
from tui_installer.engine.hosts.hosts_failed import HostsFailed
from tui_installer.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    HostKeyRefused,
    HostKeyUnknown,
    InstallerError,
)
from tui_installer.front.tui.engine_room import EngineRoom
from tui_installer.model.run.facts import HostFacts, PortFact, Space
from tui_installer.release.client import NotThere
from tui_installer.release.failures import Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tui_installer.actions.host_checks.host_check import HostCheck
    from tui_installer.actions.host_checks.host_target import Target
    from tui_installer.model.run.plan import Plan
    from tui_installer.model.spec import Spec

HOST, ADDRESS = "master02", "192.0.2.12"
"""The host that fails, the second of the recorded answers."""
PLACE = f"{HOST} ({ADDRESS}:22)"
FINGERPRINT = "SHA256:" + "x" * 43
FOLDERS = ("/opt/kubernetes", "/opt/etcd", "/etc/systemd/system", "/var/lib/etcd")


@dataclass(frozen=True)
class Failure:
    """at: where the login fails. facts: what differs on the host. source: why no program comes."""

    at: InstallerError | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    source: InstallerError | None = None


def unknown_key() -> Failure:
    return Failure(
        HostKeyUnknown(
            f"the host key of {PLACE} is not known",
            details=(f"offered: {FINGERPRINT} (ssh-ed25519)",),
            hint="run with --accept-new-host-keys",
            host=HOST,
        )
    )


def changed_key() -> Failure:
    return Failure(
        HostKeyRefused(
            f"the host key of {PLACE} differs from the known one",
            details=("known: SHA256:yyy, ~/.ssh/known_hosts:3", f"offered: {FINGERPRINT}"),
            hint=f"remove the old key: ssh-keygen -R '{ADDRESS}' -f ~/.ssh/known_hosts",
            host=HOST,
        )
    )


def unreachable() -> Failure:
    return Failure(
        ConnectionFailed(
            f"{PLACE}: no answer within 10 s",
            hint="check the address, and that a firewall lets port 22 in",
            host=HOST,
        )
    )


def refused_login() -> Failure:
    return Failure(
        AuthenticationFailed(
            f"{PLACE} accepts none of the identities for user root",
            details=("tried, in order:", "~/.ssh/id_ed25519: refused by the host"),
            hint="put a public key into ~root/.ssh/authorized_keys there",
            host=HOST,
        )
    )


def refused_sudo() -> Failure:
    failure = Failure(
        AuthenticationFailed(
            f"{PLACE}: ops cannot become root: it is not in sudoers",
            hint="allow it in /etc/sudoers.d: ops ALL=(ALL) NOPASSWD: ALL",
            host=HOST,
        )
    )
    failure.facts["root"] = ""
    return failure


def port_taken() -> Failure:
    return Failure(facts={"ports": (PortFact(6443, "nginx", 812, "nginx.service"),)})


def disk_full() -> Failure:
    return Failure(facts={"spaces": {one: Space("/opt", 40 << 20, ("rw",)) for one in FOLDERS}})


def clock_off() -> Failure:
    return Failure(facts={"skew": 600.0})


def wrong_version() -> Failure:
    error = NotThere(
        "Kubernetes v1.99.0 for amd64 is not at https://dl.k8s.io",
        details=("there is no https://dl.k8s.io/v1.99.0/bin/linux/amd64/kubectl",),
        hint="check the version and the source URL",
        answer="kubernetes.version",
        step="binaries",
    )
    return Failure(source=error)


def source_unreachable() -> Failure:
    error = Unreachable(
        "https://mirror.example.org cannot be reached: connection refused",
        hint="check the source URL, or set HTTPS_PROXY",
        answer="kubernetes.source.location",
        step="binaries",
    )
    return Failure(source=error)


def facts_of(name: str, address: str, **changes: Any) -> HostFacts:
    plain: dict[str, Any] = {
        "host": name,
        "hostname": name,
        "system": "Debian GNU/Linux 12 (bookworm)",
        "kernel": "6.1.0",
        "machine": "x86_64",
        "systemd": 252,
        "root": "root",
        "login": "root by key",
        "skew": 0.0,
        "memory_total": 2 << 30,
        "memory_available": 1 << 30,
        "addresses": (address,),
        "swap": False,
        "cgroup": "v2",
        "selinux": "",
        "tools": frozenset({"sha256sum"}),
        "spaces": {folder: Space("/", 20 << 30, ("rw",)) for folder in FOLDERS},
    }
    return HostFacts(**{**plain, **changes})


class FakeProbe:
    """Stands for the module `probe`; `mended` once the test says so, or the key was accepted."""

    def __init__(self, failure: Failure) -> None:
        self.failure, self.mended = failure, False
        self.checked: list[str] = []

    async def probe(
        self, target: Target, secrets: Any, check: HostCheck, *, accept_new: bool
    ) -> None:
        del secrets, accept_new
        address = target.host.ssh.address
        self.checked.append(address)
        bad = address == ADDRESS and not self.mended
        error = self.failure.at if bad else None
        check.begin("reach")
        if not isinstance(error, ConnectionFailed) or isinstance(
            error, (HostKeyRefused, AuthenticationFailed)
        ):
            check.put("reach", ok("ok", f"{address}:22 answers and speaks SSH"))
            check.begin("key")
        if isinstance(error, HostKeyUnknown):
            check.new_key = NewKey(f"{address}:22", "ssh-ed25519", FINGERPRINT)
        if isinstance(error, AuthenticationFailed):
            check.put("key", ok("known", FINGERPRINT))
            check.begin("login")
        if error is not None and "root" in self.failure.facts:
            check.put("login", ok("ok", "ops by ~/.ssh/id_ed25519"))
            probe._not_gathered(check, error)
        elif error is not None:
            probe._not_connected(check, error)
        else:
            self._good(target, address, check, self.failure.facts if bad else {})

    @staticmethod
    def _good(target: Target, address: str, check: HostCheck, changes: dict[str, Any]) -> None:
        found = facts_of(HOST, address, **changes)
        check.put("key", ok("known", FINGERPRINT))
        check.put("login", ok("ok", "root by ~/.ssh/id_ed25519"))
        check.put("root", ok("root", "root: root"))
        for question, cell in host_verdict.cells(target, found).items():
            check.put(question, cell)

    def compare(self, checks: Iterable[HostCheck]) -> None:
        """No two hosts are alike here."""

    def accept(self, keys: Iterable[NewKey]) -> str:
        self.mended = bool(tuple(keys))
        return ""


class FailingEngineRoom(EngineRoom):
    """FAKE: plans fail as the failure says, until the host or the answer is mended."""

    def __init__(self, probe: FakeProbe, good: Callable[[Spec], bool]) -> None:
        super().__init__()
        self.probe, self.good, self.started = probe, good, 0

    async def plan(self, spec: Spec, session: Any, emit: Any) -> Plan:
        del session, emit
        failure = self.probe.failure
        if not self.probe.mended and not self.good(spec):
            if failure.source is not None:
                raise failure.source
            if failure.at is not None:
                raise HostsFailed([failure.at], len(spec.hosts))
            raise _obstacles(spec, failure.facts)
        return recordings.plan()

    def start(self, spec: Spec, draft: Any) -> None:
        del spec, draft
        self.started += 1


def _obstacles(spec: Spec, changes: dict[str, Any]) -> InstallerError:
    """As preflight sums them up; its rules need the whole plan, so the words are its helpers'."""
    found = facts_of(HOST, ADDRESS, **changes)
    words = [*preflight.system(found), *preflight.clock(found)]
    words += [f"port {p.port} is in use by {preflight.holder(p)}" for p in found.ports]
    words += [
        f"{space.mount} has {space.free >> 20} MB free; 500 MB is needed"
        for space in dict.fromkeys(found.spaces.values())
        if space.free < 500 << 20
    ]
    number = [host.name for host in spec.hosts].index(HOST)
    parts = tuple(InstallerError(w, host=HOST, answer=f"hosts.{number}") for w in words)
    return InstallerError(
        f"{len(parts)} obstacle on the hosts; nothing was changed",
        details=tuple(f"{one.host}: {one.message}" for one in parts),
        hint="fix them and run again",
        step="preflight",
        parts=parts,
    )
