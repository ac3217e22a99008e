"""Finds the screen of a page; imports it on first use, so that the first frame is quick."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_installer.front.tui.page import Page


def page_class(page_id: str) -> type[Page]:
    """The screen class of a page. Raises ModuleNotFoundError for an unknown page."""
    module = import_module(f"tui_installer.front.tui.screens.{page_id}.screen")
    found: type[Page] = module.PAGE
    return found
