"""The API server's SANs by the current answers: required ones, the user's own, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from tui_installer.kubernetes.sans import Called, sans_of
from tui_installer.model.answers.logins import host_label
from tui_installer.model.check import parse
from tui_installer.model.check.findings import readable
from tui_installer.model.check.resolve import ASKED_FOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tui_installer.model.answers.document import Answers
    from tui_installer.model.certificates import San
    from tui_installer.model.check.problems import Problem


class Standing(StrEnum):
    """locked: derived from other answers. open: derived once those are valid. own: the user's.

    double: the user's, but already listed. wrong: the user's, but not a valid SAN.
    """

    LOCKED = "locked"
    OPEN = "open"
    OWN = "own"
    DOUBLE = "double"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Row:
    """number: the index in the answers' list, -1 if it is not there."""

    standing: Standing
    kind: str
    value: str
    reason: str
    number: int = -1
    san: San | None = None


def rows(answers: Answers, given: Any, problems: Sequence[Problem]) -> tuple[Row, ...]:
    """Returns every row in the certificate's order. given: the answers' list as written."""
    called = required(answers)
    locked = [_row(Standing.LOCKED, san) for san in sans_of(called)]
    there = {str(row.san): row.reason for row in locked}
    wrong = {problem.path: f"{problem.message} {problem.hint}".strip() for problem in problems}
    return (*locked, *_gaps(answers, called), *_owns(given, there, wrong))


def _row(standing: Standing, san: San, number: int = -1, reason: str = "") -> Row:
    return Row(standing, san.kind.upper(), san.value, reason or san.reason, number, san)


def _owns(given: Any, there: Mapping[str, str], wrong: Mapping[str, str]) -> Iterator[Row]:
    if isinstance(given, list):
        for number, text in enumerate(given):
            yield _own(number, text, there, wrong.get(f"sans.{number}", ""))
    elif "sans" in wrong:
        yield Row(Standing.WRONG, "?", str(given), wrong["sans"])


def _own(number: int, text: Any, there: Mapping[str, str], wrong: str) -> Row:
    san = readable(parse.san, text) if isinstance(text, str) else None
    if wrong or san is None:
        kind = san.kind.upper() if san else "?"
        return Row(Standing.WRONG, kind, str(text), wrong or "not a valid SAN", number)
    if str(san) in there:
        return _row(Standing.DOUBLE, san, number, f"already listed: {there[str(san)]}")
    return _row(Standing.OWN, san, number, ASKED_FOR)


def sans(table: Sequence[Row]) -> tuple[San, ...]:
    """Returns the SANs of the certificate for these rows, in its order."""
    return tuple(row.san for row in table if row.san and row.standing is not Standing.DOUBLE)


def required(answers: Answers) -> Called:
    """Returns the valid answers that required SANs derive from."""
    cluster = answers.cluster
    endpoint = readable(parse.endpoint, cluster.endpoint) if cluster.endpoint else None
    return Called(
        readable(parse.networks, cluster.service_cidr),
        tuple(
            (
                readable(parse.host_name, host_label(host, number)) or "",
                readable(parse.host_address, host.address) or "",
            )
            for number, host in enumerate(answers.hosts)
        ),
        endpoint.host if endpoint else "",
        readable(parse.dns_name, cluster.domain) or "",
        tuple(_further(answers)),
    )


def _further(answers: Answers) -> Iterator[tuple[str, str]]:
    """Yields (name, address) of each valid further address of a master."""
    for number, host in enumerate(answers.hosts):
        for text in host.addresses:
            address = readable(parse.host_address, text)
            if address and address != readable(parse.host_address, host.address):
                yield host_label(host, number), address


def _gaps(answers: Answers, called: Called) -> Iterator[Row]:
    """Yields the required SANs that are still missing, and the page that asks for them."""
    if called.service_cidr is None:
        yield _gap("IP", "first address of the service CIDR: fix it on the Cluster page")
    if not answers.hosts:
        yield _gap("?", "addresses and names of the masters: enter them on the Hosts page")
    for number, (name, address) in enumerate(called.masters):
        if not address:
            label = name or f"master {number + 1}"
            yield _gap("IP", f"address of {label}: missing or wrong on the Hosts page")
        if not name:
            yield _gap("DNS", f"name of master {number + 1}: fix it on the Hosts page")
    if answers.cluster.endpoint and not called.endpoint:
        yield _gap("?", "the endpoint: fix it on the Cluster page")
    if not called.domain:
        yield _gap("DNS", "names below the cluster domain: fix it on the Cluster page")


def _gap(kind: str, reason: str) -> Row:
    return Row(Standing.OPEN, kind, "…", reason)


def future_master(answers: Answers) -> str:
    """Suggests SANs for the next master: the address after the last one's, and a name."""
    called = required(answers)
    addresses = [address for _, address in called.masters if address]
    if not addresses:
        return ""
    name = f"master{len(answers.hosts) + 1:02d}"
    return f"{ip_address(addresses[-1]) + 1}, {name}"


def known(rows: Sequence[Row], but: int = -2) -> dict[str, str]:
    """Maps every valid entry to its reason. but: the number of a row to leave out."""
    return {str(row.san): row.reason for row in rows if row.san and row.number != but}
