"""The screen of each page, imported when it is first needed: the first frame waits for none."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_installer.front.tui.page import Page


def page_class(page_id: str) -> type[Page]:
    """Raises ModuleNotFoundError for a page that does not exist."""
    module = import_module(f"tui_installer.front.tui.screens.{page_id}.screen")
    found: type[Page] = module.PAGE
    return found
