"""Makes entries of an Ansible inventory: the masters by their groups, logins by their variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_installer.store.host_lists import words
from tui_installer.store.host_lists.found import Entry, Raw, Remark, Role
from tui_installer.store.host_lists.ssh_arguments import jump_of

if TYPE_CHECKING:
    from tui_installer.store.host_lists.inventory import Inventory

_PLACES = ("ansible_host", "ansible_ssh_host")
_ADDRESSES = ("ip", "access_ip", "private_ip", "internal_ip", "node_ip", "address")
"""kubespray: `ip` is the address that the host binds; `access_ip` is how others reach it."""
_LOGIN = {
    "user": ("ansible_user", "ansible_ssh_user", "ansible_login_user"),
    "port": ("ansible_port", "ansible_ssh_port"),
    "identity": ("ansible_ssh_private_key_file", "ansible_private_key_file"),
}
_ARGUMENTS = ("ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_ssh_args")
_NOT_NEEDED = frozenset(
    {"ansible_python_interpreter", "ansible_become", "ansible_become_user", "ansible_sudo"}
)
_READ = frozenset({*_PLACES, *_ADDRESSES, *_ARGUMENTS, *(v for vs in _LOGIN.values() for v in vs)})
_TEMPLATE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_ALL = frozenset({"all", "ungrouped"})
_SERVER, _NODE = frozenset({"server", "servers", "manager", "managers"}), ("node", "nodes")
_SHOWN = 6


def raw(kind: str, inventory: Inventory, remarks: list[Remark]) -> Raw:
    """Returns the inventory's hosts as entries, with remarks for variables that are not used."""
    roles = _roles(inventory)
    found = Raw(f"Ansible inventory ({kind})", remarks=[*remarks, *_group_remarks(inventory)])
    for name, variables in inventory.merged().items():
        role, why = roles.get(name, (Role.UNKNOWN, ""))
        entry = Entry(inventory.lines[name], name, role=role, why_role=why, surely=True)
        _fill(entry, name, {**variables, "inventory_hostname": name})
        entry.left_out += _names(inventory.variables[name])
        found.entries.append(entry)
    return found


def _fill(entry: Entry, name: str, variables: dict[str, str]) -> None:
    if words.is_ip(name):
        entry.put("address", name)
    elif words.is_name(name):
        entry.put("name", name)
    else:
        entry.left_out.append(f"the name {name}")
    place = _first(entry, variables, _PLACES)
    if place:
        entry.put("ssh_address", words.split_port(place)[0])
    if address := _first(entry, variables, _ADDRESSES):
        entry.values["private"] = address
    for what, keys in _LOGIN.items():
        if value := _first(entry, variables, keys):
            entry.put(what, value)
    for key in _ARGUMENTS:
        if key in variables:
            _read_arguments(entry, key, _resolved(variables[key], variables))
    connection = variables.get("ansible_connection", "ssh")
    if connection not in {"ssh", "smart", "paramiko", "ansible.builtin.ssh"}:
        entry.wrong = f"ansible_connection={connection}: hosts are reached by SSH only"


def _first(entry: Entry, variables: dict[str, str], keys: tuple[str, ...]) -> str:
    """The first of these variables that has a value. A template that is left has none."""
    for key in keys:
        value = words.value_of(_resolved(variables.get(key, ""), variables))
        if "{{" in value or "{%" in value:
            entry.left_out.append(f"{key} (a template)")
        elif value:
            return value
    return ""


def _resolved(value: str, variables: dict[str, str]) -> str:
    """The value with ``{{ variable }}`` replaced where the inventory has the variable."""
    for _ in range(5):
        new = _TEMPLATE.sub(lambda match: variables.get(match[1], match[0]), value)[:1000]
        if new == value:
            break
        value = new
    return value


def _read_arguments(entry: Entry, key: str, text: str) -> None:
    jump, rest = jump_of(text)
    if jump and "jump" not in entry.values:
        entry.put("jump", jump)
    if rest:
        entry.left_out.append(f"{key}: {rest}")


def _names(variables: dict[str, str]) -> list[str]:
    """The names of the variables that are not used; never their values."""
    return [
        key if not words.is_secret(key) else f"{key} (a secret)"
        for key in variables
        if key not in _READ and key not in _NOT_NEEDED and key != "ansible_connection"
    ]


def _group_remarks(inventory: Inventory) -> list[Remark]:
    remarks = []
    for group in inventory.groups.values():
        if unused := _names(group.variables):
            more = f" and {len(unused) - _SHOWN} more" if len(unused) > _SHOWN else ""
            text = f"variables left out: {', '.join(unused[:_SHOWN])}{more}"
            remarks.append(Remark(group.line, f"[{group.name}:vars]", text))
    return remarks


def _roles(inventory: Inventory) -> dict[str, tuple[Role, str]]:
    """Host → (role, why) by the groups; empty if no group says which hosts are masters."""
    names = [name for name in inventory.groups if name not in _ALL and inventory.members(name)]
    kinds = {name: words.role_of(name) for name in names}
    if Role.MASTER not in kinds.values() and Role.WORKER in kinds.values():
        kinds |= dict.fromkeys((n for n in names if _SERVER & _split(n)), Role.MASTER)
    masters = Role.MASTER if Role.MASTER in kinds.values() else Role.ETCD
    for name in names:
        if kinds[name] is Role.UNKNOWN and _split(name) & set(_NODE) and _is_workers(name, kinds):
            kinds[name] = Role.WORKER
    found: dict[str, tuple[Role, str]] = {}
    order = (Role.MASTER, Role.WORKER, Role.OTHER) if masters is Role.MASTER else tuple(Role)
    for role in order:
        for name in (name for name in names if kinds[name] is role is not Role.UNKNOWN):
            for host in inventory.members(name):
                found.setdefault(host, (role, f"in [{name}]"))
    if any(role is masters for role, _ in found.values()):
        wanted = next(name for name in names if kinds[name] is masters)
        for host in inventory.lines:
            found.setdefault(host, (Role.OTHER, f"not in [{wanted}]"))
    return found


def _is_workers(name: str, kinds: dict[str, Role]) -> bool:
    """Whether a group of nodes means workers: kube_node always, nodes beside masters only."""
    return bool(_split(name) & {"kube", "k8s", "kubernetes"}) or Role.MASTER in kinds.values()


def _split(name: str) -> set[str]:
    return set(re.findall(r"k8s|[a-z]+", name.lower()))
