"""Makes the access to a source's site from the answers: its CA and its login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.model.secret import variable_shown
from tui_installer.release.access import Access, login_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_installer.model.secret import Secret
    from tui_installer.model.spec import SecretRef, Source

    Resolve = Callable[[SecretRef, str], Secret | None]


def access_of(source: Source, answer: str, resolve: Resolve) -> Access:
    """The access to a source's site. Blocking.

    answer: the block of the answers. resolve: reads the secret that a file or variable holds.
    Raises AuthenticationFailed if that cannot be read, UsageError if it is no login.
    """
    ref = source.login
    content = resolve(ref, f"the login in {answer}.login")
    origin = f"the file {ref.file}" if ref.file else variable_shown(ref.env)
    login = None if content is None else login_of(content, origin)
    return Access(answer, str(source.ca or ""), login)
