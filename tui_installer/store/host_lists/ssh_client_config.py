"""Reads a pasted SSH client configuration, such as the output of ``vagrant ssh-config``.

The user's own ~/.ssh/config is resolved by ssh itself. Pasted text is not given to ssh, because a
``Match exec`` in it would run a program.
"""

from __future__ import annotations

import re
import shlex
from fnmatch import fnmatchcase

from tui_installer.store.host_lists import words
from tui_installer.store.host_lists.found import Entry, Raw, Remark
from tui_installer.store.host_lists.ssh_arguments import jump_of_command

_OPTION = re.compile(r"\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*\S)\s*")
_READ = {"hostname": "place", "user": "user", "port": "port", "proxyjump": "jump"}
_KNOWN = frozenset(
    {*_READ, "identityfile", "proxycommand", "identitiesonly", "forwardagent", "addkeystoagent"}
)
_HARMLESS = frozenset(
    [
        "userknownhostsfile",
        "stricthostkeychecking",
        "passwordauthentication",
        "identitiesonly",
        "loglevel",
        "batchmode",
        "serveraliveinterval",
        "serveralivecountmax",
        "connecttimeout",
        "compression",
        "controlmaster",
        "controlpath",
        "controlpersist",
        "addkeystoagent",
        "forwardagent",
        "pubkeyacceptedkeytypes",
        "pubkeyacceptedalgorithms",
        "hostkeyalgorithms",
        "tcpkeepalive",
        "globalknownhostsfile",
    ]
)
"""Options that this program decides itself, such as which host keys are trusted."""


def is_config(text: str) -> bool:
    """Whether text has Host lines with options below them."""
    inside = False
    for line in text.splitlines():
        keyword, value = _option(line)
        if keyword == "host" and value:
            inside = True
        elif inside and keyword in _KNOWN and value:
            return True
    return False


def read(text: str) -> Raw:
    """Returns a host for each name of a Host line that has options of its own."""
    found = Raw("SSH client configuration")
    blocks: list[tuple[int, list[str], list[tuple[str, str]]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        keyword, value = _option(line)
        if keyword == "host":
            blocks.append((number, _split(value), []))
        elif keyword in {"match", "include"}:
            blocks.append((number, [], []))
            remark = f"{keyword.capitalize()} is left out in pasted text"
            found.remarks.append(Remark(number, line.strip()[:40], remark, left_out=True))
        elif keyword and blocks:
            blocks[-1][2].append((keyword, value))
    for number, names, _ in blocks:
        for name in names:
            if not set(name) & set("*?!"):
                options = [one for _, of, below in blocks if _matches(name, of) for one in below]
                found.entries.append(_entry(number, name, options))
    _drop_jumps(found)
    return found


def _matches(name: str, patterns: list[str]) -> bool:
    """Whether a Host line with these patterns is for that name (ssh_config(5), PATTERNS)."""
    if any(p.startswith("!") and fnmatchcase(name, p[1:]) for p in patterns):
        return False
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _entry(number: int, name: str, options: list[tuple[str, str]]) -> Entry:
    entry = Entry(number, name, surely=True)
    entry.put("name", name)
    for keyword, value in options:
        plain = _split(value)[0] if _split(value) else ""
        if keyword == "identityfile":
            entry.put("identity", plain.replace("%d", "~"))
        elif keyword == "proxycommand":
            if "jump" not in entry.values and (jump := jump_of_command(value)):
                entry.put("jump", jump)
            elif "jump" not in entry.values:
                entry.left_out.append("ProxyCommand")
        elif keyword in _READ:
            what = _READ[keyword]
            if what == "place":
                plain = plain.replace("%h", name)
            if plain.lower() != "none" and what not in entry.values:
                entry.put(what, plain)
        elif keyword not in _HARMLESS and keyword not in entry.left_out:
            entry.left_out.append(keyword)
    return entry


def _drop_jumps(found: Raw) -> None:
    """Turns the names of jump hosts into addresses, and leaves the jump hosts out."""
    by_name = {entry.values["name"]: entry for entry in found.entries}
    jumps = {
        words.split_place(entry.values["jump"])[1]: entry.values["jump"]
        for entry in found.entries
        if "jump" in entry.values
    }
    for name in jumps:
        if (jump := by_name.get(name)) is None or "jump" in jump.values:
            continue
        place = jump.values.get("place", name)
        user = f"{jump.values['user']}@" if "user" in jump.values else ""
        port = f":{jump.values['port']}" if "port" in jump.values else ""
        where = f"[{place}]" if ":" in place else place
        for entry in found.entries:
            if entry.values.get("jump") == name:
                entry.values["jump"] = f"{user}{where}{port}"
        found.entries.remove(jump)
        found.remarks.append(Remark(jump.line, name, "is the jump host of others"))


def _option(line: str) -> tuple[str, str]:
    match = _OPTION.fullmatch(line)
    return (match[1].lower(), match[2]) if match else ("", "")


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return text.split()
