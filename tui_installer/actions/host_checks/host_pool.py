"""Checks many hosts in parallel and keeps the results for a page that is shown again."""

from __future__ import annotations

import asyncio
import importlib
import time
from typing import TYPE_CHECKING, Any

from tui_installer.actions.host_checks.host_check import HostCheck, bad

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from tui_installer.actions.host_checks.host_check import NewKey
    from tui_installer.actions.host_checks.host_target import Target

AT_ONCE = 16
"""Parallel checks; a key exchange costs this process some milliseconds."""
KEPT = 200
"""Results kept of targets that are no longer wanted."""


class HostPool:
    """spawn: starts a task that ends with the program. secrets: returns the shared credentials.

    accept_new: trust hosts that are in no known_hosts file yet.
    checks: target → its check, the newest last.
    """

    def __init__(
        self,
        spawn: Callable[[Coroutine[Any, Any, Any]], asyncio.Task[Any]],
        secrets: Callable[[], Any],
        *,
        accept_new: bool = False,
    ) -> None:
        self.checks: dict[Target, HostCheck] = {}
        self._spawn, self._secrets, self._accept_new = spawn, secrets, accept_new
        self._tasks: dict[Target, asyncio.Task[Any]] = {}
        self._wanted: dict[Target, None] = {}
        self._probe: Any = None
        self._peers: Any = None
        self._trying: asyncio.Task[None] | None = None
        self._slots = asyncio.Semaphore(AT_ONCE)

    def want(self, targets: Iterable[Target], *, after: float = 0.0) -> None:
        """Checks unchecked targets in `after` seconds; cancels checks of all other targets."""
        self._wanted = wanted = dict.fromkeys(targets)
        for target in set(self._tasks) - set(wanted):
            self._drop(target)
        for target in wanted:
            if target not in self.checks:
                self._begin(target, after)
        self._forget(wanted)
        self._compare()

    def again(self, targets: Iterable[Target]) -> None:
        """Checks the targets again, results or not; the user may be asked again."""
        if self._probe is not None:
            self._probe.read_again()
        for target in dict.fromkeys(targets):
            self._drop(target)
            self._begin(target, 0.0)
        if self._tasks:
            self._secrets().ask_again()

    async def accept(self, keys: Iterable[NewKey]) -> str:
        """Accepts host keys and checks their hosts again; returns '' or why it failed."""
        taken = tuple(keys)
        probe = await _probe()
        problem: str = await asyncio.to_thread(probe.accept, taken)
        if not problem:
            waiting = [target for target, check in self.checks.items() if check.new_key in taken]
            for target in waiting:
                self._drop(target)
                self._begin(target, 0.0)
        return problem

    @property
    def live(self) -> list[HostCheck]:
        """The checks of the targets that are wanted."""
        return [self.checks[target] for target in self._wanted if target in self.checks]

    @property
    def busy(self) -> int:
        """How many checks are running."""
        return sum(check.running for check in self.checks.values())

    def _begin(self, target: Target, after: float) -> None:
        self.checks[target] = check = HostCheck()
        self._tasks[target] = task = self._spawn(self._run(target, check, after))
        task.add_done_callback(lambda done: self._done(target, done))

    def _done(self, target: Target, task: asyncio.Task[Any]) -> None:
        if self._tasks.get(target) is task:
            del self._tasks[target]

    def _drop(self, target: Target) -> None:
        if task := self._tasks.pop(target, None):
            task.cancel()
            self.checks.pop(target, None)

    def _forget(self, wanted: Iterable[Target]) -> None:
        kept = set(wanted)
        spare = [target for target in self.checks if target not in kept]
        for target in spare[: max(0, len(spare) - KEPT)]:
            self.checks.pop(target)

    async def _run(self, target: Target, check: HostCheck, after: float) -> None:
        await asyncio.sleep(after)
        async with self._slots:
            check.began = time.time()
            try:
                self._probe = await _probe()
                await self._probe.probe(target, self._secrets(), check, accept_new=self._accept_new)
            except Exception as error:  # noqa: BLE001 - a bug of ours is shown, not lost
                check.put("reach", bad("failed", f"{type(error).__name__}: {error}"))
            finally:
                check.end()
            await self._together()

    def _compare(self) -> None:
        """Compares the wanted hosts with each other, as far as their results are known."""
        if self._peers is not None:
            self._peers.compare(self._of_wanted().values())

    def _of_wanted(self) -> dict[Target, HostCheck]:
        return {one: self.checks[one] for one in self._wanted if one in self.checks}

    async def _together(self) -> None:
        """Compares the hosts; tries the ports between them if this check was the last."""
        self._peers = await _peers()
        self._compare()
        if self._trying is not None:
            self._trying.cancel()
        self._trying = self._spawn(self._peers.try_ports(self._of_wanted(), self._secrets()))


async def _probe() -> Any:
    return await _imported("tui_installer.actions.host_checks.probe")


async def _peers() -> Any:
    return await _imported("tui_installer.actions.host_checks.peers")


async def _imported(module: str) -> Any:
    """Imports a module, which takes long, without blocking the screen."""
    return await asyncio.to_thread(importlib.import_module, module)
