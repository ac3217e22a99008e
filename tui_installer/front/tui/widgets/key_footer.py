"""The footer with the keys of the page, made again only when it has to show other keys.

Textual's own makes all its widgets again at every change of the focus, and the whole page is laid
out with them: half of the time that a Tab takes on a page with many fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Footer

if TYPE_CHECKING:
    from textual.app import ComposeResult


class KeyFooter(Footer):
    """Shows the keys that work now; no entry for the command palette."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)
        self._made_of: tuple[object, ...] | None = None

    def compose(self) -> ComposeResult:
        if self._bindings_ready:
            self._made_of = self._keys()
        yield from super().compose()

    async def recompose(self) -> None:
        """Runs after every change of the focus, once the page is as it is to be."""
        if self.is_attached and self._keys() != self._made_of:
            await super().recompose()

    def _keys(self) -> tuple[object, ...]:
        active = self.screen.active_bindings.values()
        return tuple(
            (binding, enabled, tooltip) for _, binding, enabled, tooltip in active if binding.show
        )
