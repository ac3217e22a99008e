"""Dialog to paste many hosts, with a preview of each line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.hosts.hosts_paste import FORMS, understand
from tui_installer.front.tui.screens.hosts.ssh_config import SshConfig
from tui_installer.front.tui.widgets.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from tui_installer.front.tui.screens.hosts.hosts_paste import Line


class PasteHosts(Dialog[list[dict[str, Any]]]):
    """Returns the parsed hosts; an empty list for Esc."""

    BINDINGS: ClassVar = [
        Binding("escape", "dismiss([])", "Cancel"),
        Binding("ctrl+n", "take", "Add", priority=True),
    ]

    def __init__(self, known: Sequence[dict[str, Any]]) -> None:
        super().__init__()
        self._known = known
        self._config = SshConfig.read()
        self._lines: list[Line] = []

    def compose_dialog(self) -> ComposeResult:
        yield Static("Paste hosts, one per line", classes="dialog-title", markup=False)
        yield TextArea(id="pasted", tab_behavior="focus", show_line_numbers=True)
        with VerticalScroll(id="understood"):
            yield Static(FORMS, markup=False)
        yield Static(id="paste-keys", classes="dialog-note", markup=False)

    def on_mount(self) -> None:
        self._show_summary()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        self._lines = understand(event.text_area.text, self._config, self._known)
        preview = Content("\n").join(_preview(line) for line in self._lines)
        self.query_one("#understood Static", Static).update(preview if self._lines else FORMS)
        self._show_summary()

    def _show_summary(self) -> None:
        good, wrong = len(self._good), len(self._lines) - len(self._good)
        skipped = f", {_count(wrong, 'line')} skipped" if wrong else ""
        take = f"Ctrl+N adds {_count(good, 'host')}{skipped}" if good else "Nothing to add yet"
        self.query_one("#paste-keys", Static).update(f"{take}.")

    @property
    def _good(self) -> list[dict[str, Any]]:
        return [line.host for line in self._lines if line.host]

    def action_take(self) -> None:
        if self._good:
            self.dismiss(self._good)


def _preview(line: Line) -> Content:
    if line.host is None:
        text = f"✗ {line.number}: {printable(line.text, 30)}: {printable(line.problem, 160)}"
        return Content.styled(text, "$text-error")
    return Content.assemble((f"✓ {line.number}: ", "$text-success"), _summary(line.host))


def _summary(host: dict[str, Any]) -> str:
    ssh = host.get("ssh", {})
    parts = (
        f"{host.get('name', '')}",
        host["address"],
        f"ssh to {host['sshAddress']}" if "sshAddress" in host else "",
        f"user {ssh['user']}" if "user" in ssh else "",
        f"port {ssh['port']}" if "port" in ssh else "",
        f"key {', '.join(ssh['identityFiles'])}" if "identityFiles" in ssh else "",
        f"through {ssh['jump']['address']}" if "jump" in ssh else "",
        "with its fingerprint" if "fingerprint" in host else "",
    )
    return printable("  ".join(part for part in parts if part))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"
