"""Makes hosts of the answers from entries, and says which are left out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_installer.model.check import parse
from tui_installer.store.host_lists import words
from tui_installer.store.host_lists.found import HostList, Kind, Line, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tui_installer.store.host_lists.found import Aliases, Entry, Lookup, Raw

MOST_HOSTS = 500
_NO_ADDRESS = "no IP address; add the one that the other hosts reach it at"


def host_list(
    raw: Raw,
    aliases: Aliases,
    known: Sequence[dict[str, Any]] = (),
    lookup: Lookup | None = None,
) -> HostList:
    """Returns the list as lines, in the order of the text. known: the hosts already listed."""
    entries = raw.entries[:MOST_HOSTS]
    _guess_roles(entries)
    kept = _kept(entries)
    seen = {str(host.get("address", "")): "is already listed" for host in known}
    lines = [
        Line(Kind.LOST if one.left_out else Kind.REMARK, one.line, one.label, text=one.text)
        for one in raw.remarks
    ]
    for entry in entries:
        line = _line(entry, kept, aliases, lookup)
        if line.host and (why := seen.get(line.host.get("address", ""))):
            text = f"{line.host['address']} {why}"
            line = Line(Kind.LOST, entry.line, entry.label, text=text)
        elif line.complete and line.host:
            place = f"line {entry.line}" if entry.line else entry.label
            seen[line.host["address"]] = f"is already in {place}"
        lines.append(line)
    if len(raw.entries) > MOST_HOSTS:
        text = f"only the first {MOST_HOSTS} hosts are read"
        lines.append(Line(Kind.LOST, entries[-1].line, "the rest", text=text))
    roles = (
        bool(entries)
        and all(entry.role in kept - {Role.UNKNOWN} for entry in entries if entry.role in kept)
        and len(kept) > 1
    )
    return HostList(raw.format, tuple(sorted(lines, key=lambda line: line.number)), roles)


def _guess_roles(entries: list[Entry]) -> None:
    """Takes roles from names, if the list has none and some names are those of masters."""
    if any(entry.role is not Role.UNKNOWN for entry in entries):
        return
    roles = [words.role_of(entry.values.get("name", "").partition(".")[0]) for entry in entries]
    if Role.MASTER not in roles:
        return
    for entry, role in zip(entries, roles, strict=True):
        if role in {Role.MASTER, Role.WORKER, Role.OTHER}:
            entry.role, entry.why_role = role, "by its name"


def _kept(entries: Iterable[Entry]) -> set[Role]:
    """The roles of the hosts that are taken: masters if there are any, else etcd's members."""
    roles = {entry.role for entry in entries}
    best = next((role for role in (Role.MASTER, Role.ETCD) if role in roles), Role.UNKNOWN)
    return {best, Role.UNKNOWN}


def _line(entry: Entry, kept: set[Role], aliases: Aliases, lookup: Lookup | None) -> Line:
    if entry.role not in kept:
        kind = Kind.WORKER if entry.role is Role.WORKER else Kind.OTHER
        what = "a worker" if entry.role is Role.WORKER else "not a master"
        return Line(kind, entry.line, entry.label, text=f"{what}: {entry.why_role}")
    left_out = list(entry.left_out)
    try:
        if entry.wrong:
            raise ValueError(entry.wrong)  # noqa: TRY301 - one place says what is lost
        host = _host(entry, left_out, aliases, lookup)
    except ValueError as error:
        return Line(Kind.LOST, entry.line, entry.label, text=str(error))
    text = "" if "address" in host else entry.no_address or _NO_ADDRESS
    return Line(Kind.HOST, entry.line, entry.label, host, text, tuple(left_out))


def _host(
    entry: Entry, left_out: list[str], aliases: Aliases, lookup: Lookup | None
) -> dict[str, Any]:
    """Returns the host as in the answers. Raises ValueError with what is wrong."""
    values = entry.values
    name = _optional(parse.host_name, "name", values.get("name", ""), left_out)
    address, place = _addresses(entry, aliases)
    if not address and lookup and entry.surely and place and not words.is_ip(place):
        address = _looked_up(place, lookup, left_out)
    if not address and not (entry.surely and place):
        if entry.no_address:
            raise ValueError(entry.no_address)
        named = place or values.get("name", "")
        raise ValueError(f"{_NO_ADDRESS}: {named} 192.0.2.11".replace(":  ", ": "))
    host: dict[str, Any] = {"address": parse.host_address(address)} if address else {}
    if name:
        host["name"] = name
    if place and place != host.get("address"):
        host["sshAddress"] = parse.host_or_ip(place)
    if value := values.get("fingerprint"):
        host["fingerprint"] = parse.fingerprint(value)
    if ssh := _ssh(entry, left_out):
        host["ssh"] = ssh
    return host


def _addresses(entry: Entry, aliases: Aliases) -> tuple[str, str]:
    """(address, where SSH connects, '' if that is the address)."""
    values = entry.values
    address, place = values.get("private", ""), values.get("ssh_address", "")
    other = values.get("address", "")
    if address and other and other != address:
        place = place or other
    address = address or other
    at = values.get("place", "")
    place = place or at
    if not address and words.reads(parse.host_address, place):
        address, place = place, ""
    target = place or values.get("name", "")
    if target and not words.is_ip(target) and (stands_for := aliases(target)):
        # The login follows the SSH configuration, so the alias itself is where SSH connects.
        if not address and words.reads(parse.host_address, stands_for):
            address = stands_for
        return address, target
    if not address and not place:
        place = target
    return address, ("" if _same(place, address) else place)


def _same(one: str, other: str) -> bool:
    return words.is_ip(one) and words.is_ip(other) and parse.ip(one) == parse.ip(other)


def _looked_up(name: str, lookup: Lookup, left_out: list[str]) -> str:
    """The only IP address of a DNS name that hosts can have; '' and a remark otherwise."""
    found = [one for one in lookup(name) if words.reads(parse.host_address, one)]
    if len(found) == 1:
        left_out.append(f"its address is what {name} resolves to here: check it")
        return found[0]
    if found:
        left_out.append(f"{name} has several addresses: {', '.join(found[:4])}")
    return ""


def _ssh(entry: Entry, left_out: list[str]) -> dict[str, Any]:
    values = entry.values
    ssh: dict[str, Any] = {}
    if user := _optional(parse.user_name, "user", values.get("user", ""), left_out):
        ssh["user"] = user
    if "port" in values:
        ssh["port"] = parse.port(values["port"])
    files = [
        _optional(parse.file_path, "key file", one, left_out) for one in entry.identities if one
    ]
    if any(files):
        ssh["identityFiles"] = [file for file in files if file]
    if "jump" in values:
        ssh["jump"] = jump(values["jump"])
    return ssh


def _optional(parser: Callable[[str], str], what: str, text: str, left_out: list[str]) -> str:
    """The parsed value; '' and a remark with the reason if it cannot be used."""
    if not text:
        return ""
    try:
        return parser(text)
    except ValueError as error:
        left_out.append(f"{what}: {error}")
        return ""


def jump(text: str) -> dict[str, Any]:
    """The jump host ``user@host:port`` as in the answers. Raises ValueError."""
    if "," in text:
        raise ValueError(f"several jump hosts ({text[:60]}): enter them by hand")
    user, host, port = words.split_place(text)
    found: dict[str, Any] = {"address": parse.host_or_ip(host)}
    if port:
        found["port"] = parse.port(port)
    if user:
        found["user"] = parse.user_name(user)
    return found
