"""Masters whose key of Secrets at rest is rotated, made of memory: files, processes, Secrets.

Only what touches a host is replaced; the steps, the planner and the session folder are the real.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import kube_samples
from engine_samples import NOW, facts, file_fact, run_of, unit_fact

from tui_installer.engine.cluster import at_rest, clients, stored, survey
from tui_installer.engine.core.context import Context
from tui_installer.engine.core.runner import run_pipeline
from tui_installer.engine.core.step import ClusterStep
from tui_installer.engine.hosts import deliver, units
from tui_installer.engine.operations.install import apiserver
from tui_installer.engine.operations.rotation.rewrite import REWRITE
from tui_installer.engine.operations.rotation.work import ROTATION
from tui_installer.errors import InstallerError
from tui_installer.kubernetes import encryption
from tui_installer.kubernetes.components import APISERVER
from tui_installer.kubernetes.encryption import Stage
from tui_installer.model.run.facts import ClusterFacts
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from tui_installer.engine.cluster.authority import Authority
    from tui_installer.engine.core.run import Run
    from tui_installer.engine.core.wants import FileWant
    from tui_installer.errors import ExitCode
    from tui_installer.kubernetes.encryption import EncryptionKey
    from tui_installer.model.run.facts import HostFacts
    from tui_installer.model.run.plan import Change


class Cut(Exception):
    """The program is killed, or the power fails."""


class World:
    """made: a session's keys, of which only the encryption keys are stored again.

    cut: after how many actions on hosts everything ends; -1 for never.

    files, running: host → keys, the first one writes. stored: keys that a Secret in etcd needs.
    """

    def __init__(
        self, folder: Path, made: Authority, monkeypatch: pytest.MonkeyPatch, masters: int = 3
    ) -> None:
        self.folder, self.cut, self.actions, self.time = folder, -1, 0, 100.0
        self.spec = kube_samples.spec(hosts=kube_samples.hosts(masters))
        self.made = dataclasses.replace(
            made, spec=self.spec, folder=SessionFolder(folder / "session")
        )
        first = made.encryption_keys
        self.made.keep_encryption_keys(*first)
        self.hosts = [host.name for host in self.spec.hosts]
        self.files = dict.fromkeys(self.hosts, first)
        self.running = dict(self.files)
        self.changed = dict.fromkeys(self.hosts, 1.0)
        self.started = dict.fromkeys(self.hosts, 2.0)
        self.broken: set[str] = set()
        self.stored = set(first)
        monkeypatch.setattr(deliver, "deliver", self._deliver)
        monkeypatch.setattr(units, "apply", self._apply)
        monkeypatch.setattr(apiserver, "ready", self._ready)
        monkeypatch.setattr(survey, "refresh", self._refresh)
        monkeypatch.setattr(clients, "api_of", None)

    def place(self, new: EncryptionKey, old: EncryptionKey, stages: Sequence[Stage]) -> None:
        """Hosts that are at these stages, in file and process."""
        for host, stage in zip(self.hosts, stages, strict=True):
            self.files[host] = self.running[host] = encryption.arranged(new, old, stage)
        self.stored |= {keys[0] for keys in self.running.values()}
        if set(stages) == {Stage.NEW}:  # the old key was removed once nothing needed it
            self.stored = {new}

    def unreadable(self) -> set[tuple[str, str]]:
        """(host, key that a Secret has or is about to get and that the host cannot read)."""
        used = self.stored | {keys[0] for keys in self.running.values()}
        return {(host, key.name) for host in self.hosts for key in used - set(self.running[host])}

    def ctx(self) -> Context:
        """As a run that begins now finds all."""
        keys = stored.encryption_keys(self.made.folder)
        authority = dataclasses.replace(self.made, encryption_keys=keys)
        found = Context(self.spec, authority, NOW)
        found.facts = {host: self._facts(found, host) for host in self.hosts}
        found.cluster = ClusterFacts(ready=dict.fromkeys(self.hosts, "readyz check passed"))
        return found

    def _facts(self, ctx: Context, host: str) -> HostFacts:
        spec = next(one for one in self.spec.hosts if one.name == host)
        want = next(
            want
            for want in apiserver.APISERVER_FILES.wants(ctx, spec).files
            if want.path == at_rest.path(ctx)
        )
        there = dataclasses.replace(want, data=encryption.configuration(self.files[host]))
        return facts(
            spec,
            files={want.path: file_fact(there, changed=self.changed[host])},
            units={APISERVER.unit: unit_fact(started=self.started[host])},
        )

    async def rotate(self) -> ExitCode:
        """One run of the program."""
        written = ClusterStep(REWRITE.name, REWRITE.title, REWRITE.look, self._rewrite)
        steps = [written if step is REWRITE else step for step in ROTATION if step.name != "verify"]
        run, self.log = run_of(self.ctx(), self.folder)
        return await run_pipeline(run, steps)

    def _act(self) -> None:
        if self.actions == self.cut:
            raise Cut
        self.actions += 1
        self.time += 1

    async def _deliver(self, run: Run, host: str, step: str, files: list[FileWant]) -> None:
        for want in files:
            self._act()
            self.files[host] = encryption.keys_of(want.data or b"")
            self.changed[host] = self.time

    async def _apply(self, run: Run, host: str, step: str, changes: tuple[Change, ...]) -> None:
        if any(change.verb == "restart" for change in changes):
            before = self.unreadable()
            self._act()
            self.running[host], self.started[host] = self.files[host], self.time
            assert self.unreadable() <= before, f"{step} on {host}"
            self.stored.add(self.running[host][0])

    async def _ready(self, run: Run, host: str) -> None:
        if host in self.broken:
            raise InstallerError(f"the API server on {host} is not ready", host=host)

    async def _refresh(self, run: Run, host: str) -> None:
        run.ctx.facts = {**run.ctx.facts, host: self._facts(run.ctx, host)}

    async def _rewrite(self, run: Run, changes: tuple[Change, ...]) -> str:
        self._act()
        assert len({keys[0] for keys in self.running.values()}) == 1, "one key writes"
        assert self.stored <= {key for keys in self.running.values() for key in keys}
        self.stored = {keys[0] for keys in self.running.values()}
        return "written"
