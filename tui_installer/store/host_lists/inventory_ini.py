"""Reads Ansible's INI inventories.

They are not the INI of configparser: a line without ``=`` is a host, a host's variables are words
of a shell, and the same host stands in many sections.
"""

from __future__ import annotations

import re
import shlex

from tui_installer.store.host_lists.found import Remark
from tui_installer.store.host_lists.inventory import Inventory, expanded

_SECTION = re.compile(r"\[\s*([^\[\]:\s]+)\s*(?::\s*([a-z]+)\s*)?\]\s*(?:[#;].*)?")
_VARIABLE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)", re.DOTALL)
_HOST_PORT = re.compile(r"([^:]*(?:\[[^\]]*\][^:]*)*):([0-9]{1,5})")
_V6_PORT = re.compile(r"\[([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)\](?::([0-9]{1,5}))?")
_UNGROUPED = "ungrouped"


def is_section(line: str) -> bool:
    """Whether a line starts a section, such as ``[kube_node]`` or ``[all:vars]``."""
    return bool(_SECTION.fullmatch(line.strip()))


def read(text: str) -> tuple[Inventory, list[Remark]]:
    """Returns the inventory, and remarks for lines that were not understood."""
    inventory, remarks = Inventory(), []
    name, kind = _UNGROUPED, "hosts"
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith(("#", ";")):
            continue
        if section := _SECTION.fullmatch(line):
            name, kind = section[1], section[2] or "hosts"
            inventory.group(name, number)
            if kind not in {"hosts", "vars", "children"}:
                why = f"want [{name}], [{name}:vars] or [{name}:children]"
                remarks.append(Remark(number, f"[{name}:{kind}]", why, left_out=True))
            continue
        try:
            _read_line(inventory, name, kind, number, line)
        except ValueError as error:
            label = line.split(maxsplit=1)[0].partition("=")[0]
            remarks.append(Remark(number, label, str(error), left_out=True))
    return inventory, remarks


def _read_line(inventory: Inventory, name: str, kind: str, number: int, line: str) -> None:
    if kind == "vars":
        match = _VARIABLE.fullmatch(line)
        if match is None:
            raise ValueError("want NAME=VALUE below a [GROUP:vars] line")
        inventory.group(name).variables[match[1]] = _value(match[2])
    elif kind == "children":
        child = _words(line)[0]
        inventory.group(name).children.append(child)
        inventory.group(child, number)
    elif kind == "hosts":
        first, *rest = _words(line)
        names, port = _names(first)
        variables = {"ansible_port": port} if port else {}
        for word in rest:
            match = _VARIABLE.fullmatch(word)
            variables[match[1] if match else _strange(word)] = match[2] if match else ""
        for host in names:
            inventory.add_host(host, name, number, variables)


def _words(line: str) -> list[str]:
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        raise ValueError("a quote is still open") from None
    if not words:
        raise ValueError("want a host's name")
    return words


def _strange(word: str) -> str:
    """A word that is no variable, short enough to be shown."""
    return word if len(word) <= 40 else f"{word[:40]}…"  # noqa: PLR2004


def _value(text: str) -> str:
    """The value of a variable in a section: without quotes around it and a comment after it."""
    text = text.strip()
    if text[:1] in {"'", '"'} and (end := text.find(text[0], 1)) > 0:
        return text[1:end]
    return re.split(r"\s[#;]", text, maxsplit=1)[0].strip()


def _names(pattern: str) -> tuple[list[str], str]:
    """(names, port) of ``node[1:3]``, ``node1:2222``, ``[2001:db8::1]:22``."""
    if match := _V6_PORT.fullmatch(pattern):
        return [match[1]], match[2] or ""
    if match := _HOST_PORT.fullmatch(pattern):
        return expanded(match[1]), match[2]
    return expanded(pattern), ""
