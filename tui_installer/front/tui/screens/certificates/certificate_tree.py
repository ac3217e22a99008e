"""Certificates as a tree: CA, then what it signs, grouped by host; then the bare keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.widgets import Tree

from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.screens.certificates.certificates_view import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual.widgets.tree import TreeNode

    from tui_installer.front.tui.screens.certificates.certificate_states import States

GLYPHS = {"reused": "✓", "new": "+", "reissue": "!", "unknown": "…"}
LEGEND = "✓ reused  + to be issued  ! to be reissued   Enter decodes, Space folds"


NEW = ("not there yet", "taken over from your file")


def state_of(name: str, states: States | None) -> str:
    """Returns reused, new, reissue or unknown."""
    if states is None or states.trouble:
        return "unknown"
    if name in states.reused:
        return "reused"
    return "new" if states.missing.get(name, "not there yet").endswith(NEW) else "reissue"


class CertificateTree(Tree[Entry]):
    """The first host is expanded, the others collapsed: they have the same."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"cert--{state}" for state in GLYPHS}

    def __init__(self) -> None:
        super().__init__("certificates", id="tree")
        self.show_root = False
        self.guide_depth = 2
        self.auto_expand = False
        self._states: States | None = None
        self.names: tuple[str, ...] = ()

    def show(self, entries: Sequence[Entry]) -> None:
        """Rebuilds the tree; the cursor stays on its certificate if that still exists."""
        name = self.entry.name if self.entry else ""
        self.names = tuple(entry.name for entry in entries)
        self.clear()
        for entry in entries:
            if entry.is_ca:
                signed = [e for e in entries if self._by(e, entry)]
                branch = self.root.add(
                    self._label(entry), data=entry, expand=True, allow_expand=bool(signed)
                )
                self._signed(branch, signed)
        keys = self.root.add("keys without certificate", expand=True)
        for entry in entries:
            if entry.profile is None:
                keys.add_leaf(self._label(entry), data=entry)
        self.call_after_refresh(self._to, name)

    def mark(self, states: States | None) -> None:
        """Shows what is reused and what is not."""
        self._states = states
        for node in self._tree_nodes.values():
            if node.data:
                node.set_label(self._label(node.data))

    @property
    def entry(self) -> Entry | None:
        """The highlighted one."""
        return self.cursor_node.data if self.cursor_node else None

    @staticmethod
    def _by(entry: Entry, ca: Entry) -> bool:
        return entry.profile is not None and not entry.is_ca and entry.profile.signer == ca.name

    def _signed(self, branch: TreeNode[Entry], entries: Sequence[Entry]) -> None:
        hosts = dict.fromkeys(entry.host for entry in entries if entry.host)
        for entry in entries:
            if not entry.host:
                branch.add_leaf(self._label(entry), data=entry)
        for number, host in enumerate(hosts):
            own = [entry for entry in entries if entry.host == host]
            node = branch.add(f"{printable(host, 40)} ({len(own)})", expand=number == 0)
            for entry in own:
                node.add_leaf(self._label(entry), data=entry)

    def _label(self, entry: Entry) -> Text:
        return Text(f"{GLYPHS[state_of(entry.name, self._states)]} {entry.title}")

    def _to(self, name: str) -> None:
        nodes = (node for node in self._tree_nodes.values() if node.data)
        found = next((node for node in nodes if node.data and node.data.name == name), None)
        self.move_cursor(found or (self.root.children[0] if self.root.children else None))

    def render_label(self, node: TreeNode[Entry], base_style: Style, style: Style) -> Text:
        label = super().render_label(node, base_style, style)
        if node.data and node is not self.cursor_node:
            state = state_of(node.data.name, self._states)
            at = label.plain.index(GLYPHS[state]) if GLYPHS[state] in label.plain else 0
            colour = self.get_component_rich_style(f"cert--{state}", partial=True)
            label.stylize(colour, at, at + 1)
        return label
