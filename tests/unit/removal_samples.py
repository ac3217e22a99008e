"""What is to be absent in the tests of removals."""

from __future__ import annotations

from typing import Any

import kube_samples
from engine_samples import (
    account_fact,
    file_fact,
    unit_fact,
)

from tui_installer.engine.core.wants import (
    Absent,
    AbsentFile,
    AbsentUnit,
    Wants,
    text,
)
from tui_installer.engine.hosts.host_step import HostStep

HOST = kube_samples.host("m1", "192.0.2.11")
CONF = text("/opt/k/a.conf", b"one\ntwo\n")
UNIT = AbsentUnit("a.service", "/etc/systemd/system/a.service")
UNIT_FILE = text(UNIT.file, b"[Service]\nExecStart=/bin/true\n")
LISTED = frozenset({CONF.path, UNIT.file, "/opt/k", "user:app"})
OURS = {CONF.path: file_fact(CONF), UNIT.file: file_fact(UNIT_FILE)}
ALL = Absent(
    units=(UNIT,),
    files=(AbsentFile(UNIT.file), AbsentFile(CONF.path, "its options")),
    folders=("/opt/k",),
    accounts=("app",),
)
THERE: dict[str, Any] = {
    "files": OURS,
    "units": {UNIT.name: unit_fact()},
    "entries": {"/opt/k": ("a.conf",)},
    "accounts": {"app": account_fact("app")},
    "listed": LISTED,
}


def step(wants: Wants) -> HostStep:
    return HostStep("step", "", lambda *_: wants)
