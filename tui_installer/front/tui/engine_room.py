"""Runs the work beside the app: checks, plans, the run. `main` owns it, not a screen."""

from __future__ import annotations

import asyncio
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tui_installer.actions import settings
from tui_installer.errors import ExitCode, InstallerError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from tui_installer.actions.host_checks.host_check import HostCheck
    from tui_installer.actions.host_checks.host_pool import HostPool
    from tui_installer.actions.host_checks.host_target import Target
    from tui_installer.actions.runs.watched_run import WatchedRun
    from tui_installer.engine.core.operation import Operation
    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.last_plan import LastPlan
    from tui_installer.model.audit import Audit
    from tui_installer.model.run.events import Event
    from tui_installer.model.run.plan import Plan
    from tui_installer.model.run.state import RunState
    from tui_installer.model.secret import Secret
    from tui_installer.model.spec import Spec
    from tui_installer.store.session_folder import SessionFolder


class EngineRoom:
    """spec: the spec of the current or last run.

    last_plan: the last plan, or why there is none; None before it.
    install_instead: the user wants an install, although another operation was interrupted.
    accept_new: trust hosts that are in no known_hosts file yet.
    ask: set by the app while it can show a prompt; passwords stay in memory.
    """

    def __init__(self, *, accept_new: bool = False) -> None:
        self.accept_new = accept_new
        self.spec: Spec | None = None
        self.install_instead = False
        self.last_plan: LastPlan | None = None
        self.ask: Callable[[str], Awaitable[Secret | None]] | None = None
        self._run: asyncio.Task[None] | None = None
        self._watched: WatchedRun | None = None
        self._followed: SessionFolder | None = None
        self._stopping = False
        self._others: set[asyncio.Task[Any]] = set()
        self._pool: HostPool | None = None
        self._credentials: Any = None

    @cached_property
    def state(self) -> RunState:
        """The fold of the current or last run, polled by the deploy page."""
        return _empty_state()

    @property
    def pool(self) -> HostPool:
        """Checks hosts while the user edits the answers."""
        if self._pool is None:
            from tui_installer.actions.host_checks.host_pool import HostPool  # noqa: PLC0415 - first frame

            self._pool = HostPool(self.spawn, self.credentials, accept_new=self.accept_new)
        return self._pool

    @property
    def checks(self) -> dict[Target, HostCheck]:
        """The results of the host checks."""
        return self.pool.checks

    @property
    def live(self) -> list[HostCheck]:
        """The checks of the hosts in the answers; empty before the Hosts page was shown."""
        return self._pool.live if self._pool is not None else []

    def credentials(self) -> Any:
        """The credentials that checks, plans and runs share, so that each is asked for once."""
        if self._credentials is None:
            from tui_installer.actions.host_checks import probe  # noqa: PLC0415 - the first frame needs none

            self._credentials = probe.credentials(self._asked)
        return self._credentials

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._run is not None and not self._run.done()

    def operation(self, session: SessionFolder) -> Operation:
        """What a run of the session does: an install, or another operation that was interrupted.

        Reads a small file. Raises InstallerError.
        """
        from tui_installer.engine import operations  # noqa: PLC0415 - the first frame needs none

        return operations.INSTALL if self.install_instead else operations.to_resume(session)

    @staticmethod
    def cut(session: SessionFolder) -> bool:
        """Whether an operation other than an install was interrupted in the session.

        Reads a small file. Raises InstallerError.
        """
        from tui_installer.engine import operations  # noqa: PLC0415 - the first frame needs none

        return operations.to_resume(session) is not operations.INSTALL

    def start(self, spec: Spec, draft: Draft) -> None:
        """Starts a run in a process of its own, unless one is under way; `state` follows it."""
        if not self.running:
            self.spec, self.state, self._stopping = spec, _empty_state(), False
            self._run = asyncio.create_task(self._guarded(self._carry_out(draft)))

    def watch(self, spec: Spec | None, session: SessionFolder) -> None:
        """Follows a run that another process started."""
        from tui_installer.actions.runs.follow import Following  # noqa: PLC0415 - the first frame

        following = Following.last_run(session)
        self.spec, self.state, self._watched = spec, following.state, None
        self._followed, self._stopping = session, False
        self._run = asyncio.create_task(self._guarded(following.to_end()))

    def forget(self) -> None:
        """Forgets the last run: the user opens other answers."""
        if not self.running:
            self.spec, self.state, self._run, self._watched = None, _empty_state(), None, None
            self.install_instead, self.last_plan = False, None

    async def _carry_out(self, draft: Draft) -> None:
        # The imports take a while; a thread keeps the screen responsive.
        runs = await asyncio.to_thread(import_module, "tui_installer.actions.runs.watched_run")
        background = await asyncio.to_thread(import_module, "tui_installer.actions.runs.background")
        session, lock = await asyncio.to_thread(draft.settle)
        self._watched = runs.WatchedRun(session, lock)
        self.state = self._watched.state
        operation = await asyncio.to_thread(self.operation, session)
        verify = operation.takes_verify
        order = background.Order(
            operation.name,
            verify=verify,
            accept_new_host_keys=self.accept_new,
            go_on=settings.goes_on(),
        )
        await self._watched.carry_out(order, self.credentials().typed, self._asked)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """Turns every failure, even a bug, into a failure card and the end of the run."""
        try:
            await work
        except InstallerError as error:
            _end(self.state, error)
        except Exception as error:  # noqa: BLE001 - else the run would seem to continue
            fault = f"{type(error).__name__}: {error}"
            bug = InstallerError("an internal error ended the run", details=(fault,), hint=_BUG)
            bug.code = ExitCode.INTERNAL
            _end(self.state, bug)

    async def plan(self, spec: Spec, session: SessionFolder, emit: Callable[[Event], None]) -> Plan:
        """The plan for the current state of the hosts. Raises InstallerError."""
        runs = await asyncio.to_thread(import_module, "tui_installer.actions.runs.run_operation")
        from tui_installer.actions.runs.run_options import Options  # noqa: PLC0415 - first frame

        operation = await asyncio.to_thread(self.operation, session)
        options = Options(credentials=self.credentials(), accept_new_host_keys=self.accept_new)
        found: Plan = await runs.plan_only(operation, spec, session, options, emit)
        return found

    async def audit(self, spec: Spec) -> Audit:
        """The audit of what runs on the hosts. Raises InstallerError."""
        action = await asyncio.to_thread(import_module, "tui_installer.actions.audit")
        found: Audit = await action.audit(spec, self.credentials(), accept_new=self.accept_new)
        return found

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Runs a task beside the screens, such as a host check; `close` cancels it."""
        task = asyncio.create_task(work)
        self._others.add(task)
        task.add_done_callback(self._others.discard)
        return task

    def cancel(self) -> None:
        """Stops the run at its next safe point; a second call stops it at once."""
        self._stopping = True
        if self._watched is not None:
            self._watched.stop()
        elif self._followed is not None:
            from tui_installer.actions.runs import follow  # noqa: PLC0415 - the first frame needs none

            follow.stop(self._followed)

    @property
    def goes_on(self) -> bool:
        """Whether a run that this wizard started is under way and was not asked to stop."""
        return self.running and self._watched is not None and not self._stopping

    async def close(self) -> int:
        """Ends all work beside the app; a run continues alone unless it was asked to stop.

        Returns the exit code of a finished run; 0 for one that continues or if there was none.
        """
        for task in self._others:
            task.cancel()
        await asyncio.gather(*self._others, return_exceptions=True)
        if self._run is None:
            return 0
        if self.goes_on or self._watched is None:
            self._run.cancel()
        await asyncio.gather(self._run, return_exceptions=True)
        if self._watched is not None:
            self._watched.leave()
        return self.state.finish.exit_code if self.state.finish else 0

    async def _asked(self, prompt: str) -> Secret | None:
        return await self.ask(prompt) if self.ask else None


_BUG = "please report it; press R to continue from there"


def _empty_state() -> RunState:
    """The state before the first event."""
    from tui_installer.model.run.state import RunState  # noqa: PLC0415 - the first frame needs none

    return RunState()


def _end(state: RunState, error: InstallerError) -> None:
    """Records a failure and the end of the run in its state."""
    from tui_installer.model.run.events import Failed, RunFinished  # noqa: PLC0415 - see above

    state.apply(Failed.of(error, error.step or "start"))
    if state.finish is None:
        state.apply(RunFinished(int(error.code), round(state.elapsed, 3), 0, 0, ()))
