"""Reads ``kubectl get nodes``: the table, with or without -o wide and header, and -o json."""

from __future__ import annotations

import re
from typing import Any

from tui_installer.store.host_lists import words
from tui_installer.store.host_lists.found import Entry, Raw, Role

_HEADER = re.compile(r"NAME\s+STATUS\s+ROLES\s+AGE\s+VERSION\b.*")
_ROW = re.compile(
    r"(\S+)\s+((?:Ready|NotReady|Unknown)(?:,\S+)?)\s+(\S+)\s+([0-9]+[ydhms][0-9ydhms]*)\s+"
    r"(v[0-9]+\.[0-9]+\S*)(?:\s+(\S+)\s+(\S+))?(?:\s.*)?"
)
_LABEL = "node-role.kubernetes.io/"
_KINDS = frozenset({"Node", "NodeList"})
_WIDE = "no IP address: paste `kubectl get nodes -o wide`"


def is_table(text: str) -> bool:
    """Whether a line is the header or a row of the table."""
    return any(_HEADER.fullmatch(line) or _ROW.fullmatch(line) for line in _lines(text))


def read_table(text: str) -> Raw:
    """Returns a host for each row."""
    found = Raw("kubectl get nodes")
    for number, line in enumerate(_lines(text), 1):
        if not line or _HEADER.fullmatch(line) or line.lstrip("$# ").startswith("kubectl"):
            continue
        row = _ROW.fullmatch(line)
        if row is None:
            label = line.split(maxsplit=1)[0]
            found.entries.append(Entry(number, label, wrong="is no row of kubectl get nodes"))
            continue
        entry = _entry(number, row[1], row[3])
        internal, external = words.value_of(row[6] or ""), words.value_of(row[7] or "")
        _put_addresses(entry, internal, external)
        found.entries.append(entry)
    _mark_workers(found)
    return found


def is_nodes(data: Any) -> bool:
    """Whether data is a Node, or a list that has one."""
    if not isinstance(data, dict):
        return False
    items = data.get("items")
    return data.get("kind") in _KINDS or (isinstance(items, list) and any(map(is_nodes, items)))


def read_nodes(data: dict[str, Any]) -> Raw:
    """Returns a host for each Node of ``kubectl get nodes -o json`` or ``-o yaml``."""
    found = Raw("kubectl get nodes")
    items = data.get("items") if data.get("kind") != "Node" else [data]
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        meta, status = _block(item, "metadata"), _block(item, "status")
        name = str(meta.get("name", ""))
        labels = [key for key in _block(meta, "labels") if isinstance(key, str)]
        roles = [key.removeprefix(_LABEL) for key in labels if key.startswith(_LABEL)]
        entry = _entry(0, name, ",".join(roles))
        addresses = status.get("addresses")
        of = {
            str(one.get("type")): str(one.get("address"))
            for one in reversed(addresses if isinstance(addresses, list) else [])
            if isinstance(one, dict)
        }
        _put_addresses(entry, of.get("InternalIP", ""), of.get("ExternalIP", ""))
        found.entries.append(entry)
    _mark_workers(found)
    return found


def _block(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _entry(number: int, name: str, roles: str) -> Entry:
    role = words.role_in(words.value_of(roles))
    entry = Entry(number, name, role=role, why_role=f"ROLES: {roles or '<none>'}", surely=True)
    entry.put("name", name)
    return entry


def _put_addresses(entry: Entry, internal: str, external: str) -> None:
    if internal:
        entry.put("private", internal)
    if external and external != internal:
        entry.put("ssh_address", external)
    if not internal and not external:
        entry.no_address = _WIDE


def _mark_workers(found: Raw) -> None:
    """A node without a role beside control-plane nodes is a worker."""
    if any(entry.role is Role.MASTER for entry in found.entries):
        for entry in found.entries:
            if entry.role is not Role.MASTER:
                entry.role = Role.WORKER


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]
