"""Reads tables with a header: CSV, TSV, and columns that programs print."""

from __future__ import annotations

import csv
import re

from tui_installer.store.host_lists import words
from tui_installer.store.host_lists.found import Entry, Raw, Remark, Role

_RULE = re.compile(r"[\s+\-=|─│┌┐└┘├┤┬┴┼━┃═║╔╗╚╝╠╣╦╩╬╒╕╘╛╞╡╤╧╪╭╮╰╯]*")
_BARS = str.maketrans("│┃║", "|||")
_NAMES = {",": "CSV", ";": "CSV", "\t": "TSV", "|": "table"}
_OTHER_LISTS = frozenset({"namespace", "restarts", "clusterip", "uptodate"})
"""Titles of what kubectl prints of pods, Services and Deployments."""
_GAP = re.compile(r"\s{2,}|\t")


def rows_of(text: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """(delimiter, rows with their line numbers) of text with delimited cells; ('', []) if none.

    A delimiter must be in most of the lines, equally often or nearly so.
    """
    lines = [
        (number, line.translate(_BARS).strip(" \r\n"))
        for number, line in enumerate(text.splitlines(), 1)
        if not _RULE.fullmatch(line) and not is_comment(line)
    ]
    for delimiter in ("\t", "|", ";", ","):
        having = sum(delimiter in line for _, line in lines)
        if having and having * 2 > len(lines) and delimiter in lines[0][1]:
            rows = [(number, _cells(line, delimiter)) for number, line in lines]
            return delimiter, rows
    return "", []


def is_comment(line: str) -> bool:
    return line.lstrip("\ufeff \t").startswith(("#", "//", ";"))


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == "|":
        line = line.strip("| ")
    try:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        cells = line.split(delimiter)
    return [cell.strip() for cell in cells]


def read_delimited(text: str) -> Raw | None:
    """Returns the hosts of a table with delimited cells and a header; None if it is none."""
    delimiter, rows = rows_of(text)
    if not rows or not _is_header(rows[0][1], least=1):
        return None
    return _read(_NAMES[delimiter], rows)


def read_columns(text: str) -> Raw | None:
    """Returns the hosts of a table in columns of spaces with a header; None if it is none."""
    lines = [
        (number, line.expandtabs().rstrip())
        for number, line in enumerate(text.splitlines(), 1)
        if not _RULE.fullmatch(line) and not is_comment(line)
    ]
    if not lines:
        return None
    header = lines[0][1]
    titles = _GAP.split(header.strip()) if _GAP.search(header.strip()) else header.split()
    if len(titles) == 1 or not _is_header(titles, least=2):
        return None
    starts = [match.start() for title in titles if (match := _title(title).search(header))]
    rows = [(lines[0][0], titles)]
    for number, line in lines[1:]:
        words_of = line.split()
        if len(words_of) == len(titles):
            rows.append((number, words_of))
        else:
            ends = [*starts[1:], len(line) + 1]
            cut = [line[start:end].strip() for start, end in zip(starts, ends, strict=False)]
            rows.append((number, cut))
    return _read("table", rows)


def _title(title: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S){re.escape(title)}(?!\S)")


def _is_header(titles: list[str], *, least: int) -> bool:
    """Whether the cells are titles: one names hosts or addresses, and none is a value."""
    known = [words.meaning(title) for title in titles]
    places = {"name", "place", "address", "private", "ssh_address"}
    return (
        bool(places & set(known))
        and sum(map(bool, known)) >= least
        and not any(words.ips_in(title) or words.is_ip(title) for title in titles)
    )


def _read(kind: str, rows: list[tuple[int, list[str]]]) -> Raw:
    found = Raw(kind)
    number, titles = rows[0]
    if _OTHER_LISTS & {words.bare(title) for title in titles}:
        why = "a list of something else than hosts: paste `kubectl get nodes -o wide`"
        return Raw(kind, remarks=[Remark(number, "header", why, left_out=True)])
    kinds = [words.meaning(title) for title in titles]
    unknown = [title for title, kind in zip(titles, kinds, strict=True) if title and not kind]
    if unknown:
        shown = ", ".join(title[:30] for title in unknown[:8])
        more = f" and {len(unknown) - 8} more" if len(unknown) > 8 else ""  # noqa: PLR2004
        found.remarks.append(Remark(number, "header", f"columns left out: {shown}{more}"))
    for number, cells in rows[1:]:
        entry = Entry(number, _label(kinds, cells))
        try:
            for what, title, cell in zip(kinds, titles, cells, strict=False):
                put_cell(entry, what, title, cell)
        except ValueError as error:
            entry.wrong = str(error)
        if len(cells) > len(titles) and any(cells[len(titles) :]):
            entry.left_out.append("cells without a title")
        entry.surely = words.is_name(entry.values.get("name", ""))
        found.entries.append(entry)
    return found


def _label(kinds: list[str], cells: list[str]) -> str:
    """The cell that names the row: never one that may be a secret."""
    for wanted in ("name", "place", "address", "private", "ssh_address"):
        for kind, cell in zip(kinds, cells, strict=False):
            if kind == wanted and words.value_of(cell):
                return words.value_of(cell)
    return "row"


def put_cell(entry: Entry, kind: str, title: str, cell: str) -> None:
    """Adds a cell to the entry. Raises ValueError for a second, different value."""
    value = words.value_of(cell)
    if not value or not kind:
        return
    if kind == "role":
        _put_role(entry, title, value)
    elif kind == "networks":
        _put_networks(entry, words.ips_in(value))
    elif kind in {"address", "private", "ssh_address"}:
        _put_address(entry, kind, title, value)
    elif kind == "place":
        put_place(entry, value)
    elif kind == "identity":
        for one in value.split(","):
            entry.put("identity", one.strip())
    elif kind == "name":
        _put_name(entry, title, value)
    else:
        entry.put(kind, value)


def _put_role(entry: Entry, title: str, value: str) -> None:
    role = words.role_in(value)
    if role is Role.UNKNOWN and words.bare(value) in {"node", "nodes", "kubenode"}:
        role = Role.WORKER
    if role is not Role.UNKNOWN and entry.role in {Role.UNKNOWN, Role.ETCD}:
        entry.role, entry.why_role = role, f"{title}: {value}"


def _put_name(entry: Entry, title: str, value: str) -> None:
    if words.is_ip(value):
        _put_address(entry, "address", title, value)
    elif "name" not in entry.values:
        entry.put("name", value)
    elif entry.values["name"] != value:
        entry.left_out.append(f"{title} {value}")


def put_place(entry: Entry, value: str) -> None:
    """Adds ``user@host:port``, where host is an address or a name."""
    user, host, port = words.split_place(value)
    if user:
        entry.put("user", user.partition(":")[0])
        if ":" in user:
            entry.left_out.append("a password")
    if port:
        entry.put("port", port)
    if words.is_ip(host) and "address" not in entry.values:
        entry.put("address", host)
    elif words.is_ip(host) or "name" in entry.values:
        entry.put("ssh_address", host)
    else:
        entry.put("name", host)


def _put_address(entry: Entry, kind: str, title: str, value: str) -> None:
    """Adds an address: without its prefix length, the first of several; or a name for SSH."""
    first, *more = re.split(r"[\s,]+", value.strip("[]"))
    first = first.strip("\"'[]")
    try:
        first, prefix = words.without_prefix(first)
    except ValueError as error:
        entry.left_out.append(f"{title}: {error}"[:80])
        return
    if prefix:
        entry.left_out.append(f"the prefix length {prefix}")
    if more:
        entry.left_out.append(f"{title} {', '.join(one.strip('[]') for one in more)}"[:60])
    if words.is_ip(first):
        if _is_other_family(entry, kind, first):
            entry.left_out.append(f"{title} {value}"[:60])
            return
        if entry.values.get(kind, first) != first and kind == "address":
            kind = "ssh_address" if "ssh_address" not in entry.values else kind
        entry.put(kind, first)
    elif first:
        put_place(entry, first)


def _is_other_family(entry: Entry, kind: str, address: str) -> bool:
    """Whether a host has the address of this kind already, in IPv4 or IPv6."""
    known = entry.values.get(kind, address)
    return words.is_ip(known) and (":" in known) != (":" in address)


def _put_networks(entry: Entry, ips: list[str]) -> None:
    private = next((ip for ip in ips if words.is_private(ip)), "")
    public = next((ip for ip in ips if not words.is_private(ip)), "")
    if private:
        entry.put("private", private)
    if public:
        entry.put("ssh_address", public)
