"""Finds hosts in nested data: Terraform's outputs, and lists of hosts of other programs' files.

A host is a mapping with an address, an address below a name, or an item of a list of addresses.
Lists and mappings beside each other that name the same hosts, such as private and public
addresses, are read together. Keys say the role: ``master_ips``, ``workers``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui_installer.store.host_lists import words
from tui_installer.store.host_lists.found import Entry, Raw, Remark, Role
from tui_installer.store.host_lists.tables import put_cell, put_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    LineOf = Callable[[tuple[str | int, ...]], int]

_MOST_DEPTH = 20
_MOST_ENTRIES = 2000
_LABELS = ("name", "private", "address", "ssh_address")
_INNER = frozenset({"ssh", "connection"})
_PLACES = ("address", "private", "ssh_address", "place")
_NO_HOSTS = re.compile(
    r"cidr|subnet|vpc|dns|gateway|endpoint|url|version|netmask|broadcast|sans?\b|nameserver|ntp",
    re.IGNORECASE,
)
"""Keys whose addresses are of something else than hosts."""
_GENERIC = frozenset(
    "value values item items data output outputs cluster instances machines spec all list".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands. path: of the document. role: of the keys above."""

    path: tuple[str | int, ...]
    role: Role
    why: str

    def below(self, key: str | int) -> _Place:
        role = words.role_of(key) if isinstance(key, str) else Role.UNKNOWN
        if role is Role.UNKNOWN:
            return _Place((*self.path, key), self.role, self.why)
        return _Place((*self.path, key), role, f"below {key}")

    @property
    def key(self) -> str:
        """The nearest key that is text."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")


def is_terraform(data: Any) -> bool:
    """Whether data is the output of ``terraform output -json``."""
    return isinstance(data, dict) and any(_is_wrapped(value) for value in data.values())


def _is_wrapped(value: Any) -> bool:
    return isinstance(value, dict) and "value" in value and bool({"type", "sensitive"} & set(value))


def read(kind: str, data: Any, line_of: LineOf) -> Raw:
    """Returns the hosts in data. kind: the format's name for the user."""
    found = Raw(kind)
    reader = _Reader(found, line_of)
    reader.walk(data, _Place((), Role.UNKNOWN, ""))
    if others := [one for one in reader.others if one]:
        more = f" and {len(others) - 8} more" if len(others) > 8 else ""  # noqa: PLR2004
        text = f"no hosts in {', '.join(others[:8])}{more}"
        found.remarks.append(Remark(0, "left out", text))
    return found


@dataclass(slots=True)
class _Reader:
    found: Raw
    line_of: LineOf
    others: list[str] = field(default_factory=list)
    """The keys of values that are no hosts."""

    def walk(self, node: Any, place: _Place) -> None:
        if len(place.path) > _MOST_DEPTH or len(self.found.entries) >= _MOST_ENTRIES:
            return
        if _is_wrapped(node):
            node = node["value"]
        if isinstance(node, dict):
            self.walk_mapping(node, place)
        elif isinstance(node, list):
            self.walk_list(node, place)
        elif isinstance(node, str):
            self.single(node, place)

    def walk_mapping(self, node: dict[str, Any], place: _Place) -> None:
        flat = _flattened(node)
        if _is_record(flat):
            self.record(flat, place)
            return
        taken = set()
        for columns in _columns(node):
            taken |= set(columns)
            self.join(node, columns, place)
        for key, value in node.items():
            if key not in taken and not _NO_HOSTS.search(key):
                self.walk(value, place.below(key))
            elif key not in taken and isinstance(value, (str, dict)):
                self.others.append(_dotted(place.below(key)))

    def walk_list(self, node: list[Any], place: _Place) -> None:
        for number, item in enumerate(node):
            if isinstance(item, str):
                self.item(item, place.below(number), alone=len(node) == 1)
            else:
                self.walk(item, place.below(number))

    def item(self, text: str, place: _Place, *, alone: bool) -> None:
        """An address in a list. A single one may have its name as the key."""
        if not words.is_ip(words.split_place(text)[1]):
            if not words.is_secret(place.key):
                self.lost(place, "has no IP address")
            return
        entry = self.entry(text, place)
        put_place(entry, text)
        if alone and _is_host_key(place.key):
            entry.values.setdefault("name", place.key)
        self.add(entry)

    def single(self, text: str, place: _Place) -> None:
        """A text below a key: ``master1: 192.0.2.11``."""
        if not words.is_ip(words.split_place(text)[1]):
            self.others.append(_dotted(place))
            return
        entry = self.entry(place.key or text, place)
        put_place(entry, text)
        if _is_host_key(place.key):
            entry.values.setdefault("name", place.key)
        self.add(entry)

    def record(self, flat: dict[str, Any], place: _Place) -> None:
        label = next((str(flat[key]) for key in flat if words.meaning(key) == "name"), "")
        entry = self.entry(label or place.key, place)
        entry.surely = True
        for key, value in flat.items():
            kind = words.meaning(key)
            cell = _cell(value)
            try:
                if kind == "jump" and isinstance(value, dict):
                    put_cell(entry, kind, key, _jump(value))
                elif kind and not words.is_secret(key):
                    put_cell(entry, kind, key, cell)
                elif value not in (None, "", [], {}):
                    entry.left_out.append(f"{key} (a secret)" if words.is_secret(key) else key)
            except ValueError as error:
                entry.left_out.append(str(error))
        below_key = bool(place.path) and isinstance(place.path[-1], str)
        if below_key and "name" not in entry.values and _is_host_key(place.key):
            entry.put("name", place.key)
        self.add(entry)

    def join(self, node: dict[str, Any], columns: dict[str, str], place: _Place) -> None:
        """Reads lists (or mappings) of the same hosts together. columns: key → kind of value."""
        values = {key: _unwrapped(node[key]) for key in columns}
        first_key = next(iter(columns))
        first = values[first_key]
        at = place.below(first_key)
        for which in first if isinstance(first, dict) else range(len(first)):
            name = which if isinstance(which, str) else ""
            entry = self.entry(name or f"{first_key}.{which}", at.below(which))
            if name and words.is_name(name):
                entry.put("name", name)
            for key, kind in columns.items():
                put_cell(entry, kind, key, _cell(values[key][which]))
            self.add(entry)

    def entry(self, label: str, place: _Place) -> Entry:
        line = self.line_of(place.path)
        return Entry(line, label, role=place.role, why_role=place.why)

    def add(self, entry: Entry) -> None:
        values = entry.values
        entry.label = next((values[kind] for kind in _LABELS if kind in values), entry.label)
        self.found.entries.append(entry)

    def lost(self, place: _Place, text: str) -> None:
        if len(self.found.remarks) < _MOST_ENTRIES:
            line = self.line_of(place.path)
            self.found.remarks.append(Remark(line, _dotted(place), text, left_out=True))


def _dotted(place: _Place) -> str:
    return ".".join(map(str, place.path))[-60:]


def _unwrapped(value: Any) -> Any:
    return value["value"] if _is_wrapped(value) else value


def _flattened(node: dict[str, Any]) -> dict[str, Any]:
    """A mapping with the keys of an inner ssh block, as k0sctl's and this program's files have."""
    flat: dict[str, Any] = {}
    for key, value in node.items():
        if isinstance(value, dict) and key.lower() in _INNER:
            inner = {k: v for k, v in value.items() if isinstance(k, str)}
            address = inner.pop("address", None)
            flat |= {"sshAddress": address} if address and "address" in node else {}
            flat |= {"address": address} if address and "address" not in node else {}
            flat |= inner
        else:
            flat.setdefault(key, value)
    return flat


def _is_record(flat: dict[str, Any]) -> bool:
    """Whether a mapping is one host: it has an address, and no list of addresses."""
    for key, value in flat.items():
        kind = words.meaning(key)
        text = value[0] if isinstance(value, list) and len(value) == 1 else value
        if kind in _PLACES and isinstance(text, str) and text:
            host = words.split_place(text.partition("/")[0] if "://" not in text else text)[1]
            if words.is_ip(host) or (words.is_name(host) and len(flat) > 1):
                return True
    return False


def _columns(node: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Groups of keys whose lists (or mappings) name the same hosts: key → kind of value."""
    groups: dict[tuple[Any, ...], dict[str, str]] = {}
    for key, wrapped in node.items():
        value = _unwrapped(wrapped)
        if not value or not isinstance(value, (list, dict)) or _NO_HOSTS.search(key):
            continue
        texts = list(value.values()) if isinstance(value, dict) else value
        if not all(isinstance(text, str) for text in texts):
            continue
        kind = _kind_of(key, texts)
        shape = tuple(value) if isinstance(value, dict) else len(value)
        group = groups.setdefault((words.role_of(key), shape), {})
        if kind and kind not in group.values():
            group[key] = kind
    for group in groups.values():
        if len(group) > 1 and set(_PLACES) & set(group.values()):
            yield group


def _kind_of(key: str, texts: list[str]) -> str:
    parts = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", key).lower())
    if all(words.is_ip(text) for text in texts):
        if {"private", "internal"} & set(parts):
            return "private"
        return "ssh_address" if {"public", "external", "floating"} & set(parts) else "address"
    if {"name", "names", "hostname", "hostnames"} & set(parts):
        return "name"
    return ""


def _is_host_key(key: str) -> bool:
    """Whether a key is a host's name, not the title of its value, such as ``master_ip``."""
    parts = set(re.findall(r"[a-z]+", key.lower()))
    titles = {"ip", "ips", "address", "addresses", "public", "private", "ipv4", "addr"}
    return (
        words.is_name(key)
        and not parts & titles
        and not words.meaning(key)
        and key.lower() not in _GENERIC
        and not parts & {"masters", "workers", "nodes", "controllers", "agents"}
    )


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(_cell(one) for one in value[:20])
    return "" if value is None or isinstance(value, (dict, bool)) else str(value)


def _jump(block: dict[str, Any]) -> str:
    """``user@host:port`` of a block with address, user and port."""
    flat = {words.meaning(key): _cell(value) for key, value in _flattened(block).items()}
    user, port = flat.get("user", ""), flat.get("port", "")
    host = flat.get("address", "")
    return (f"{user}@" if user else "") + host + (f":{port}" if port else "")
