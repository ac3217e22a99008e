"""The cluster page: version and source, networks, etcd, folders, security."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from tui_installer.actions import overview
from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.page import Page
from tui_installer.front.tui.pages import page
from tui_installer.front.tui.widgets.etcd_probe import EtcdProbe
from tui_installer.front.tui.widgets.field import ChoiceField, ListField, TextField
from tui_installer.front.tui.widgets.field_group import FieldGroup
from tui_installer.front.tui.widgets.pick_version import PickVersion
from tui_installer.front.tui.widgets.security_fields import security_groups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.widget import Widget

    from tui_installer.front.tui.draft import Draft

SOURCES = (
    ("Mirror of the upstream site", "mirror"),
    ("Server tarball", "tarball"),
    ("Folder with the programs", "folder"),
    ("Built here by Go", "go"),
)
ETCD_MODES = (("Stacked: on the masters", "stacked"), ("External: there already", "external"))
VERSION = "kubernetes.version"
FILES = (("On this machine", "here"), ("Already on the masters", "hosts"))


class ClusterPage(Page):
    INFO: ClassVar = page("cluster")
    CSS_PATH = "cluster.tcss"
    KEYS = (
        Command("f5", "offered", "Versions", "Choose from the versions that the source offers."),
        Command("f6", "probe_etcd", "Try etcd", "Try the external etcd again, as changes do."),
    )

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="columns"):
            with VerticalScroll(id="left", can_focus=False):
                yield from self._left(self.draft)
            with VerticalScroll(id="right", can_focus=False):
                yield from self._right(self.draft)

    def _left(self, draft: Draft) -> Iterator[Widget]:
        yield FieldGroup(
            draft,
            "",
            TextField(draft, "cluster.name", "Cluster's name"),
            TextField(draft, "cluster.endpoint", "Endpoint or VIP", placeholder="first master"),
            TextField(draft, VERSION, "Kubernetes version", placeholder="F5 lists them"),
            ChoiceField(draft, "kubernetes.source.kind", "Binaries from", SOURCES),
        )
        yield FieldGroup(
            draft,
            "",
            TextField(draft, "kubernetes.source.location", "Its place"),
            when=lambda d: d.value("kubernetes.source.kind") != "go",
        )
        yield FieldGroup(
            draft,
            "",
            TextField(draft, "kubernetes.source.sha256", "Its SHA-256", placeholder="optional"),
            when=lambda d: d.value("kubernetes.source.kind") == "tarball",
        )
        yield FieldGroup(
            draft,
            "Networks",
            TextField(draft, "cluster.serviceCIDR", "Service CIDR"),
            TextField(draft, "cluster.podCIDR", "Pod CIDR"),
            TextField(draft, "cluster.domain", "Cluster domain"),
            TextField(draft, "cluster.nodePortRange", "NodePort range"),
        )
        yield Static(id="overview", markup=False)
        yield from self._etcd(draft)

    def _etcd(self, draft: Draft) -> Iterator[FieldGroup]:
        yield FieldGroup(
            draft, "etcd", ChoiceField(draft, "etcd.mode", "Where it runs", ETCD_MODES)
        )
        yield FieldGroup(
            draft,
            "",
            TextField(draft, "etcd.version", "Version", placeholder="goes with Kubernetes"),
            TextField(draft, "etcd.dataDir", "Data folder"),
            when=lambda d: d.value("etcd.mode") == "stacked",
        )
        yield FieldGroup(
            draft,
            "",
            ListField(draft, "etcd.external.endpoints", "Endpoints"),
            EtcdProbe(draft, self.app.engine),
            ChoiceField(draft, "etcd.external.files", "Its files", FILES),
            TextField(draft, "etcd.external.ca", "CA"),
            TextField(draft, "etcd.external.cert", "Certificate"),
            TextField(draft, "etcd.external.key", "Key"),
            when=lambda d: d.value("etcd.mode") == "external",
        )

    def _right(self, draft: Draft) -> Iterator[FieldGroup]:
        yield FieldGroup(
            draft,
            "Folders on the masters",
            TextField(draft, "layout.kubernetes", "Kubernetes"),
            TextField(draft, "layout.etcd", "etcd"),
            TextField(draft, "layout.units", "systemd units"),
        )
        yield from security_groups(draft)

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
            self.hint("etcd is stacked: it is made by the run, there is nothing to try yet")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the last field goes on."""
        event.stop()


PAGE = ClusterPage
