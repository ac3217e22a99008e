"""Where a failure is fixed: the page, and the host or the answer on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.errors import HostKeyUnknown
from tui_installer.front.tui.pages import PAGES, page

if TYPE_CHECKING:
    from tui_installer.errors import InstallerError
    from tui_installer.front.tui.draft import Draft
    from tui_installer.model.check.problems import Problem
    from tui_installer.model.run.events import Failed

ACCEPT = "compare it with the machine's own key and accept it: Enter, then k"
ON_HOST = "fix it on the host, or the answers of the host; then plan again"


@dataclass(frozen=True, slots=True)
class Lead:
    """page: its id. why: the failure, or ''. answer: the dotted path of the answer, or ''.

    host: the number of the host, None if it is not about one.
    """

    page: str
    why: str = ""
    answer: str = ""
    host: int | None = None

    @property
    def place(self) -> str:
        """``the Hosts page``."""
        return f"the {page(self.page).title} page"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A failure and how to fix it. where: the host or page. lead: None if no page fixes it."""

    where: str
    message: str
    details: tuple[str, ...] = ()
    hint: str = ""
    lead: Lead | None = None


def of_problem(problem: Problem) -> Trouble:
    """An answer that needs fixing."""
    lead = _to_answer(problem.path, problem.message)
    where = page(lead.page).title if lead else ""
    return Trouble(where, f"{problem.path}: {problem.message}", (), problem.hint, lead)


def of_error(draft: Draft, error: InstallerError) -> tuple[Trouble, ...]:
    """A trouble for each failure that the error sums up, or for the error itself."""
    return tuple(_of_part(draft, error, one) for one in error.parts or (error,))


def _of_part(draft: Draft, whole: InstallerError, error: InstallerError) -> Trouble:
    lead = lead_of(draft, error.message, host=error.host, answer=error.answer)
    hint = ACCEPT if isinstance(error, HostKeyUnknown) else error.hint
    if not hint:
        hint = ON_HOST if lead is not None and lead.host is not None else whole.hint
    return Trouble(error.host, error.message, error.details, hint, lead)


def of_failed(draft: Draft, failed: Failed) -> Trouble:
    """A failure of a run."""
    lead = lead_of(draft, failed.message, host=failed.host, answer=failed.answer)
    return Trouble(failed.host, failed.message, failed.details, failed.hint, lead)


def lead_of(draft: Draft, why: str, *, host: str = "", answer: str = "") -> Lead | None:
    """The lead to an answer, else to a host; None if no page has either."""
    if answer and (found := _to_answer(answer, why)) is not None:
        return found
    number = _number(draft, host) if host else None
    return Lead("hosts", why, host=number) if number is not None else None


def _to_answer(path: str, why: str) -> Lead | None:
    owner = next((info.id for info in PAGES if info.owns(path)), "")
    if not owner:
        return None
    first, _, rest = path.partition(".")
    number = rest.partition(".")[0]
    host = int(number) if first == "hosts" and number.isdecimal() else None
    return Lead(owner, why, path, host)


def _number(draft: Draft, name: str) -> int | None:
    from tui_installer.model.answers.logins import host_label  # noqa: PLC0415 - first frame

    hosts = draft.answers.hosts
    return next((n for n, one in enumerate(hosts) if host_label(one, n) == name), None)
