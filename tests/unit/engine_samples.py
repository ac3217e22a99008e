"""Contexts, facts and hosts for the engine's tests."""

from __future__ import annotations

import asyncio
import dataclasses
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kube_samples

from tui_installer.engine.cluster.authority import Authority
from tui_installer.engine.core.context import Context
from tui_installer.engine.core.run import Run
from tui_installer.engine.operations.install.declaration import INSTALL
from tui_installer.engine.operations.install.kubeconfig import _wanted as kubeconfig
from tui_installer.engine.operations.install.work import WORK
from tui_installer.model.run.facts import (
    AccountFact,
    ClusterFacts,
    FileFact,
    FolderFact,
    HostFacts,
    Space,
    UnitFact,
)
from tui_installer.release.cache import Cache
from tui_installer.release.programs import KUBERNETES, Binary
from tui_installer.remote.host import Completed, Login
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from collections.abc import AsyncIterable

    from tui_installer.engine.core.wants import FileWant
    from tui_installer.model.run.events import Event
    from tui_installer.model.spec import HostSpec, Spec

NOW = 1_800_000_000.0
PROGRAMS = (*KUBERNETES, "etcd", "etcdctl")


class FakeHost:
    """Answers every script with the same bytes, so that hostile answers can be given too."""

    def __init__(self, spec: HostSpec, stdout: bytes = b"", status: int = 0, stderr: str = ""):
        self.spec = spec
        self.login = Login("root", "~/.ssh/id_ed25519", "SHA256:x", ())
        self.root = "root"
        self.connected = True
        self.answer = Completed(status, stdout, stderr)
        self.calls: list[tuple[str, ...]] = []
        self.received = b""

    async def run(self, script: str, *args: str, stdin: Any = None, **_: Any) -> Completed:
        self.calls.append(args)
        self.received += await drained(stdin)
        return self.answer

    async def forward(self, address: str, port: int) -> Path:
        raise AssertionError("nothing is forwarded in these tests")

    async def forwarding(self, address: str, port: int) -> str:
        return "sshd"

    async def close(self) -> None: ...


class ShellHost(FakeHost):
    """This machine: scripts really run, by its own sh."""

    async def run(self, script: str, *args: str, stdin: Any = None, **_: Any) -> Completed:
        self.received = await drained(stdin)
        return await asyncio.to_thread(sh, script, *args, stdin=self.received)


def sh(script: str, *args: str, stdin: bytes = b"") -> Completed:
    done = subprocess.run(
        ["sh", "-c", script, "sh", *args], input=stdin, capture_output=True, cwd="/", check=False
    )
    return Completed(done.returncode, done.stdout, done.stderr.decode())


async def drained(stdin: bytes | AsyncIterable[bytes] | None) -> bytes:
    if stdin is None or isinstance(stdin, bytes):
        return stdin or b""
    return b"".join([chunk async for chunk in stdin])


def authority(folder: Path, spec: Spec, *, make: bool = True) -> Authority:
    found = Authority.load(spec, SessionFolder(folder), NOW)
    if make:
        found.make(NOW)
    return found


def binary(name: str, arch: str = "amd64") -> Binary:
    return Binary(
        name, "v1", arch, Path("/cache") / name, name.encode().hex() * 4, 50 << 20, "test"
    )


def context(folder: Path, spec: Spec | None = None, *, make: bool = True) -> Context:
    """Keys made and programs cached, unless `make` says no; bare hosts."""
    spec = spec or kube_samples.spec(hosts=kube_samples.hosts(1))
    ctx = Context(spec, authority(folder, spec, make=make), NOW)
    ctx.facts = {host.name: facts(host) for host in spec.hosts}
    if make:
        ctx.binaries = {("amd64", name): binary(name) for name in PROGRAMS}
    return ctx


def facts(host: HostSpec, **changes: Any) -> HostFacts:
    """A bare host that nothing is wrong with."""
    plain = HostFacts(
        host=host.name,
        hostname=host.name,
        system="Debian GNU/Linux 12 (bookworm)",
        kernel="6.1.0",
        machine="x86_64",
        systemd=252,
        root="root",
        login="root by key",
        skew=0.0,
        memory_total=2 << 30,
        memory_available=1 << 30,
        addresses=("127.0.0.1", host.address),
        swap=False,
        cgroup="v2",
        selinux="",
        tools=frozenset({"sha256sum", "ss", "zstd", "find", "systemd-sysusers"}),
        spaces={
            folder: Space("/", 20 << 30, ("rw",))
            for folder in ("/opt/kubernetes", "/opt/etcd", "/etc/systemd/system", "/var/lib/etcd")
        },
    )
    return dataclasses.replace(plain, **changes)


def with_facts(ctx: Context, **changes: Any) -> None:
    """Changes the facts of the first host."""
    name = ctx.spec.hosts[0].name
    ctx.facts = {**ctx.facts, name: dataclasses.replace(ctx.facts[name], **changes)}


def file_fact(want: FileWant, **changes: Any) -> FileFact:
    """The wanted file as a host tells of it once it is there."""
    content = None if want.secret or want.binary else want.data
    plain = FileFact(want.sha256, want.mode, want.owner, want.size, NOW - 1000, True, content)
    return dataclasses.replace(plain, **changes)


def unit_fact(**changes: Any) -> UnitFact:
    plain = UnitFact("loaded", "active", "running", "enabled", NOW - 900, 0, stale=False)
    return dataclasses.replace(plain, **changes)


def account_fact(name: str, **changes: Any) -> AccountFact:
    """A system user as this program makes it."""
    plain = AccountFact(995, name, name, frozenset({name}), "/usr/sbin/nologin", 994, ())
    return dataclasses.replace(plain, **changes)


def finish(ctx: Context) -> None:
    """Gives the context the facts of hosts on which everything is up to date."""
    for host in ctx.spec.hosts:
        wants = WORK.wants_of(ctx, host)
        ctx.facts = {
            **ctx.facts,
            host.name: facts(
                host,
                files={want.path: file_fact(want) for want in wants.files},
                units={want.name: unit_fact() for want in wants.units},
                accounts={name: account_fact(name) for name in wants.accounts},
                folders={w.path: FolderFact(w.mode, w.owner, mixed=False) for w in wants.folders},
            ),
        }
    objects = WORK.wants_of(ctx, None).objects
    ctx.cluster = ClusterFacts(objects={want.key: want.manifest for want in objects})
    found = kubeconfig(ctx)
    assert found is not None
    ctx.authority.folder.write_kubeconfig(found)


@dataclass
class Log:
    """An event sink that remembers."""

    events: list[Event] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def run_of(ctx: Context, folder: Path, host: type[FakeHost] = FakeHost) -> tuple[Run, Log]:
    log = Log()
    hosts = {spec.name: host(spec) for spec in ctx.spec.hosts}
    return Run(ctx, hosts, log, Cache(folder / "cache"), INSTALL), log
