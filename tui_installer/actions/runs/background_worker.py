"""Runs in the background process: reads its order from stdin and asks its starter questions."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_installer.actions.runs import background, run_operation
from tui_installer.actions.runs.background import Order
from tui_installer.actions.runs.check import check
from tui_installer.actions.runs.run_options import Options
from tui_installer.engine import operations
from tui_installer.errors import ExitCode, InstallerError
from tui_installer.model.secret import Secret
from tui_installer.model.spec import SecretRef
from tui_installer.remote.credentials import Credentials, Typed

if TYPE_CHECKING:
    from tui_installer.engine.core.stop import Stop
    from tui_installer.store.session_folder import SessionFolder

LONGEST = 32 << 20
"""Bytes per line: a process has at most 6 MiB of environment, and JSON may need six for one."""


async def run(session: SessionFolder, stop: Stop) -> ExitCode:
    """Carries out the order on stdin for a session whose lock this process inherited."""
    line = Line(await _stdin(), stop)
    data = await line.order()
    order = Order(**data["order"])
    try:
        operation = operations.operation(order.operation)
        spec = await asyncio.to_thread(check, session.answers)
        options = _options(order, data, line)
        state = await run_operation.carry_out(
            operation, spec, session, options, lambda _: None, stop
        )
    except InstallerError as error:
        sys.stdout.buffer.write(background.refused(error))
        sys.stdout.flush()
        return error.code
    finally:
        line.close()
    return ExitCode(state.finish.exit_code) if state.finish else ExitCode.INTERNAL


def _options(order: Order, data: dict[str, Any], line: Line) -> Options:
    typed = Typed(*(_secrets(data[kind]) for kind in ("passphrases", "passwords", "logins")))
    line.go_on = order.go_on
    return Options(
        verify=order.verify,
        new_token=order.new_token,
        accept_new_host_keys=order.accept_new_host_keys,
        break_lock=order.break_lock,
        merge_kubeconfig=tuple(map(Path, order.merge_kubeconfig)),
        use_context=order.use_context,
        passphrase=SecretRef(
            Path(order.passphrase_file) if order.passphrase_file else None, order.passphrase_env
        ),
        # These variables were kept out of this process's environment and stay out of it.
        credentials=Credentials(line.ask, {**os.environ, **data["environ"]}, typed),
    )


def _secrets(data: dict[str, str]) -> dict[str, Secret]:
    return {name: Secret(text.encode("utf-8", "surrogateescape")) for name, text in data.items()}


async def _stdin() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LONGEST)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


class Line:
    """The connection to the process that started the run. go_on: continue the run without it."""

    def __init__(self, reader: asyncio.StreamReader, stop: Stop) -> None:
        self.go_on = True
        self._reader, self._stop = reader, stop
        self._answers: asyncio.Queue[str | None] = asyncio.Queue()
        self._alone = False
        self._listening: asyncio.Task[None] | None = None

    async def order(self) -> dict[str, Any]:
        """Returns the first line and starts to listen for answers."""
        data: dict[str, Any] = json.loads(await self._reader.readline())
        self._listening = asyncio.create_task(self._listen())
        return data

    async def _listen(self) -> None:
        while text := await self._reader.readline():
            self._answers.put_nowait(json.loads(text)["answer"])
        self._alone = True
        self._answers.put_nowait(None)
        if not self.go_on:
            self._stop.request()

    async def ask(self, prompt: str) -> Secret | None:
        """Returns what the user types there; None if the other process is gone."""
        if self._alone:
            return None
        try:
            print(json.dumps({"ask": prompt}), flush=True)
        except BrokenPipeError:
            return None
        given = await self._answers.get()
        return None if given is None else Secret(given.encode("utf-8", "surrogateescape"))

    def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
