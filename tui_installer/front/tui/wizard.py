"""The interface of the app that pages and dialogs use."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from tui_installer.front.tui.key_order import KeysInOrder

if TYPE_CHECKING:
    from tui_installer.front.tui.commands import Command
    from tui_installer.front.tui.draft import Draft
    from tui_installer.front.tui.engine_room import EngineRoom
    from tui_installer.front.tui.leads import Lead


class Wizard(KeysInOrder[int]):
    """draft: the answers. engine: what runs beside the app and outlives its screens.

    KEYS: the commands of every page.
    """

    KEYS: ClassVar[tuple[Command, ...]]
    draft: Draft
    engine: EngineRoom

    @abstractmethod
    def open(self, draft: Draft, page_id: str) -> None:
        """Opens other answers at a page."""

    @abstractmethod
    def go(
        self, page_id: str, *, lead: Lead | None = None, came_from: tuple[Lead, ...] = ()
    ) -> None:
        """Shows a page, built from the draft.

        lead: what to show there. came_from: the pages that Esc goes back to, the last first.
        """

    @abstractmethod
    def step(self, page_id: str, by: int) -> None:
        """Shows the page after (1) or before (-1) one."""
