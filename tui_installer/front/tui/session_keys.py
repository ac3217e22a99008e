"""What a person does with a session that is listed: keys, and actions for the start page."""

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
    Command("r", "rename", "Rename", "Give the session another name."),
    Command("x", "export", "Export", "Its answers as a file, or all of it, encrypted."),
    Command("d", "delete", "Delete", "Delete the session and its keys; asks for its name."),
    Command("i", "bring", "Import", "Take in a session that was exported whole.", footer=False),
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
        """Reads and shows them anew."""

    @work
    async def action_rename(self) -> None:
        from tui_installer.actions.sessions import admin  # noqa: PLC0415 - first frame
        from tui_installer.front.tui.widgets.prompts import AskLine  # noqa: PLC0415

        if (one := self.chosen) is None:
            return
        name = await self._asked(AskLine("Name of the session", one.name, TAKE))
        if name:
            await self._work(lambda: admin.rename(_folder(one), name), "renamed")

    @work
    async def action_delete(self) -> None:
        from tui_installer.actions.sessions import admin  # noqa: PLC0415 - first frame
        from tui_installer.front.tui.widgets.prompts import AskLine  # noqa: PLC0415

        if (one := self.chosen) is None:
            return
        name = one.file.parent.name
        losses = await asyncio.to_thread(admin.losses, _folder(one))
        told = "\n".join((*losses, f"Type {name} and Enter to delete it, Esc to keep it."))
        typed = await self._asked(AskLine(f"Delete the session {name}?", "", told))
        if typed == name:
            await self._work(lambda: admin.delete(_folder(one)), "deleted")
        elif typed is not None:
            self._say("That is not its name: nothing was deleted.", problem=True)

    @work
    async def action_export(self) -> None:
        from tui_installer.front.tui.widgets.prompts import Choice, NameFile  # noqa: PLC0415

        if (one := self.chosen) is None:
            return
        name = one.file.parent.name
        whole = await self._asked(
            Choice[str](f"Export {name}", EXPORTS, (
                ("The answers", "answers", "primary"), ("All, encrypted", "whole", "default"),
                ("Nothing", "", "default"),
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
            await self._work(lambda: move.export_answers(session, file), f"answers are in {file}")
            return
        engine = self.app.engine
        try:
            secret = await passphrases.chosen(
                engine.credentials(), SecretRef(), engine.ask, str(file)
            )
        except InstallerError as error:
            self._say(error.message, problem=True)
        else:
            told = f"all of it is in {file}, encrypted"
            await self._work(lambda: move.export_whole(session, file, secret), told)

    @work
    async def action_bring(self) -> None:
        from tui_installer.actions.sessions import move  # noqa: PLC0415 - first frame
        from tui_installer.front.tui.widgets.prompts import NameFile  # noqa: PLC0415
        from tui_installer.model.spec import SecretRef  # noqa: PLC0415

        file = await self._asked(NameFile("Import the session in", ""))
        if file is None:
            return
        engine = self.app.engine
        engine.credentials().ask_again()
        try:
            found = await move.bring(file, "", engine.credentials(), SecretRef())
        except InstallerError as error:
            self._say(f"{error.message} {error.hint}", problem=True)
        else:
            await self.list_sessions()
            check = "; ".join(found.to_check)
            self._say(f"Imported.{f' To check: {check}' if check else ''}")

    async def _asked(self, dialog: ModalScreen[T]) -> T | None:
        """What it is answered with, once it is gone: `push_screen_wait` gives it while it stands,
        and what is told then is lost when the page below comes back.
        """
        answered: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
        self.app.push_screen(dialog, answered.set_result)
        return await answered

    async def _work(self, work: Callable[[], object], done: str) -> None:
        """In a thread; tells how it went and lists the sessions anew."""
        try:
            await asyncio.to_thread(work)
        except InstallerError as error:
            told = " ".join(part for part in (error.message, *error.details) if part)
            self._say(told, problem=True)
        else:
            await self.list_sessions()
            self._say(f"{done[0].upper()}{done[1:]}.")

    def _say(self, text: str, *, problem: bool = False) -> None:
        self.query_one(HintLine).show(printable(text), problem=problem)


TAKE = "Enter takes it, Esc keeps the old one."
EXPORTS = (
    "The answers hold no secret and can be installed from anywhere.\n"
    "All of it, keys too, moves the session to another machine."
)


def _folder(one: Session) -> SessionFolder:
    from tui_installer.store.session_folder import SessionFolder  # noqa: PLC0415 - first frame

    return SessionFolder(one.file.parent)
