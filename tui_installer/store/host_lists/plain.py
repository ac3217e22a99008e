"""Reads plain lines: ``user@host:port``, name and address in any order, lines of /etc/hosts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_installer.store.host_lists import words
from tui_installer.store.host_lists.found import Entry, Raw, Remark, Role
from tui_installer.store.host_lists.tables import is_comment, put_place, rows_of

if TYPE_CHECKING:
    from tui_installer.store.host_lists.found import Aliases

_SEPARATOR = re.compile(r"[\s,;|]+")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,3}[.)])\s+")
_COMMENT = re.compile(r"\s(?:#|//|;)\s?.*$|\s#.*$")
_OPTIONS = {"-p": "port", "-i": "identity", "-l": "user", "-J": "jump"}
"""ssh(1)'s options."""
_NO_LOGIN = re.compile(r"(?!(ssh|sftp|scp)://)[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SHOWN = 30


def read(text: str, aliases: Aliases) -> Raw:
    """Returns a host for each line that is not empty or a comment."""
    delimiter, rows = rows_of(text)
    if delimiter and all(len(cells) > 1 for _, cells in rows):
        found = Raw("table" if delimiter == "|" else "CSV without header")
        split = [(n, [one for c in cells if (one := words.value_of(c))]) for n, cells in rows]
    else:
        found = Raw("a list of hosts")
        split = [
            (number, _words(_COMMENT.sub("", _BULLET.sub("", line))))
            for number, line in enumerate(text.splitlines(), 1)
            if not is_comment(line)
        ]
    for number, line in split:
        if len(line) == 1 and words.meaning(line[0]) and not found.entries:
            found.remarks.append(Remark(number, line[0], "a title"))
        elif _are_hosts(line):
            found.entries += [_entry(number, [word], aliases) for word in line]
        elif line:
            found.entries.append(_entry(number, line, aliases))
    return found


def _are_hosts(line: list[str]) -> bool:
    """Whether a line lists several hosts: nothing but addresses, not a private and a public one."""
    ips = [words.split_place(word)[1] for word in line]
    if len(ips) < 2 or not all(map(words.is_ip, ips)):  # noqa: PLR2004
        return False
    return len(ips) > 2 or len({words.is_private(ip) for ip in ips}) == 1  # noqa: PLR2004


def _words(line: str) -> list[str]:
    """The words of a line, without quotes and brackets of lists around them."""
    found = []
    for word in _SEPARATOR.split(line):
        bare = word.strip("\"'`()")
        if not re.match(r"\[[0-9A-Fa-f:.%]+\]", bare):
            bare = bare.strip("[]{}\"'")
        if bare:
            found.append(bare)
    return found


def _entry(number: int, line: list[str], aliases: Aliases) -> Entry:
    entry = Entry(number, _label(line))
    extra: list[str] = []
    try:
        _read(entry, line, extra, aliases)
    except ValueError as error:
        entry.wrong = str(error)
    _use_extra(entry, extra)
    known = entry.values.get("name") or entry.values.get("address")
    if known and (words.is_title(entry.label.rstrip(":")) or "name" in entry.values):
        entry.label = known
    return entry


def _label(line: list[str]) -> str:
    """The first word, without a password."""
    word = line[0] if line[0] != "ssh" or len(line) == 1 else line[1]
    user, host, _ = words.split_place(word)
    return (f"{user.partition(':')[0]}@{host}" if user else word.partition("=")[0])[:_SHOWN]


def _read(entry: Entry, line: list[str], extra: list[str], aliases: Aliases) -> None:
    if line[0] == "ssh" and len(line) > 1:
        line = line[1:]
    after = ""
    for word in line:
        if after:
            entry.put(after, word)
            after = ""
        elif word in _OPTIONS:
            after = _OPTIONS[word]
        else:
            _read_word(entry, word, extra, aliases)


def _read_word(entry: Entry, word: str, extra: list[str], aliases: Aliases) -> None:
    key, sign, value = _pair(word)
    if sign and (kind := words.meaning(key)):
        _put_pair(entry, kind, words.value_of(value))
    elif sign:
        _put_named(entry, key, value)
    elif word.startswith("SHA256:"):
        entry.put("fingerprint", word)
    elif word.startswith(("/", "~")):
        entry.put("identity", word)
    elif word.isascii() and word.isdigit():
        entry.put("port", word)
    else:
        _read_place(entry, word, extra, aliases)


def _pair(word: str) -> tuple[str, str, str]:
    """(key, sign, value) of ``key=value``; ``key:`` counts as a key without a value."""
    key, sign, value = word.partition("=")
    if sign:
        return key, sign, value
    if word.endswith(":") and word.count(":") == 1:
        return word[:-1], ":", ""
    return word, "", ""


def _put_pair(entry: Entry, kind: str, value: str) -> None:
    if not value:
        return
    if kind == "role":
        entry.role, entry.why_role = words.role_in(value), f"role {value}"
    elif kind in {"place", "name"} and words.is_ip(value):
        _put_address(entry, value)
    elif kind == "place":
        put_place(entry, value)
    elif kind != "networks":
        entry.put(kind, value)


def _put_named(entry: Entry, key: str, value: str) -> None:
    """``master1=192.0.2.11`` and ``master1:`` before its address."""
    if words.is_name(key) and "name" not in entry.values and (words.is_ip(value) or not value):
        entry.put("name", key)
        if value:
            _put_address(entry, value)
    elif key:
        entry.left_out.append(key[:_SHOWN] if not words.is_secret(key) else "a secret")


def _put_address(entry: Entry, address: str) -> None:
    """Adds an address. Of a private and a public one, SSH connects to the public one."""
    known = entry.values.get("address", address)
    if known == address or "ssh_address" in entry.values or not words.is_ip(known):
        entry.put("address", address)
    elif words.is_private(known) and not words.is_private(address):
        entry.put("ssh_address", address)
    elif words.is_private(address) and not words.is_private(known):
        entry.values["address"] = address
        entry.put("ssh_address", known)
    else:
        entry.put("address", address)


def _read_place(entry: Entry, word: str, extra: list[str], aliases: Aliases) -> None:
    if _NO_LOGIN.match(word):
        raise ValueError(f"a URL: want the host alone, such as {words.split_place(word)[1]}")
    bare, prefix = words.without_prefix(word)
    entry.left_out += [f"the prefix length {prefix}"] if prefix else []
    user, host, port = words.split_place(bare)
    if user:
        name, colon, _ = user.partition(":")
        entry.put("user", name)
        entry.left_out += ["a password"] if colon else []
    if port:
        entry.put("port", port)
    if words.is_ip(host) or re.fullmatch(r"[0-9]+(\.[0-9]+){3}", host):
        _put_address(entry, host)
    elif "%" in host and words.is_ip(host.partition("%")[0]):
        entry.wrong = f"want an address without its zone %{host.partition('%')[2]}"
    elif user or port or "://" in word:
        entry.put("name", host)
        entry.surely = entry.surely or words.is_name(host)
    elif words.is_name(host):
        _put_name(entry, host, extra, aliases)
    elif not words.is_title(host):
        entry.left_out.append(host[:_SHOWN])


def _put_name(entry: Entry, host: str, extra: list[str], aliases: Aliases) -> None:
    if "name" not in entry.values:
        entry.put("name", host)
        entry.surely = _is_domain(host) or bool(aliases(host))
    elif host != entry.values["name"]:
        extra.append(host)


def _is_domain(text: str) -> bool:
    """Whether a word looks like a whole DNS name, such as ``node1.example.com``."""
    return bool(re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}", text))


def _use_extra(entry: Entry, extra: list[str]) -> None:
    """Decides what the words after the name are: a role, the user, or nothing that is known."""
    rest = []
    for word in extra:
        role = words.role_in(word)
        if role in {Role.MASTER, Role.WORKER} and words.bare(word).isalpha():
            entry.role, entry.why_role = role, word
        else:
            rest.append(word)
    if len(rest) == 1 and "user" not in entry.values and words.is_name(rest[0]):
        entry.values["user"] = rest.pop()
    entry.left_out += [", ".join(word[:_SHOWN] for word in rest)] if rest else []
