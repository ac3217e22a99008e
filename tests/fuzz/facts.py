"""What a host tells about itself: read, judged, planned from and shown."""

from __future__ import annotations

import base64
import dataclasses
from typing import TYPE_CHECKING, Any

import kube_samples
from engine_samples import FakeHost, context

from fuzz import mutate
from tui_installer.actions.host_checks import host_verdict
from tui_installer.actions.host_checks.host_target import Target
from tui_installer.engine import guards
from tui_installer.engine.core.planner import plan
from tui_installer.engine.hosts import facts, preflight
from tui_installer.engine.hosts.leftovers import read as read_leftovers
from tui_installer.engine.hosts.query import query
from tui_installer.engine.operations.install.declaration import INSTALL
from tui_installer.engine.operations.install.pipeline import PIPELINE
from tui_installer.engine.operations.install.work import WORK
from tui_installer.errors import InstallerError
from tui_installer.front.text.show_plan import plan_json, plan_text
from tui_installer.front.text.style import Style
from tui_installer.kubernetes.components import COMPONENTS, ETCD
from tui_installer.kubernetes.options import options_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path
    from random import Random

SPEC = kube_samples.spec(hosts=kube_samples.hosts(1))
HOST = SPEC.hosts[0]
_SUM = "5f" * 32
_APISERVER = "/opt/kubernetes/bin/kube-apiserver"
_OPTIONS = "/opt/kubernetes/cfg/kube-apiserver"
_TEXT = base64.b64encode(b'KUBE_APISERVER_OPTS="--v=4"\n').decode()
SYSTEM = (
    "time\t1800000000.5", "uname\tm1\tLinux\t6.1.0\tx86_64",
    "system\tDebian GNU/Linux 12 (bookworm)", "systemd\t252", "memtotal\t8000000",
    "memavailable\t4000000", "swap\tyes", "cgroup\tv2", "selinux\tEnforcing", "tool\tzstd",
    "tool\tss", "tool\tsha256sum", "tool\tfind", "tool\tsystemd-sysusers", "address\t127.0.0.1",
    f"address\t{HOST.address}", "address\tfe80::1", f"machineid\t{'5f' * 16}",
)  # fmt: skip
LINES = (
    *SYSTEM, f"file\t{_APISERVER}\t{_SUM}\t755\troot:root\t99\t1.5\tyes",
    f"version\t{_APISERVER}\tv1.37.2",
    f"file\t{_OPTIONS}\t{_SUM}\t644\troot:root\t28\t1799999999.5\tno",
    f"content\t{_OPTIONS}\t{_TEXT}",
    f"file\t/opt/kubernetes/ssl/ca.pem\t{_SUM}\t644\troot:root\t9\t2\tno",
    f"content\t/opt/kubernetes/ssl/ca.pem\t{_TEXT}",
    "odd\t/opt/kubernetes/ssl/sa.key\tdirectory",
    "etcddata\t/var/lib/etcd/member\t64000000\t1799999000.25",
    *(
        f"unitfiles\t{c.unit}\t/etc/systemd/system/{c.unit}\t{c.options_path(SPEC.layout)}\t"
        f"{base64.b64encode(options_bytes(c, SPEC, HOST)).decode()}"
        for c in COMPONENTS
    ),
    "account\tetcd\t995\tetcd\tetcd\tetcd adm\t/usr/sbin/nologin\t994\tetcd",
    "account\tkube-apiserver\t0\troot\troot\troot\t/bin/bash\t\t",
    "account\tkube-scheduler\t\t\t\t\t\t993\tdaemon,bin",
    "folder\t/var/lib/etcd\t755\troot:root\tyes",
    "closed\t/opt/kubernetes/bin\t750\troot:adm\t/opt/kubernetes",
    *(
        f"unit\t{c.unit}\tloaded\tactive\trunning\tenabled\t1790000000.5\t2\tyes"
        for c in COMPONENTS
    ),
    "space\t/opt/kubernetes\t/\t40000000\trw,relatime",
    "space\t/opt/etcd\t/\t40000000\trw,noexec", "space\t/var/lib/etcd\t/var\t40000000\tro",
    "port\t6443\tnginx\t77\tnginx.service", f"port\t2379\tetcd\t78\t{ETCD.unit}",
    "end",
)  # fmt: skip
FRESH = (
    *SYSTEM, *(f"unit\t{c.unit}\tnot-found\tinactive\tdead\t\t0\t0\tno" for c in COMPONENTS),
    *(f"space\t{f}\t/\t90000000\trw" for f in ("/opt/kubernetes", "/opt/etcd", "/var/lib/etcd")),
    *(
        f"account\t{c}\t99{n}\t{c}\t{c}\t{c}\t/usr/sbin/nologin\t98{n}\t"
        for n, c in enumerate(COMPONENTS)
    ),
    "folder\t/var/lib/etcd\t700\tetcd:etcd\tno", "closed\t/var/lib\t751\troot:root\t/var",
    "listed\tuser:etcd", "inside\t/opt/etcd", "entry\t/opt/etcd\tcfg", "end",
)  # fmt: skip
UNFIT = ("unfit\tdate\tstat", "end")
SEEDS = tuple("\n".join(lines).encode() + b"\n" for lines in (LINES, FRESH, UNFIT))
LEFT = (
    "hostname\tm1", "manifest\t/opt/kubernetes/cfg/tui-installer.manifest",
    *(
        f"unit\t{c}\t/etc/systemd/system/{c.unit}\t{c.options_path(SPEC.layout)}"
        for c in COMPONENTS
    ),
    f"program\t{_APISERVER}\tv1.37.2",
    *(
        f"file\t{c.options_path(SPEC.layout)}\t"
        f"{base64.b64encode(options_bytes(c, SPEC, HOST)).decode()}"
        for c in COMPONENTS
    ),
    "end",
)  # fmt: skip
LEFT_SEED = "\n".join(LEFT).encode() + b"\n"


def make(chance: Random) -> bytes:
    if chance.random() < 0.4:
        return mutate.of_bytes(chance, chance.choice(SEEDS), SEEDS)
    return _fields(chance, chance.choice(SEEDS).decode().splitlines())


def _fields(chance: Random, lines: list[str]) -> bytes:
    """Some fields have another value; some lines are there twice, or not."""
    for _ in range(chance.choice((1, 2, 4))):
        at = chance.randrange(len(lines))
        fields = lines[at].split("\t")
        which = chance.randrange(len(fields))
        fields[which] = _value(chance, fields[which])
        lines[at] = "\t".join(fields)
    if chance.random() < 0.3:
        at = chance.randrange(len(lines))
        lines[at:at] = [chance.choice(lines)] * chance.choice((0, 1, 5, 5000))
    return "\n".join(lines).encode(errors="replace") + b"\n"


def _value(chance: Random, before: str) -> str:
    made: Any = (
        mutate.value(chance)
        if chance.random() < 0.6
        else (before * chance.choice((0, 2, 99)))[:9999]
    )
    return "\t" * len(made) if isinstance(made, (dict, list)) else str(made)


def make_left(chance: Random) -> bytes:
    if chance.random() < 0.4:
        return mutate.of_bytes(chance, LEFT_SEED, SEEDS)
    return _fields(chance, LEFT_SEED.decode().splitlines())


def now(work: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine that waits for nothing returns."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something")


def reader(folder: Path) -> Callable[[bytes], str]:
    ctx = context(folder, SPEC)
    wants = WORK.wants_of(ctx, HOST)
    asked = query(SPEC, wants)
    target = Target(HOST, SPEC.layout, SPEC.etcd.data_dir)

    def read(data: bytes) -> str:
        try:
            found = now(facts.gather(FakeHost(HOST, data), asked))
        except InstallerError:
            return "refused"
        host_verdict.cells(target, found)
        host_verdict.address(target, found)
        ctx.facts = {HOST.name: dataclasses.replace(found, skew=0.0)}
        preflight.authorities(ctx)
        made = plan(ctx, PIPELINE)
        assert not any(
            char in plan_text(INSTALL, made, Style(colour=False)) for char in "\x1b\x00\u202e"
        )
        plan_json(INSTALL, made)
        try:
            guards.check(ctx)
            preflight.check(ctx, {HOST.name: wants})
        except InstallerError:
            return "obstacles"
        return "taken"

    return read


def left_reader(_: Path) -> Callable[[bytes], str]:
    def read(data: bytes) -> str:
        try:
            found = now(read_leftovers(FakeHost(HOST, data)))
        except InstallerError:
            return "refused"
        try:
            for component in COMPONENTS:
                found.flags(component)
                found.version(component)
        except ValueError:
            return "refused flags"
        return "taken"

    return read
