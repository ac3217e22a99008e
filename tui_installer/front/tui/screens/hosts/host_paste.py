"""Dialog to paste lists of hosts, with a preview of what is read from each line."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from tui_installer.actions import host_lists
from tui_installer.errors import UsageError
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.widgets.dialog import Dialog
from tui_installer.store.host_lists.found import HostList, Kind, counted
from tui_installer.store.host_lists.read import FORMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from tui_installer.store.host_lists.found import Line

_MARKS = {
    Kind.WORKER: ("–", "$text-muted"),
    Kind.OTHER: ("–", "$text-muted"),
    Kind.LOST: ("✗", "$text-error"),
    Kind.REMARK: ("·", "$text-muted"),
}
_EMPTY = HostList("")


class PasteHosts(Dialog[list[dict[str, Any]]]):
    """Returns the hosts that were read; an empty list for Esc."""

    BINDINGS: ClassVar = [
        Binding("escape", "dismiss([])", "Cancel"),
        Binding("ctrl+n", "take", "Add", priority=True),
    ]

    def __init__(self, known: Sequence[dict[str, Any]]) -> None:
        super().__init__()
        self._known = known
        self._read_text = ""
        self._found = _EMPTY
        self._problem = ""

    def compose_dialog(self) -> ComposeResult:
        yield Static("Paste a list of hosts", classes="dialog-title", markup=False)
        yield TextArea(id="pasted", tab_behavior="focus", show_line_numbers=True)
        yield Static(id="format", markup=False)
        with VerticalScroll(id="understood"):
            yield Static(FORMS, markup=False)
        yield Static(id="paste-keys", classes="dialog-note", markup=False)

    def on_mount(self) -> None:
        self._show()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        self.run_worker(self._read(event.text_area.text), exclusive=True)

    async def _read(self, text: str) -> None:
        """Reads in a thread: SSH aliases are resolved by ``ssh -G``."""
        found, problem = _EMPTY, ""
        try:
            found = await asyncio.to_thread(host_lists.from_text, text, self._known)
        except UsageError as error:
            problem = error.message
        self._read_text, self._found, self._problem = text, found, problem
        self._show()

    def _show(self) -> None:
        lines = self._found.lines
        preview = Content("\n").join(_preview(line) for line in lines)
        self.query_one("#understood Static", Static).update(preview if lines else FORMS)
        summary = self._problem or (self._found.summary() if lines else "")
        self.query_one("#format", Static).update(printable(summary, 300))
        hosts = self._found.hosts
        bare = sum("address" not in host for host in hosts)
        later = f"; enter {counted(bare, 'address')} then" if bare else ""
        take = (
            f"Ctrl+N adds {counted(len(hosts), 'host')}{later}" if hosts else "Nothing to add yet"
        )
        self.query_one("#paste-keys", Static).update(f"{take}.")

    async def action_take(self) -> None:
        text = self.query_one("#pasted", TextArea).text
        if text != self._read_text:
            await self._read(text)
        if self._found.hosts:
            self.dismiss(self._found.hosts)


def _preview(line: Line) -> Content:
    number = f"{line.number}: " if line.number else ""
    left_out = f"  left out: {'; '.join(line.left_out)}" if line.left_out else ""
    if line.host is None:
        mark, style = _MARKS[line.kind]
        text = f"{mark} {number}{printable(line.label, 40)}: {printable(line.text, 200)}"
        return Content.styled(text, style)
    mark, style = ("✓", "$text-success") if line.complete else ("!", "$text-warning")
    return Content.assemble(
        (f"{mark} {number}", style),
        _summary(line.host),
        (f"  {line.text}" if line.text else "", "$text-warning"),
        (printable(left_out, 200), "$text-warning"),
    )


def _summary(host: dict[str, Any]) -> str:
    ssh = host.get("ssh", {})
    parts = (
        f"{host.get('name', '')}",
        host.get("address", ""),
        f"ssh to {host['sshAddress']}" if "sshAddress" in host else "",
        f"user {ssh['user']}" if "user" in ssh else "",
        f"port {ssh['port']}" if "port" in ssh else "",
        f"key {', '.join(ssh['identityFiles'])}" if "identityFiles" in ssh else "",
        f"through {ssh['jump']['address']}" if "jump" in ssh else "",
        "with its fingerprint" if "fingerprint" in host else "",
    )
    return printable("  ".join(part for part in parts if part))
