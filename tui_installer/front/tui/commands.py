"""Declares each command once: its key, palette entry, footer and help line come from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Provider

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from textual.command import Hits


class Command(NamedTuple):
    """action: Textual's action name, with ``app.`` in front for the app's own.

    label: a word or two for the footer. about: a sentence for palette and help.
    footer: whether the footer shows it.
    """

    key: str
    action: str
    label: str
    about: str
    footer: bool = True

    def binding(self) -> Binding:
        return Binding(self.key, self.action, self.label, show=self.footer, tooltip=self.about)

    @property
    def shown_key(self) -> str:
        """The key as the user reads it: ``Ctrl+S``, ``F1``, ``Esc``; ``r`` and ``R`` differ."""
        *held, last = self.key.split(",")[0].split("+")
        name = _NAMES.get(last, last if len(last) == 1 else last.capitalize())
        return "+".join([*(part.capitalize() for part in held), name.upper() if held else name])


_NAMES = {
    "escape": "Esc", "question_mark": "?", "slash": "/", "pageup": "PgUp", "pagedown": "PgDn",
    "up": "↑", "down": "↓", "less_than_sign": "<", "greater_than_sign": ">",
}  # fmt: skip


def commands_of(screen: Any, app: Any) -> Iterator[Command]:
    """The commands that work on a screen in its current state: its own, then the app's."""
    known: set[str] = set()
    for command in (*getattr(screen, "KEYS", ()), *getattr(app, "KEYS", ())):
        name = command.action.partition("(")[0]
        if command.action not in known and (
            name.startswith("app.") or screen.check_action(name, ()) is not False
        ):
            known.add(command.action)
            yield command


class CommandProvider(Provider):
    """Lists every command that works on the current screen in the command palette."""

    async def discover(self) -> Hits:
        for command in commands_of(self.screen, self.app):
            yield DiscoveryHit(
                f"{command.label}  ({command.shown_key})", self._run(command), help=command.about
            )

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in commands_of(self.screen, self.app):
            text = f"{command.label} - {command.about}"
            if (score := matcher.match(text)) > 0:
                shown = matcher.highlight(text)
                yield Hit(score, shown, self._run(command), help=command.shown_key)

    def _run(self, command: Command) -> Callable[[], Awaitable[None]]:
        async def call() -> None:
            await self.screen.run_action(command.action)

        return call
