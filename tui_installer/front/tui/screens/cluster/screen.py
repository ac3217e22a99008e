"""The Cluster page: version and source, networks, etcd, folders, security."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.page import Page
from tui_installer.front.tui.pages import page
from tui_installer.front.tui.screens.cluster import overview
from tui_installer.front.tui.screens.cluster.etcd_probe import EtcdProbe
from tui_installer.front.tui.screens.cluster.pick_version import PickVersion
from tui_installer.front.tui.widgets.field import TextField
from tui_installer.front.tui.widgets.field_group import FieldGroup
from tui_installer.front.tui.widgets.questions import asked_on, groups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.widget import Widget

VERSION = "kubernetes.version"
LEFT = ("", "Networks", "etcd")
"""Sections of the left column; the others are in the right one, the folders first."""
FOLDERS = "Folders on the masters"


class ClusterPage(Page):
    INFO: ClassVar = page("cluster")
    CSS_PATH = "screen.tcss"
    KEYS = (
        Command("f5", "offered", "Versions", "Choose from the versions that the source offers."),
        Command("f6", "probe_etcd", "Try etcd", "Try the external etcd again; a change does too."),
    )

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="columns"):
            with VerticalScroll(id="left", can_focus=False):
                yield from self._left()
            with VerticalScroll(id="right", can_focus=False):
                others = (one for one in asked_on(self.INFO) if one.section not in LEFT)
                yield from groups(
                    self.draft, sorted(others, key=lambda one: one.section != FOLDERS)
                )

    def _left(self) -> Iterator[Widget]:
        probe = EtcdProbe(self.draft, self.app.engine)
        for section in LEFT:
            asked = (one for one in asked_on(self.INFO) if one.section == section)
            yield from groups(self.draft, asked, {"etcd.external.endpoints": probe})
            if section == "Networks":
                yield Static(id="overview", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self._show_overview()

    def draft_changed(self) -> None:
        for group in self.query(FieldGroup):
            group.refresh_state()
        self.query_one(EtcdProbe).ask_if_new()
        self._show_overview()

    def _show_overview(self) -> None:
        lines = overview.networks(self.draft.answers)
        self.query_one("#overview", Static).update(Content("\n".join(lines)))

    def action_offered(self) -> None:
        self.app.push_screen(PickVersion(self.draft.answers), self._picked)

    def _picked(self, version: str | None) -> None:
        if version:
            field = next(f for f in self.query(TextField) if f.path == VERSION)
            field.query_one(Input).value = version

    def action_probe_etcd(self) -> None:
        if self.draft.value("etcd.mode") == "external":
            self.query_one(EtcdProbe).ask(after=0)
        else:
            self.hint("etcd is stacked: the run installs it, so there is nothing to try yet")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the last field goes on."""
        event.stop()


PAGE = ClusterPage
