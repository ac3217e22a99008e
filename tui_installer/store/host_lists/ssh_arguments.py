"""Finds the jump host in arguments of ssh(1), such as Ansible's ``ansible_ssh_common_args``."""

from __future__ import annotations

import re
import shlex

_HARMLESS = re.compile(
    r"(StrictHostKeyChecking|UserKnownHostsFile|ControlMaster|ControlPersist|ControlPath"
    r"|ServerAliveInterval|ServerAliveCountMax|ConnectTimeout|LogLevel|BatchMode"
    r"|PreferredAuthentications|GlobalKnownHostsFile|ConnectionAttempts)\s*[= ]",
    re.IGNORECASE,
)
"""Options that this program sets by itself: leaving them out changes nothing."""
_SHELL = frozenset("|;&$`<>")


def jump_of(text: str) -> tuple[str, str]:
    """(jump host, what was not understood) of arguments, such as ``-o ProxyJump=me@host:22``."""
    try:
        words = shlex.split(text)
    except ValueError:
        return "", "a quote is still open"
    jump, unknown = "", []
    while words:
        word = words.pop(0)
        option = ""
        if word in {"-o", "-J", "-i", "-p", "-l", "-F"}:
            option = words.pop(0) if words else ""
        elif word.startswith(("-o", "-J")):
            word, option = word[:2], word[2:]
        if word == "-J":
            jump = option
        elif word == "-o" and (found := _jump_option(option)):
            jump = found
        elif not (word == "-o" and _HARMLESS.match(f"{option} ")) and word not in {
            "-C",
            "-q",
            "-t",
        }:
            unknown.append(option.partition("=")[0] if word == "-o" else word)
    if "," in jump:
        return "", "several jump hosts"
    return ("" if jump == "none" else jump), ", ".join(unknown)


def _jump_option(option: str) -> str:
    name, _, value = option.strip().replace("=", " ", 1).partition(" ")
    if name.lower() == "proxyjump":
        return value.strip()
    return jump_of_command(value.strip()) if name.lower() == "proxycommand" else ""


def jump_of_command(command: str) -> str:
    """``user@host:port`` of a ProxyCommand that is ``ssh -W %h:%p``, otherwise ''."""
    if _SHELL & set(command):
        return ""
    try:
        words = shlex.split(command)
    except ValueError:
        return ""
    if not words or words.pop(0).rpartition("/")[2] != "ssh":
        return ""
    found = {"-W": "", "-p": "", "-l": ""}
    hosts = []
    while words:
        word = words.pop(0)
        if word in {"-W", "-p", "-l", "-i", "-o", "-F"}:
            value = words.pop(0) if words else ""
            if word in {"-i", "-F"} or (word == "-o" and not _HARMLESS.match(f"{value} ")):
                return ""
            found[word] = value
        elif not word.startswith("-"):
            hosts.append(word)
    if len(hosts) != 1 or found["-W"] not in {"%h:%p", "[%h]:%p"}:
        return ""
    user = f"{found['-l']}@" if found["-l"] else ""
    return f"{user}{hosts[0]}" + (f":{found['-p']}" if found["-p"] else "")
