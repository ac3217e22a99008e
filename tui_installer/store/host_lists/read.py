"""Detects the format of a list of hosts and reads it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tui_installer.model.check.problems import AnswersInvalid
from tui_installer.store.host_lists import (
    ansible,
    hcl,
    hosts_file,
    inventory_ini,
    inventory_yaml,
    kubectl,
    plain,
    records,
    ssh_client_config,
    tables,
)
from tui_installer.store.host_lists.found import HostList, Raw, Remark
from tui_installer.store.host_lists.hosts import host_list

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_installer.store.host_lists.found import Aliases, Lookup
    from tui_installer.store.strict_yaml import Document

MOST_CHARACTERS = 4 << 20
MOST_LINES = 20_000
FORMS = (
    "name address · user@address:port · SSH aliases · Ansible inventory · /etc/hosts · CSV · "
    "kubectl get nodes -o wide · terraform output -json · vagrant ssh-config"
)
_BLOCK = re.compile(r"(- )?[\"']?[A-Za-z_][\w. -]*[\"']?:(\s.*)?|---.*|-")
_KEY_ALONE = re.compile(r"\s*[\w.\"'-]+:\s*")
_ANSIBLE = re.compile(r"\bansible_[a-z_]+\s*=")


def read(
    text: str,
    aliases: Aliases,
    known: Sequence[dict[str, Any]] = (),
    lookup: Lookup | None = None,
) -> HostList:
    """Returns the hosts in a text, in any of the formats, with what was left out.

    aliases: resolves SSH aliases. known: the hosts already listed. lookup: resolves DNS names of
    hosts without an address; None: such hosts have none. Raises no error, whatever the text.
    """
    text = text[:MOST_CHARACTERS].lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")[:MOST_LINES]
    text = "\n".join(re.sub(r"[^\S\n\t ]", " ", line) for line in lines)
    raw = _structured(text) or _textual(text, aliases)
    return host_list(raw, aliases, known, lookup)


def _structured(text: str) -> Raw | None:
    """The hosts of JSON or YAML; None if text is neither."""
    first = next((s for line in text.split("\n") if (s := line.strip()) and s[0] != "#"), "")
    if first[:1] in {"{", "["} and not inventory_ini.is_section(first):
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, (dict, list)):
            return _of_data("JSON", data, lambda _: 0)
    if ssh_client_config.is_config(text) or not _BLOCK.fullmatch(first):
        return None
    return _yaml(text)


def _yaml(text: str) -> Raw | None:
    from tui_installer.store import strict_yaml  # noqa: PLC0415 - takes long to load

    nested = sum(bool(_KEY_ALONE.fullmatch(line)) for line in text.split("\n"))
    listed = text.lstrip().startswith("- ") or "\n- " in text[:200].partition(":")[0]
    try:
        document = strict_yaml.read(f"{_ROOT}:\n{text}".encode() if listed else text.encode(), "")
    except AnswersInvalid as error:
        if nested < 2:  # noqa: PLR2004 - one line that ends in a colon may be anything
            return None
        remarks = [Remark(p.line, "YAML", p.message, left_out=True) for p in error.problems[:5]]
        return Raw("YAML", remarks=remarks)
    data: Any = document.data[_ROOT] if listed else document.data
    if not isinstance(data, (dict, list)) or not _is_nested(data):
        return None
    return _of_data("YAML", data, _lines_of(document, listed=listed))


_ROOT = "hosts"
"""The key that is put above a list, for the strict reader wants keys at the top."""


def _is_nested(data: Any) -> bool:
    values = data.values() if isinstance(data, dict) else data
    return any(isinstance(value, (dict, list)) for value in values) or (
        isinstance(data, dict) and all(isinstance(value, str) for value in data.values())
    )


def _lines_of(document: Document, *, listed: bool) -> Callable[[tuple[str | int, ...]], int]:
    def line_of(path: tuple[str | int, ...]) -> int:
        at = (_ROOT, *path) if listed else path
        return document.position(at, key=True)[0] - listed

    return line_of


def _of_data(kind: str, data: Any, line_of: Callable[[Any], int]) -> Raw:
    if kubectl.is_nodes(data):
        return kubectl.read_nodes(data)
    if inventory_yaml.is_inventory(data):
        return ansible.raw(kind, *inventory_yaml.read(data, line_of))
    return records.read("Terraform output" if records.is_terraform(data) else kind, data, line_of)


def _textual(text: str, aliases: Aliases) -> Raw:
    if ssh_client_config.is_config(text):
        return ssh_client_config.read(text)
    lines = text.split("\n")
    if any(map(inventory_ini.is_section, lines)) or any(map(_ANSIBLE.search, lines)):
        return ansible.raw("INI", *inventory_ini.read(text))
    if kubectl.is_table(text):
        return kubectl.read_table(text)
    if hcl.is_output(text) and (outputs := hcl.read(text)):
        return records.read("Terraform output", outputs, lambda _: 0)
    return (
        hosts_file.read(text)
        or tables.read_delimited(text)
        or tables.read_columns(text)
        or plain.read(text, aliases)
    )
