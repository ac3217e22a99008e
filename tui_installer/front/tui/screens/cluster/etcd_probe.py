"""Tries an external etcd whenever its fields change; shows a line for each endpoint."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from textual.content import Content
from textual.widgets import Static

from tui_installer.front.tui.printable import printable

if TYPE_CHECKING:
    from tui_installer.actions.host_checks.etcd_probe import Verdict
    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.engine_room import EngineRoom

TYPING = 0.8
"""Seconds after the last keystroke until etcd is tried."""
SHOWN = 1.0
"""Minimum seconds that the progress is shown: a flash cannot be read."""
_LOOKS = {True: ("✓", "$text-success"), False: ("✗", "$text-error"), None: ("·", "$text-muted")}


class EtcdProbe(Static):
    """Sends nothing while etcd is stacked. Drops the answer if the fields have changed."""

    def __init__(self, draft: Draft, engine: EngineRoom) -> None:
        super().__init__(markup=False)
        self._draft, self._engine = draft, engine
        self._asked: Any = None
        self._asking: asyncio.Task[None] | None = None

    def on_mount(self) -> None:
        self.ask_if_new(after=0)

    def on_unmount(self) -> None:
        self._stop()

    def ask_if_new(self, after: float = TYPING) -> None:
        """Tries etcd unless the fields are the same as at the last try."""
        external = self._draft.value("etcd.mode") == "external"
        now = self._draft.answers.etcd.external.model_dump() if external else None
        if now != self._asked:
            self._asked = now
            self._stop()
            if external:
                self.ask(after=after)

    def ask(self, *, after: float) -> None:
        self._stop()
        self._asking = self._engine.spawn(self._ask(after))

    def _stop(self) -> None:
        if self._asking is not None:
            self._asking.cancel()

    async def _ask(self, after: float) -> None:
        from tui_installer.actions.host_checks import etcd_probe  # noqa: PLC0415 - only an external etcd

        await asyncio.sleep(after)
        began = time.monotonic()
        asked = asyncio.create_task(etcd_probe.probe(self._draft.answers))
        try:
            while not asked.done() or time.monotonic() - began < SHOWN:
                self.update(Content(f"… connecting, {time.monotonic() - began:.0f} s"))
                await asyncio.sleep(0.2)
            self._show(asked.result())
        finally:
            asked.cancel()

    def _show(self, verdicts: list[Verdict]) -> None:
        lines = []
        for one in verdicts:
            glyph, colour = _LOOKS[one.ok]
            where = f"{printable(one.url, 60)}: " if one.url else ""
            lines.append(Content.styled(f"{glyph} {where}{printable(one.text)}", colour))
        self.update(Content("\n").join(lines))
