"""Opens and closes the forms beside the table of hosts."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from textual.widgets import Input

from tui_installer.front.tui.screens.hosts import host_list
from tui_installer.front.tui.screens.hosts.host_details import HostDetails
from tui_installer.front.tui.screens.hosts.host_form import HostForm, LoginForm

if TYPE_CHECKING:
    from textual.widget import Widget

    from tui_installer.front.tui.page import Page
    from tui_installer.front.tui.screens.hosts.host_table import HostTable

# Not a Page at run time: the class that uses it is one.
if TYPE_CHECKING:
    _Base = Page
else:
    _Base = object


class HostForms(_Base):
    """A page with a table of hosts and a side for their details or a form."""

    @property
    @abstractmethod
    def table(self) -> HostTable:
        """The table of hosts."""

    @abstractmethod
    def show(self) -> None:
        """Draws table, summary and details."""

    async def edit(self, number: int, title: str) -> None:
        host_list.make_editable(self.draft, number)
        await self._open(HostForm(self.draft, number, f"{title}   Enter: next field, Esc: done"))

    async def action_login(self) -> None:
        await self._open(LoginForm(self.draft))

    async def _open(self, form: Widget) -> None:
        """Awaited, so that keys pressed meanwhile go to the form."""
        side = self.query_one("#side")
        await side.query("HostForm, LoginForm").remove()
        self.query_one(HostDetails).display = False
        self.add_class("-editing")
        await side.mount(form)
        self.set_focus(form.query(Input).first())

    def close_form(self) -> bool:
        """Returns whether a form was open. Removes a new host that is still empty."""
        forms = self.query("HostForm, LoginForm")
        if not forms or not self.has_class("-editing"):
            return False
        self.remove_class("-editing")
        forms.remove()
        self.query_one(HostDetails).display = True
        host_list.remove_empty(self.draft)
        self.table.focus()
        self.show()
        return True
