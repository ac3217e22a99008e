"""What runs beside the app: checks, plans, the installation. Belongs to `main`, not to a screen."""

from __future__ import annotations

import asyncio
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tui_installer.errors import ExitCode, InstallerError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from tui_installer.actions.host_check import HostCheck
    from tui_installer.actions.host_pool import HostPool
    from tui_installer.actions.host_target import Target
    from tui_installer.model.events import Event
    from tui_installer.model.plan import Plan
    from tui_installer.model.secret import Secret
    from tui_installer.model.spec import Spec
    from tui_installer.model.state import RunState


class EngineRoom:
    """spec: what the current or last run is of.

    ask: set by the app while it can show a prompt; passwords stay in memory.
    """

    def __init__(self) -> None:
        self.spec: Spec | None = None
        self.ask: Callable[[str], Awaitable[Secret | None]] | None = None
        self._run: asyncio.Task[RunState] | None = None
        self._others: set[asyncio.Task[Any]] = set()
        self._pool: HostPool | None = None
        self._credentials: Any = None

    @cached_property
    def state(self) -> RunState:
        """The fold of the current or last run, polled by the deploy page."""
        return _nothing_told()

    @property
    def pool(self) -> HostPool:
        """The live checks of hosts."""
        if self._pool is None:
            from tui_installer.actions.host_pool import HostPool  # noqa: PLC0415 - first frame

            self._pool = HostPool(self.spawn, self.credentials)
        return self._pool

    @property
    def checks(self) -> dict[Target, HostCheck]:
        """What the live checks found."""
        return self.pool.checks

    def credentials(self) -> Any:
        """Shared by checks, plans and runs: each secret is asked for once."""
        if self._credentials is None:
            from tui_installer.actions import probe  # noqa: PLC0415 - the first frame needs none

            self._credentials = probe.credentials(self._asked)
        return self._credentials

    @property
    def running(self) -> bool:
        """Whether an installation is under way."""
        return self._run is not None and not self._run.done()

    def start(self, spec: Spec, **options: Any) -> None:
        """Begins the installation, unless one runs. The events are folded into `state`."""
        if not self.running:
            self.spec, self.state = spec, _nothing_told()
            self._run = asyncio.create_task(self._installed(spec, self.state, options))

    async def _installed(self, spec: Spec, state: RunState, options: dict[str, Any]) -> RunState:
        """Whatever goes wrong, even a fault of this program, ends as a card and a finished run."""
        try:
            # Its imports take a while; in a thread the screen stays alive meanwhile.
            install = await asyncio.to_thread(import_module, "tui_installer.actions.install")
            settings = install.Options(credentials=self.credentials(), **options)
            await install.install(spec, settings, state.apply)
        except InstallerError as error:
            _end(state, error)
        except Exception as error:  # noqa: BLE001 - a run that nobody ends would seem to go on
            fault = f"{type(error).__name__}: {error}"
            told = InstallerError("this program made a mistake", details=(fault,), hint=_MISTAKE)
            told.code = ExitCode.INTERNAL
            _end(state, told)
        return state

    async def plan(self, spec: Spec, emit: Callable[[Event], None]) -> Plan:
        """The plan as the hosts are now. Raises InstallerError."""
        from tui_installer.actions import install  # noqa: PLC0415 - the first frame needs none

        settings = install.Options(credentials=self.credentials())
        return await install.plan_only(spec, settings, emit)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Runs beside the screens, as host checks do; ended with the app at the latest."""
        task = asyncio.create_task(work)
        self._others.add(task)
        task.add_done_callback(self._others.discard)
        return task

    def cancel(self) -> None:
        """Stops the installation before its next step."""
        # Once: a second time would cut off the cleaning up after the first.
        if self._run is not None and not self._run.cancelling():
            self._run.cancel()

    async def close(self) -> int:
        """Ends everything, in order; the exit code of the last run, 0 if there was none."""
        for task in self._others:
            task.cancel()
        await asyncio.gather(*self._others, return_exceptions=True)
        if self._run is None:
            return 0
        self.cancel()
        await asyncio.gather(self._run, return_exceptions=True)
        return self.state.finish.exit_code if self.state.finish else 0

    async def _asked(self, prompt: str) -> Secret | None:
        return await self.ask(prompt) if self.ask else None


_MISTAKE = "please report it; R runs again from what is done"


def _nothing_told() -> RunState:
    """The state before the first event."""
    from tui_installer.model.state import RunState  # noqa: PLC0415 - the first frame needs none

    return RunState()


def _end(state: RunState, error: InstallerError) -> None:
    """What `install` tells itself where it can."""
    from tui_installer.model.events import Failed, RunFinished  # noqa: PLC0415 - see above

    state.apply(Failed(error.host, error.step or "start", error.message, error.details, error.hint))
    if state.finish is None:
        state.apply(RunFinished(int(error.code), round(state.elapsed, 3), 0, 0, ()))
