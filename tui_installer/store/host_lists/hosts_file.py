"""Reads lines of /etc/hosts: an address with nothing but names after it (hosts(5))."""

from __future__ import annotations

import re
from ipaddress import ip_address

from tui_installer.store.host_lists import words
from tui_installer.store.host_lists.found import Entry, Raw, Remark

_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})")


def read(text: str) -> Raw | None:
    """Returns the hosts; None if a line has another form."""
    split = [
        (number, line)
        for number, raw in enumerate(text.splitlines(), 1)
        if (line := raw.partition("#")[0].split())
    ]
    if not split or not all(_is_line(line) for _, line in split):
        return None
    several = any(len(line) > 1 for _, line in split)
    found = Raw("/etc/hosts" if several else "a list of addresses")
    for number, line in split:
        address = ip_address(line[0])
        if several and (address.is_loopback or address.is_multicast or address.is_unspecified):
            kind = "loopback" if address.is_loopback else "special"
            found.remarks.append(Remark(number, line[0], f"a {kind} address, not a host's own"))
        else:
            found.entries.append(_entry(number, line))
    return found


def _is_line(line: list[str]) -> bool:
    return words.is_ip(line[0]) and all(_NAME.fullmatch(word) for word in line[1:])


def _entry(number: int, line: list[str]) -> Entry:
    """The first name of a line is the host's own; the others are left out."""
    names = list(dict.fromkeys(word for word in line[1:] if words.is_name(word)))
    entry = Entry(number, names[0] if names else line[0])
    entry.put("address", line[0])
    if names:
        entry.put("name", names[0])
        entry.left_out += [f"other names: {', '.join(names[1:])}"[:80]] if names[1:] else []
    return entry
