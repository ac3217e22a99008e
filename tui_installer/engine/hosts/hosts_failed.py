"""One error for all hosts that cannot be used. Loads no SSH library: `--check` needs it, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.errors import InstallerError

if TYPE_CHECKING:
    from collections.abc import Iterator


class HostsFailed(InstallerError):
    """One error for each host that failed; its exit code is the worst of theirs."""

    def __init__(self, errors: list[InstallerError], of: int) -> None:
        super().__init__(
            f"{len(errors)} of {of} hosts cannot be used; nothing was changed",
            details=tuple(line for error in errors for line in _told(error)),
            step="connect",
            parts=tuple(errors),
        )
        self.code = max(error.code for error in errors)


def _told(error: InstallerError) -> Iterator[str]:
    """One host's error with its evidence and what to do about it."""
    yield f"{error.host}: {error.message}"
    yield from (f"  {detail}" for detail in error.details)
    if error.hint:
        yield f"  Next: {error.hint}"


def split(results: list[object], of: int) -> None:
    """Raises HostsFailed for the InstallerErrors among the results, and anything else as it is."""
    errors = [result for result in results if isinstance(result, BaseException)]
    ours = [error for error in errors if isinstance(error, InstallerError)]
    for error in errors:
        if not isinstance(error, InstallerError):
            raise error
    if ours:
        raise HostsFailed(ours, of)
