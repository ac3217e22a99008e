"""Records what real hosts say, for screenshots: ``python tests/tui/record.py [good|bad|audit …]``.

Makes throwaway lab hosts (root, systemd-nspawn), checks them live, plans, installs; installs where
a port of etcd is taken in the middle of the run; installs one master and audits it. Addresses and
folders of this machine are replaced by documentation ones.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_installer.actions import audit
from tui_installer.actions.runs import run_operation
from tui_installer.actions.runs.run_options import Options
from tui_installer.actions.sessions import drafts
from tui_installer.engine.operations import INSTALL
from tui_installer.front.text import audit_text
from tui_installer.front.tui.draft import Draft
from tui_installer.front.tui.engine_room import EngineRoom
from tui_installer.front.tui.screens.hosts.host_rows import rows_of
from tui_installer.lab import lab, takedown
from tui_installer.model.run.events import to_json
from tui_installer.remote.credentials import Credentials
from tui_installer.store import sessions

if TYPE_CHECKING:
    from tui_installer.model.run.events import Event

OUT = Path(__file__).parent / "recorded"
HOSTS = ("master01", "master02", "master03")
SQUATTER = """\
cat >/etc/systemd/system/metrics-relay.socket <<END
[Socket]
ListenStream=2380
Accept=yes
END
cat >/etc/systemd/system/metrics-relay@.service <<END
[Service]
ExecStart=/bin/true
END
cat >/etc/systemd/system/metrics-relay.path <<END
[Path]
PathExists=/opt/etcd/bin/etcd
Unit=metrics-relay.socket
END
systemctl daemon-reload && systemctl start metrics-relay.path
"""
"""Takes etcd's peer port as soon as etcd's program is there."""


def main(names: list[str]) -> None:
    OUT.mkdir(exist_ok=True)
    for name in names or RECORDINGS:
        count, record = RECORDINGS[name]
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            os.environ["TUI_INSTALLER_HOME"] = str(folder / "state")
            made = lab.up(folder / "lab", say=print, host_names=HOSTS[:count], name=f"rec{name}")
            try:
                asyncio.run(record(made))
            finally:
                takedown.down(made.folder, print)


async def good(made: lab.Lab) -> None:
    """Checks where one host's key is new, the plan, and a run to its verified end."""
    data = answers(made)
    write(made, "checks.json", await checked(data))
    spec = drafts.spec(data)
    session = sessions.at(spec.name)
    plan = await run_operation.plan_only(INSTALL, spec, session, Options(), lambda _event: None)
    write(made, "plan.json", asdict(plan))
    write(made, "run.jsonl", await ran(data))


async def bad(made: lab.Lab) -> None:
    """A run in which etcd's port is taken on the second host."""
    argv = lab.ssh_argv(made.folder, "master02", SQUATTER)
    await asyncio.to_thread(subprocess.run, argv, check=True)
    write(made, "failed.jsonl", await ran(answers(made)))


async def audited(made: lab.Lab) -> None:
    """A default install of one master, as the command tells it."""
    data = answers(made)
    await ran(data)
    found = await audit.audit(drafts.spec(data), Credentials())
    (OUT / "audit.json").write_text(public(made, audit_text.as_json(found)))


def answers(made: lab.Lab) -> dict[str, Any]:
    data = lab.answers(made.folder)
    data["cluster"] = {"name": "demo"}
    data["kubernetes"] = {"source": {"kind": "go", "location": ""}}
    return data


async def checked(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Each host's cells; the last host's key is known to nobody."""
    last = {key: value for key, value in data["hosts"][-1].items() if key != "fingerprint"}
    draft, room = Draft({**data, "hosts": [*data["hosts"][:-1], last]}), EngineRoom()
    room.pool.want(row.target for row in rows_of(draft, room) if row.target)
    while any(not check.ended for check in room.checks.values()):  # noqa: ASYNC110 - as the page does
        await asyncio.sleep(0.1)
    await room.close()
    return [
        {
            "cells": {name: asdict(cell) for name, cell in check.cells.items()},
            "key": [check.new_key.place, check.new_key.kind, check.new_key.fingerprint]
            if check.new_key
            else None,
        }
        for check in room.checks.values()
    ]


async def ran(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Every event with its second."""
    began, events = time.monotonic(), []

    def keep(event: Event) -> None:
        events.append({"at": round(time.monotonic() - began, 3), **to_json(event)})

    spec = drafts.spec(data)
    session = sessions.at(spec.name)
    await run_operation.carry_out(INSTALL, spec, session, Options(verify=True), keep)
    return events


def write(made: lab.Lab, name: str, data: Any) -> None:
    """One line for each event, so that a newer recording can be compared with an older one."""
    lines = data if name.endswith(".jsonl") else [data]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (OUT / name).write_text(public(made, text))


def public(made: lab.Lab, text: str) -> str:
    """Nothing of this machine in it."""
    own = str(Path(os.environ["TUI_INSTALLER_HOME"]))
    told = text.replace(str(made.key), "~/.ssh/id_ed25519")
    told = told.replace(platform.release(), "6.1.0-32-amd64")
    told = told.replace(own, "/home/ada/.local/state/tui-installer")
    return re.sub(re.escape(made.subnet.rsplit(".", 1)[0]) + r"\.(?=\d)", "192.0.2.", told)


RECORDINGS = {"good": (3, good), "bad": (3, bad), "audit": (1, audited)}
"""Name → how many hosts, and what is done with them."""


if __name__ == "__main__":
    main(sys.argv[1:])
