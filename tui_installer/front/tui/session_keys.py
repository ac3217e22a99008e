"""Keys and actions for the sessions that the start page lists."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING, TypeVar

from textual import work
from textual.screen import Screen

from tui_installer.errors import InstallerError
from tui_installer.front.tui.commands import Command
from tui_installer.front.tui.printable import printable
from tui_installer.front.tui.widgets.hint_line import HintLine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.screen import ModalScreen

    from tui_installer.front.tui.screens.start.session_list import Session
    from tui_installer.front.tui.wizard import Wizard
    from tui_installer.store.session_folder import SessionFolder

T = TypeVar("T")
OF_ONE = frozenset({"rename", "export", "delete"})
"""Actions on the session that the cursor is on."""
KEYS = (
    Command("r", "rename", "Rename", "Rename the session."),
    Command("x", "export", "Export", "Export its answers, or the whole session encrypted."),
    Command("d", "delete", "Delete", "Delete the session and its keys; asks for its name."),
    Command("i", "import_session", "Import", "Import a whole session.", footer=False),
)


class SessionKeys(Screen[None]):
    """A screen with a list of sessions."""

    app: Wizard

    @property
    @abstractmethod
    def chosen(self) -> Session | None:
        """The session that the cursor is on."""

    @abstractmethod
    async def list_sessions(self) -> None:
        """Reads the sessions and shows them."""

    @work
    async def action_rename(self) -> None:
        from tui_installer.actions.sessions import admin  # noqa: PLC0415 - first frame
        from tui_installer.front.tui.widgets.prompts import AskLine  # noqa: PLC0415

        if (one := self.chosen) is None:
            return
        name = await self._asked(AskLine("Name of the session", one.name, RENAME))
        if name:
            await self._perform(lambda: admin.rename(_folder(one), name), "renamed")

    @work
    async def action_delete(self) -> None:
        from tui_installer.actions.sessions import admin  # noqa: PLC0415 - first frame
        from tui_installer.front.tui.widgets.prompts import AskLine  # noqa: PLC0415

        if (one := self.chosen) is None:
            return
        name = one.file.parent.name
        losses = await asyncio.to_thread(admin.losses, _folder(one))
        note = "\n".join((*losses, f"Type {name} and press Enter to delete it; Esc keeps it."))
        typed = await self._asked(AskLine(f"Delete the session {name}?", "", note))
        if typed == name:
            await self._perform(lambda: admin.delete(_folder(one)), "deleted")
        elif typed is not None:
            self._show("That is not the session's name: nothing was deleted.", problem=True)

    @work
    async def action_export(self) -> None:
        from tui_installer.front.tui.widgets.prompts import Choice, NameFile  # noqa: PLC0415

        if (one := self.chosen) is None:
            return
        name = one.file.parent.name
        whole = await self._asked(
            Choice[str](f"Export {name}", EXPORTS, (
                ("Answers", "answers", "primary"), ("All, encrypted", "whole", "default"),
                ("Cancel", "", "default"),
            ), back=2)
        )  # fmt: skip
        if not whole:
            return
        offered = f"{name}.session" if whole == "whole" else f"{name}.yaml"
        file = await self._asked(NameFile("Export to", offered))
        if file is not None:
            await self._export(_folder(one), file, whole=whole == "whole")

    async def _export(self, session: SessionFolder, file: Path, *, whole: bool) -> None:
        from tui_installer.actions.sessions import move, passphrases  # noqa: PLC0415 - first frame
        from tui_installer.model.spec import SecretRef  # noqa: PLC0415

        if not whole:
            await self._perform(
                lambda: move.export_answers(session, file), f"answers exported to {file}"
            )
            return
        engine = self.app.engine
        try:
            secret = await passphrases.chosen(
                engine.credentials(), SecretRef(), engine.ask, str(file)
            )
        except InstallerError as error:
            self._show(error.message, problem=True)
        else:
            done = f"session exported to {file}, encrypted"
            await self._perform(lambda: move.export_whole(session, file, secret), done)

    @work
    async def action_import_session(self) -> None:
        from tui_installer.actions.sessions import move  # noqa: PLC0415 - first frame
        from tui_installer.front.tui.widgets.prompts import NameFile  # noqa: PLC0415
        from tui_installer.model.spec import SecretRef  # noqa: PLC0415

        file = await self._asked(NameFile("Import the session file", ""))
        if file is None:
            return
        engine = self.app.engine
        engine.credentials().ask_again()
        try:
            found = await move.import_session(file, "", engine.credentials(), SecretRef())
        except InstallerError as error:
            self._show(f"{error.message} {error.hint}", problem=True)
        else:
            await self.list_sessions()
            check = "; ".join(found.to_check)
            self._show(f"Imported.{f' To check: {check}' if check else ''}")

    async def _asked(self, dialog: ModalScreen[T]) -> T | None:
        """The answer of a dialog, once the dialog has closed.

        `push_screen_wait` returns while the dialog is still open; a hint shown then is lost when
        the page below resumes.
        """
        answered: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
        self.app.push_screen(dialog, answered.set_result)
        return await answered

    async def _perform(self, work: Callable[[], object], done: str) -> None:
        """Runs work in a thread, then lists the sessions again and shows the result."""
        try:
            await asyncio.to_thread(work)
        except InstallerError as error:
            why = " ".join(part for part in (error.message, *error.details) if part)
            self._show(why, problem=True)
        else:
            await self.list_sessions()
            self._show(f"{done[0].upper()}{done[1:]}.")

    def _show(self, text: str, *, problem: bool = False) -> None:
        self.query_one(HintLine).show(printable(text), problem=problem)


RENAME = "Enter renames the session, Esc cancels."
EXPORTS = (
    "The answers contain no secret; you can install from them anywhere.\n"
    "Everything, keys included, moves the session to another machine."
)


def _folder(one: Session) -> SessionFolder:
    from tui_installer.store.session_folder import SessionFolder  # noqa: PLC0415 - first frame

    return SessionFolder(one.file.parent)
