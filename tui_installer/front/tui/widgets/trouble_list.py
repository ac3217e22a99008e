"""A list of failures, each with its cause and hint; Enter goes where one is fixed."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_installer.front.tui.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui_installer.front.tui.leads import Trouble

MOST = 4
"""Lines of details; the page that the failure leads to has them all."""
INDENT = 4


class TroubleList(OptionList):
    """Empty and hidden until there are failures."""

    DEFAULT_CSS = """
    TroubleList { height: 1fr; display: none; background: $background; border: none; padding: 0; }
    TroubleList:focus { border: none; }
    TroubleList.-some { display: block; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._troubles: tuple[Trouble, ...] = ()

    def show(self, troubles: Sequence[Trouble]) -> None:
        """Replaces what is listed."""
        self._troubles = tuple(troubles)
        self.set_class(bool(self._troubles), "-some")
        self._draw()

    @property
    def chosen(self) -> Trouble | None:
        """The failure that the cursor is on."""
        at = self.highlighted
        return self._troubles[at] if at is not None and at < len(self._troubles) else None

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        at = self.highlighted
        width = max(40, self.size.width or self.app.size.width) - 3
        self.clear_options()
        self.add_options(Option(Content("\n").join(_lines(t, width))) for t in self._troubles)
        if self._troubles:
            self.highlighted = min(at or 0, len(self._troubles) - 1)


def _lines(trouble: Trouble, width: int) -> Iterator[Content]:
    named = not trouble.where or trouble.where in trouble.message
    head = trouble.message if named else f"{trouble.where}: {trouble.message}"
    for number, line in enumerate(_wrapped(head, width - 2)):
        mark = ("✗ ", "bold $text-error") if number == 0 else "  "
        yield Content.assemble(mark, (line, "bold"))
    for line in [part for detail in trouble.details for part in _wrapped(detail, width - INDENT)][
        :MOST
    ]:
        yield Content.styled(f"{' ' * INDENT}{line}", "$text-muted")
    for number, line in enumerate(_wrapped(trouble.hint, width - INDENT)):
        mark = ("  → ", "$text-accent") if number == 0 else "    "
        yield Content.assemble(mark, line)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(printable(text, 600), max(20, width))
