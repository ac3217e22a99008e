"""Makes inventories of the data of Ansible's YAML files and of ``ansible-inventory --list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_installer.store.host_lists.found import Remark
from tui_installer.store.host_lists.inventory import Inventory, expanded

if TYPE_CHECKING:
    from collections.abc import Callable

_KEYS = frozenset({"hosts", "children", "vars"})
_MOST_DEPTH = 30


def is_inventory(data: Any) -> bool:
    """Whether data has the form of an inventory: groups with hosts, children and vars."""
    if not isinstance(data, dict):
        return False
    groups = {name: body for name, body in data.items() if name != "_meta"}
    return (
        bool(groups)
        and all(_is_group(body) for body in groups.values())
        and any(
            isinstance(body, dict) and ("hosts" in body or "children" in body)
            for body in groups.values()
        )
    )


def _is_group(body: Any) -> bool:
    return body is None or (isinstance(body, dict) and set(body) <= _KEYS)


def read(
    data: dict[str, Any], line_of: Callable[[tuple[str, ...]], int]
) -> tuple[Inventory, list[Remark]]:
    """Returns the inventory, and remarks for what was not understood. line_of: path → its line."""
    inventory, remarks = Inventory(), []
    waiting: list[tuple[tuple[str, ...], str, Any]] = [
        ((name,), name, body) for name, body in data.items() if name != "_meta"
    ]
    while waiting:
        path, name, body = waiting.pop(0)
        group = inventory.group(name, line_of(path))
        if not isinstance(body, dict) or len(path) > _MOST_DEPTH:
            continue
        for host, variables in _items(body.get("hosts")):
            at = (*path, "hosts", host)
            try:
                for one in expanded(host):
                    inventory.add_host(one, name, line_of(at), _texts(variables))
            except ValueError as error:
                remarks.append(Remark(line_of(at), host, str(error), left_out=True))
        group.variables.update(_texts(body.get("vars")))
        for child, below in _items(body.get("children")):
            group.children.append(child)
            waiting.append(((*path, "children", child), child, below))
    meta = data.get("_meta")
    _add_meta(inventory, meta.get("hostvars") if isinstance(meta, dict) else None)
    return inventory, remarks


def _items(value: Any) -> list[tuple[str, Any]]:
    """(name, body) of a mapping, or of a list of names."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list):
        return [(one, None) for one in value if isinstance(one, str)]
    return []


def _texts(value: Any) -> dict[str, str]:
    """The variables that are text or numbers; lists and mappings as an empty text."""
    if not isinstance(value, dict):
        return {}
    plain = (str, int, float)
    return {key: str(one) if isinstance(one, plain) else "" for key, one in value.items()}


def _add_meta(inventory: Inventory, hostvars: Any) -> None:
    """Adds the hosts' variables from where ``ansible-inventory --list`` has them."""
    for host, variables in _items(hostvars):
        if host in inventory.variables:
            inventory.variables[host].update(_texts(variables))
