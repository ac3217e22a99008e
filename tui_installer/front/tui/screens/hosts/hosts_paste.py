"""Parses hosts from pasted text: one per line, in several common forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui_installer.model.check import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tui_installer.front.tui.screens.hosts.ssh_config import SshConfig

MOST = 500
"""Lines read at most."""
FORMS = "name address · user@address:port · an alias of ~/.ssh/config · CSV · addresses"
_SEPARATOR = re.compile(r"[\s,;|]+")
_BULLET = re.compile(r"^\s*[-*•]\s+")
_COLUMNS = {
    "name": "name", "hostname": "name", "host": "name",
    "address": "address", "ip": "address", "ansible_host": "address",
    "sshaddress": "ssh_address", "ssh_address": "ssh_address",
    "user": "user", "username": "user", "ansible_user": "user",
    "port": "port", "ansible_port": "port", "sshport": "port",
    "identityfile": "identity", "key": "identity", "ansible_ssh_private_key_file": "identity",
    "fingerprint": "fingerprint", "jump": "jump", "proxyjump": "jump",
}  # fmt: skip
"""Titles of CSV columns and keys of ``key=value``, lower case, and what they mean here."""


@dataclass(frozen=True, slots=True)
class Line:
    """number: from 1. host: as in the answers, None if problem says why not."""

    number: int
    text: str
    host: dict[str, Any] | None = None
    problem: str = ""


@dataclass(slots=True)
class _Found:
    """The values of a line. A second, different value of one kind raises ValueError."""

    values: dict[str, str] = field(default_factory=dict)

    def put(self, what: str, value: str) -> None:
        if self.values.get(what, value) != value:
            raise ValueError(f"two values for {what}: {self.values[what]} and {value}")
        self.values[what] = value


def understand(text: str, config: SshConfig, known: Sequence[dict[str, Any]] = ()) -> list[Line]:
    """Returns every line that is not empty or a comment. known: the hosts already listed."""
    lines: list[Line] = []
    seen = {str(host.get("address", "")): "is already listed" for host in known}
    columns: list[str] | None = None
    for number, raw in enumerate(text.splitlines()[:MOST], 1):
        bare = _BULLET.sub("", raw).strip()
        if not bare or bare.startswith(("#", "//")):
            continue
        if not lines and (titles := _titles(bare)):
            columns = titles
            continue
        line = _line(number, bare, config, columns)
        if line.host and (why := seen.get(line.host["address"])):
            line = Line(number, bare, None, f"{line.host['address']} {why}")
        elif line.host:
            seen[line.host["address"]] = f"is already in line {number}"
        lines.append(line)
    return lines


def _titles(line: str) -> list[str] | None:
    """The columns of a CSV header."""
    words = [word.strip().strip('"').lower() for word in re.split(r"[,;\t]", line)]
    known = [_COLUMNS.get(word.replace(" ", "_"), "") for word in words]
    return known if "address" in known and not any(map(_is_ip, words)) else None


def _line(number: int, text: str, config: SshConfig, columns: list[str] | None) -> Line:
    try:
        found = _Found()
        if columns:
            _read_columns(found, text, columns)
        else:
            _read_words(found, text, config)
        return Line(number, text, _host(found.values))
    except ValueError as error:
        return Line(number, text, None, str(error))


def _read_columns(found: _Found, text: str, columns: Iterable[str]) -> None:
    cells = [cell.strip().strip('"') for cell in re.split(r"[,;\t]", text)]
    for what, value in zip(columns, cells, strict=False):
        if what and value:
            found.put(what, value)


def _read_words(found: _Found, text: str, config: SshConfig) -> None:
    words = [word.strip("\"'") for word in _SEPARATOR.split(text) if word.strip("\"'")]
    if words and words[0] == "ssh":
        words = words[1:]
    after = ""
    for word in words:
        if after:
            found.put(after, word)
            after = ""
        elif word in _OPTIONS:
            after = _OPTIONS[word]
        elif alias := config.alias(word):
            _read_alias(found, word, alias, config)
        else:
            _read_word(found, word)


_OPTIONS = {"-p": "port", "-i": "identity", "-l": "user", "-J": "jump"}
"""ssh(1)'s options."""


def _read_word(found: _Found, word: str) -> None:
    key, equals, value = word.partition("=")
    if equals and key.lower() in _COLUMNS:
        found.put(_COLUMNS[key.lower()], value)
    elif word.startswith("SHA256:"):
        found.put("fingerprint", word)
    elif word.startswith(("/", "~")):
        found.put("identity", word)
    elif word.isascii() and word.isdigit():
        found.put("port", word)
    else:
        _read_place(found, word)


def _read_place(found: _Found, word: str) -> None:
    """``user@address:port``, or a name."""
    user, at, rest = word.rpartition("@")
    if at:
        found.put("user", user)
    host, port = _host_port(rest)
    if port:
        found.put("port", port)
    if _is_ip(host):
        found.put("address", host)
    elif "name" in found.values and not at and not port and _reads(parse.user_name, host):
        found.put("user", host)
    else:
        found.put("name", host)


def _host_port(text: str) -> tuple[str, str]:
    if text.startswith("[") and "]" in text:
        host, _, port = text[1:].partition("]")
        return host, port.removeprefix(":")
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return host, port
    return text, ""


def _read_alias(found: _Found, name: str, alias: Any, config: SshConfig) -> None:
    found.put("name", name)
    found.put("address" if _is_ip(alias.host) else "ssh_address", alias.host)
    for what, value in (("user", alias.user), ("port", alias.port), ("jump", alias.jump)):
        if value:
            found.put(what, value)
    if alias.identity_files:
        found.put("identity", alias.identity_files[0])
    if "," in alias.jump:
        raise ValueError(f"several jump hosts ({alias.jump}); enter them by hand")
    if alias.jump and (jump := config.alias(alias.jump)):
        user = f"{jump.user}@" if jump.user else ""
        found.values["jump"] = f"{user}{jump.host}" + (f":{jump.port}" if jump.port else "")


def _host(values: dict[str, str]) -> dict[str, Any]:
    """Returns the host as in the answers. Raises ValueError with what is wrong."""
    if "address" not in values:
        named = values.get("ssh_address") or values.get("name", "")
        raise ValueError(f"no IP address; add the one the other hosts use: {named} 192.0.2.11")
    host: dict[str, Any] = {"address": parse.host_address(values["address"])}
    if name := values.get("name"):
        host["name"] = parse.host_name(name)
    if place := values.get("ssh_address"):
        host["sshAddress"] = parse.host_or_ip(place)
    if value := values.get("fingerprint"):
        host["fingerprint"] = parse.fingerprint(value)
    if ssh := _ssh(values):
        host["ssh"] = ssh
    return host


def _ssh(values: dict[str, str]) -> dict[str, Any]:
    ssh: dict[str, Any] = {}
    if "user" in values:
        ssh["user"] = parse.user_name(values["user"])
    if "port" in values:
        ssh["port"] = parse.port(values["port"])
    if "identity" in values:
        ssh["identityFiles"] = [parse.file_path(values["identity"])]
    if "jump" in values:
        ssh["jump"] = _jump(values["jump"])
    return ssh


def _jump(text: str) -> dict[str, Any]:
    user, at, rest = text.rpartition("@")
    host, port = _host_port(rest)
    jump: dict[str, Any] = {"address": parse.host_or_ip(host)}
    if port:
        jump["port"] = parse.port(port)
    if at:
        jump["user"] = parse.user_name(user)
    return jump


def _is_ip(text: str) -> bool:
    return _reads(parse.ip, text)


def _reads(parser: Callable[[str], object], text: str) -> bool:
    try:
        parser(text)
    except ValueError:
        return False
    return True
