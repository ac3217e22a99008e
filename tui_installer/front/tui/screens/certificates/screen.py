"""The Certificates page: the tree, details, settings and decoded views."""

from __future__ import annotations

import asyncio
import copy
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static, Tree

from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.page import Page
from tui_installer.front.tui.pages import PAGES, page
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.certificates import (
    certificate_states,
    certificate_text,
    certificates_view,
)
from tui_installer.front.tui.screens.certificates.certificate_detail import detail
from tui_installer.front.tui.screens.certificates.certificate_tree import LEGEND, CertificateTree
from tui_installer.front.tui.widgets.questions import asked_on, field
from tui_installer.front.tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import DescendantFocus, Resize

    from tui_installer.front.tui.screens.certificates.certificate_states import States
    from tui_installer.front.tui.screens.certificates.certificates_view import Entry, Overview
    from tui_installer.model.spec import Spec

REAL = "The certificate of the earlier run, as openssl x509 -text shows it."
PREVIEW = "A preview, as if the run started now; the keys are generated only then."
SHOWN_PROBLEMS = 10
QUIET = 0.1
"""Seconds without a change before the page recomputes."""


class CertificatesPage(Page):
    INFO: ClassVar = page("certificates")
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "CertificateTree"
    KEYS = (
        Command("o", "decode", "Decode", "Show the certificate as openssl x509 -text does."),
        Command("space", "fold", "Fold", "Expand or collapse a CA or a host."),
        Command("k", "settings", "Settings", "Edit the key type and lifetimes."),
    )

    _spec: Spec | None = None
    _states: States | None = None
    _entries: tuple[Entry, ...] = ()

    def compose_body(self) -> ComposeResult:
        with Vertical(id="settings"):
            for question in asked_on(self.INFO):
                yield field(self.draft, question)
        yield Static(id="summary", markup=False)
        with Horizontal(id="columns"):
            yield CertificateTree()
            with VerticalScroll(id="right"):
                yield Static(id="detail", markup=False)
        yield Static(id="blocked", markup=False)

    def on_mount(self) -> None:
        self.query_one("#blocked").display = False
        self._refresh()

    def draft_changed(self) -> None:
        self._refresh()

    def on_resize(self, _event: Resize) -> None:
        self.call_after_refresh(self._show_detail)

    def _refresh(self) -> None:
        self.run_worker(self._follow(), exclusive=True, group="follow")

    async def _follow(self) -> None:
        """Shows the certificates of the current answers, then which of them exist."""
        if self._spec is not None:
            await asyncio.sleep(QUIET)
        data = copy.deepcopy(self.draft.data)
        found = await asyncio.to_thread(certificates_view.overview, data, self.draft.session)
        self.query_one("#columns").display = found is not None
        self.query_one("#blocked").display = found is None
        if found is None:
            self._spec = None
            self._show_blocked()
        elif found.spec != self._spec:
            self._show_tree(found)
            await self._look(found.spec)

    def _show_tree(self, found: Overview) -> None:
        tree = self.query_one(CertificateTree)
        self._spec, self._entries = found.spec, found.entries
        if tuple(entry.name for entry in found.entries) != tree.names:
            tree.show(found.entries)
            tree.mark(self._states)
        self._show_detail()

    async def _look(self, spec: Spec) -> None:
        self._states = await asyncio.to_thread(certificate_states.states, spec, self.draft.session)
        self.query_one(CertificateTree).mark(self._states)
        self._show_summary(spec)
        self._show_detail()

    def _show_summary(self, spec: Spec) -> None:
        states = self._states
        if states is None:
            return
        if states.trouble:
            text = Content.styled(f"✗ {printable(states.trouble, 600)}", "$text-error")
        elif states.to_sign:
            text = Content.styled(
                f"! {len(states.to_sign)} to be signed by your CA: tui-installer certificates "
                f"requests DIR --resume {printable(self.draft.session.root.name)}",
                "$text-warning",
            )
        else:
            seconds = certificate_states.seconds(spec, states)
            takes = f", about {seconds:.0f} s of computing" if seconds >= 1 else ""
            text = Content(
                f"{len(states.missing)} to generate{takes}; {len(states.reused)} reused from an "
                "earlier run. Nothing is generated yet."
            )
        self.query_one("#summary", Static).update(text)

    def _show_blocked(self) -> None:
        self.query_one("#summary", Static).update("")
        lines = [Content("The certificates derive from the answers. Fix these first:")]
        for problem in self.draft.problems[:SHOWN_PROBLEMS]:
            title = next((info.title for info in PAGES if info.owns(problem.path)), "")
            text = f"✗ {title}: {printable(problem.path)}: {printable(problem.message)}"
            lines.append(Content.styled(text, "$text-error"))
        lines.append(Content.styled("Press Ctrl+G to go to a page.", "$state-skip"))
        self.query_one("#blocked", Static).update(Content("\n").join(lines))

    def _show_detail(self) -> None:
        entry = self.query_one(CertificateTree).entry
        if self._spec is None:
            return
        target = self.query_one("#detail", Static)
        if entry is None:
            target.update(Content("Space expands and collapses a group.\n" + LEGEND))
            return
        width = max(self.query_one("#right").content_size.width - 1, 20)
        target.update(detail(self._current(entry), self._spec, self._states, width))

    def _current(self, entry: Entry) -> Entry:
        """Returns the entry by the current answers; the tree may hold an older one."""
        return next((one for one in self._entries if one.name == entry.name), entry)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Shows the tree's legend instead of a field's hint."""
        if isinstance(event.widget, CertificateTree):
            event.prevent_default()
            self.hint(LEGEND)

    def on_tree_node_highlighted(self, _event: Tree.NodeHighlighted[Entry]) -> None:
        self._show_detail()
        self.query_one("#right").scroll_home(animate=False)

    def on_tree_node_selected(self, event: Tree.NodeSelected[Entry]) -> None:
        """Enter decodes a certificate and expands or collapses a group."""
        if event.node.data is None:
            event.node.toggle()
        else:
            self.action_decode()

    def action_decode(self) -> None:
        entry, spec, states = self.query_one(CertificateTree).entry, self._spec, self._states
        if entry is None or spec is None:
            self.hint("Choose a certificate first.")
        elif entry.profile is None:
            self.hint("A key without a certificate: there is nothing in it to decode.")
        elif states and entry.name in states.reused:
            produce = partial(certificate_text.real, self.draft.session, entry.name)
            self.app.push_screen(TextView(entry.name, REAL, produce))
        else:
            ca = states.reused.get(entry.profile.signer) if states else None
            produce = partial(certificate_text.preview, spec, self.draft.session, entry.name, ca)
            self.app.push_screen(TextView(f"{entry.name} (preview)", PREVIEW, produce))

    def action_fold(self) -> None:
        node = self.query_one(CertificateTree).cursor_node
        if node is not None:
            node.toggle()

    def action_settings(self) -> None:
        self.query_one("#settings Select").focus()


PAGE = CertificatesPage
