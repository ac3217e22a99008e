"""Dialogs over a page: their own keys in the footer, none of the page's."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from support import SIZE, WIDE, hosts, shown, until, wizard
from textual.screen import ModalScreen

import tui_installer.front.tui as package
from tui_installer.actions.host_checks.host_check import NewKey
from tui_installer.actions.token_view import Kind
from tui_installer.front.tui.engine_room import EngineRoom
from tui_installer.front.tui.screens.hosts.host_keys import ReviewKeys
from tui_installer.front.tui.screens.hosts.host_paste import PasteHosts
from tui_installer.front.tui.screens.sans.san_dialogs import EnterSans, PasteSans
from tui_installer.front.tui.screens.start.open_file import OpenFile
from tui_installer.front.tui.screens.token.token_dialog import EnterToken
from tui_installer.front.tui.widgets.dialog import Dialog
from tui_installer.front.tui.widgets.jump import JumpScreen
from tui_installer.front.tui.widgets.prompts import AskLine, AskSecret, Choice, NameFile, Question
from tui_installer.front.tui.widgets.text_view import TextView
from tui_installer.front.tui.widgets.theme_picker import ThemePicker
from tui_installer.front.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from tui_installer.front.tui.draft import Draft

KEYS = tuple(NewKey(f"192.0.2.1{n}", "ssh-ed25519", "SHA256:" + "x" * 43) for n in range(3))
DIALOGS: dict[str, tuple[Callable[[Draft], Screen[Any]], str]] = {
    "choice": (lambda _: Choice("Which?", "text", (("One", 1, "default"),)), "esc Back"),
    "question": (lambda _: Question("Sure?", "text", yes="Yes", no="No"), "esc Back"),
    "file": (lambda _: NameFile("Save as", "answers.yaml"), "esc Cancel"),
    "line": (lambda _: AskLine("Name", "value", "note"), "esc Cancel"),
    "secret": (lambda _: AskSecret("Password"), "esc Cancel"),
    "host keys": (
        lambda _: ReviewKeys([(key, "master") for key in KEYS]),
        "esc Cancel  space Accept  a All",
    ),
    "paste hosts": (lambda _: PasteHosts([]), "esc Cancel  ^n Add"),
    "paste names": (lambda _: PasteSans({}), "esc Cancel  ^n Add"),
    "names": (lambda _: EnterSans("Add", "note", {}), "esc Cancel"),
    "token": (lambda _: EnterToken(Kind.SECRET, replaces=False), "esc Cancel"),
    "theme": (lambda _: ThemePicker(), "esc Back"),
    "jump": (lambda draft: JumpScreen(draft, EngineRoom()), "esc Back"),
    "open": (lambda _: OpenFile(), "esc Cancel"),
    "text": (lambda _: TextView("Title", "Note.", lambda: "text"), "esc Back"),
}


@pytest.mark.parametrize("size", [SIZE, WIDE])
async def test_the_footer_has_the_dialogs_own_keys_only(size: tuple[int, int]) -> None:
    app = wizard({"apiVersion": "tui-installer/v1", "hosts": hosts()}, "hosts")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "Next" in shown(app))
        for name, (make, keys) in DIALOGS.items():
            app.push_screen(make(app.draft))
            await until(pilot, lambda: app.screen.query("FooterKey"))
            await pilot.pause()
            assert shown(app).splitlines()[-1].strip() == keys, name
            app.pop_screen()
            await pilot.pause()


def test_no_dialog_is_without_a_footer() -> None:
    """Whatever covers a page is one of these."""
    found = set()
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for _, one in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(one, ModalScreen) and one.__module__.startswith(package.__name__):
                found.add(one)
    assert {one for one in found if not issubclass(one, Dialog)} == {TextView, TooSmall}
    assert len(found) > len(DIALOGS)


@pytest.mark.parametrize("key", ["a", "A"])
async def test_all_host_keys_are_accepted_by_the_key_that_the_dialog_names(key: str) -> None:
    app = wizard({"apiVersion": "tui-installer/v1", "hosts": hosts()}, "hosts")
    given: list[Any] = []
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "Next" in shown(app))
        app.push_screen(ReviewKeys([(one, "master") for one in KEYS]), given.append)
        await until(pilot, lambda: "a accepts all" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "No key is accepted yet" in shown(app))
        await pilot.press(key, "enter")
        await until(pilot, lambda: given)
    assert given == [KEYS]
