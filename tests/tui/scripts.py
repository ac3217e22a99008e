"""FAKE runs: event lists written by hand, of no real installation. For pages' looks and logic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_installer.engine.operations import INSTALL
from tui_installer.front.tui.engine_room import EngineRoom
from tui_installer.model.run.events import (
    CLUSTER,
    OPERATOR,
    Checked,
    Failed,
    HostFound,
    Level,
    LogLine,
    Outcome,
    Planned,
    Progress,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from tui_installer.model.run.state import RunState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tui_installer.front.tui.draft import Draft
    from tui_installer.model.run.events import Event
    from tui_installer.model.spec import Spec

STEPS = tuple(step.name for step in INSTALL.work.pipeline)
ONCE = {"certificates": OPERATOR, "binaries": OPERATOR, "kubeconfig": OPERATOR,
        "bootstrap": CLUSTER, "verify": CLUSTER}  # fmt: skip
THREE = ("master01", "master02", "master03")
FIFTY = tuple(f"master{n:02d}" for n in range(1, 51))
REASONS = {
    "certificates": "issue 34 certificates, keys and tokens",
    "binaries": "6 programs in the cache, digests verified",
    "etcd-files": "create etcd.conf, etcd.service, ca.pem and 6 more",
    "etcd": "start etcd.service; enable etcd.service",
    "apiserver-files": "create kube-apiserver, kube-apiserver.conf and 14 more",
    "verify": "41 checks passed",
}
UPLOADS = {
    "etcd-files": 48_000_000,
    "apiserver-files": 124_000_000,
    "controllers-files": 150_000_000,
    "kubectl": 78_000_000,
}


class Clock:
    """Seconds that go only when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def data(hosts: tuple[str, ...] = THREE) -> dict[str, Any]:
    """Answers that fit the runs; addresses of the documentation range."""
    addresses = ({"address": f"192.0.2.{10 + n}", "name": name} for n, name in enumerate(hosts, 1))
    return {
        "apiVersion": "tui-installer/v1",
        "cluster": {"name": "demo"},
        "hosts": list(addresses),
    }


def places(step: str, hosts: tuple[str, ...]) -> tuple[str, ...]:
    return (ONCE[step],) if step in ONCE else hosts


def begun(hosts: tuple[str, ...] = THREE) -> Iterator[Event]:
    """Connected, looked at, planned."""
    yield RunStarted("demo", "v1.37.2", hosts, STEPS)
    for number, host in enumerate(hosts):
        system = "Debian GNU/Linux 12, x86_64, systemd 252"
        yield HostFound(host, f"192.0.2.{11 + number}", system, "root by key, root", 0.31)
    for step in STEPS:
        for place in places(step, hosts):
            skip = step == "binaries"
            reason, changes = REASONS.get(step, "to do"), 0 if skip else 3
            yield Planned(step, place, not skip, reason, changes, UPLOADS.get(step, 0))


def step(name: str, place: str, seconds: float, outcome: Outcome = Outcome.OK) -> Iterator[Event]:
    """One step from its beginning to its end."""
    yield StepStarted(name, place)
    yield LogLine(place, name, Level.DEBUG, "looked at what is there")
    if outcome is Outcome.OK:
        yield LogLine(place, name, Level.INFO, f"{REASONS.get(name, 'done')}")
    yield StepFinished(name, place, outcome, REASONS.get(name, "done"), seconds)


def until(last: str, hosts: tuple[str, ...] = THREE) -> Iterator[Event]:
    """Everything up to, not with, a step."""
    yield from begun(hosts)
    for name in STEPS[: STEPS.index(last)]:
        for number, place in enumerate(places(name, hosts)):
            outcome = Outcome.SKIPPED if name == "binaries" else Outcome.OK
            yield from step(name, place, 0.4 + len(name) / 3 + number / 5, outcome)


def uploading(hosts: tuple[str, ...] = THREE) -> Iterator[Event]:
    """The first upload, at different places on each host."""
    yield from until("etcd-files", hosts)
    for number, host in enumerate(hosts):
        yield StepStarted("etcd-files", host)
        done = (number + 1) * 12_000_000 % 48_000_000
        yield Progress("etcd-files", host, "upload", done, 48_000_000)


def succeeded(hosts: tuple[str, ...] = THREE) -> Iterator[Event]:
    """All steps, all checks."""
    yield from until("verify", hosts)
    yield StepStarted("verify", CLUSTER)
    for host in hosts:
        for name in ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"):
            yield Checked(host, f"{name}.service", ok=True, evidence="active (running), enabled")
        yield Checked(host, "/readyz", ok=True, evidence="200: readyz check passed")
        sans = "asked for 10.0.0.1, 127.0.0.1, kubernetes, kubernetes.default.svc: all served"
        yield Checked(host, "TLS names", ok=True, evidence=sans)
    yield Checked(CLUSTER, "etcd members", ok=True, evidence=f"{len(hosts)} started, one leader")
    yield Checked(CLUSTER, "leader leases", ok=True, evidence=f"scheduler: {hosts[0]}")
    yield StepFinished("verify", CLUSTER, Outcome.OK, "20 checks passed", 2.4)
    yield RunFinished(0, 71.4, 84, 0, (("kubeconfig", "/home/admin/demo/admin.kubeconfig"),))


def failing(hosts: tuple[str, ...] = THREE) -> Iterator[Event]:
    """etcd's port is taken on the second host; the others' etcd starts."""
    yield from until("etcd", hosts)
    for host in hosts:
        yield StepStarted("etcd", host)
    bad = hosts[1]
    yield LogLine(bad, "etcd", Level.WARNING, "etcd.service: activating (auto-restart)")
    yield LogLine(bad, "etcd", Level.ERROR, "etcd.service: failed, exit-code 1")
    message = "etcd.service does not run on master02: another program holds port 2380"
    yield Failed(bad, "etcd", message, (
        "systemd: ActiveState=failed SubState=failed Result=exit-code NRestarts=5",
        "port held by 2380: python3 (pid 4711)",
        'log: {"level":"fatal","msg":"listen tcp 192.0.2.12:2380: bind: address in use"}',
        "log: Main process exited, code=exited, status=1/FAILURE",
    ), "on master02: ss -ltnp 'sport = :2380', stop that program, then run again")  # fmt: skip
    yield StepFinished("etcd", bad, Outcome.FAILED, message, 6.2)


def failed(hosts: tuple[str, ...] = THREE) -> Iterator[Event]:
    """As `failing`, to its end: what comes after is not run."""
    yield from failing(hosts)
    for host in (host for host in hosts if host != hosts[1]):
        yield StepFinished("etcd", host, Outcome.OK, "start etcd.service", 3.1)
    for name in STEPS[STEPS.index("etcd") + 1 :]:
        for place in places(name, hosts):
            why = "not run: an earlier step failed"
            yield StepFinished(name, place, Outcome.STOPPED, why, 0.0)
    yield RunFinished(1, 24.8, 40, 0, ())


def cancelled(hosts: tuple[str, ...] = THREE) -> Iterator[Event]:
    """A person stopped it while files were on their way."""
    yield from uploading(hosts)
    where = tuple(f"{host}: stopped in: etcd-files" for host in hosts)
    hint = "run the same command again: what is done is not done twice"
    yield Failed("", "", "interrupted: no further step is started", where, hint)
    yield RunFinished(130, 8.0, 3, 0, ())


def state_of(events: Iterator[Event], clock: Clock | None = None) -> RunState:
    """The fold; each event a twentieth of a second after the one before."""
    clock = clock or Clock()
    state = RunState(clock=clock)
    for event in events:
        state.apply(event)
        clock.now += 0.05
    return state


def chatter(number: int, hosts: tuple[str, ...] = FIFTY) -> Event:
    """The line with this number of an endless stream over all hosts."""
    level = Level.WARNING if number % 40 == 0 else Level.INFO
    host = hosts[number % len(hosts)]
    text = f"etcd[{number}]: raft.node: {host} elected leader at term {number} after 3 messages"
    return LogLine(host, "etcd", level, text)


class FakeEngine(EngineRoom):
    """FAKE: plays events instead of installing. Runs as long as its state has no end."""

    def __init__(self, state: RunState | None = None, *, then: Iterable[Event] = ()) -> None:
        super().__init__()
        self.state = state or RunState(clock=Clock())
        self.begun: list[Spec] = []
        self.cancelled = 0
        self._then = tuple(then)

    @property
    def running(self) -> bool:
        return self.state.start is not None and self.state.finish is None

    def start(self, spec: Spec, draft: Draft) -> None:
        del draft
        self.begun.append(spec)
        self.spec, self.state = spec, state_of(iter(self._then))

    def cancel(self) -> None:
        self.cancelled += 1
        for event in list(cancelled())[-2:]:
            self.state.apply(event)

    def tell(self, *events: Event) -> None:
        for event in events:
            self.state.apply(event)
