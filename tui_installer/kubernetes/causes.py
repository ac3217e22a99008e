"""Why a program does not run: matches its last log lines to a cause and a next command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_installer.kubernetes.cause import rule
from tui_installer.kubernetes.components import COMPONENTS, by_name
from tui_installer.kubernetes.flags import find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_installer.kubernetes.cause import Rule


_FIRST = (
    rule(r"ExecMainStatus=203|203/EXEC|exec format error|Failed at step EXEC",
         "the program cannot be executed: wrong architecture, a noexec mount, or a security "
         "module forbids it",
         "systemctl cat {unit} | grep ExecStart; then run that program with --version, and "
         "findmnt -T on its folder"),
    rule(r"Failed to load environment files?: (.+)|Result=resources.*environment",
         "systemd could not read the options file", "systemctl cat {unit}"),
    rule(r"ExecMainStatus=(?:200|226|208)\b|Failed at step (?:CHDIR|NAMESPACE)",
         "systemd could not set up the unit's namespaces or working directory",
         "systemctl status {unit}"),
    rule(r"ExecMainStatus=21[67]\b|Failed at step (?:USER|GROUP)",
         "the unit's user or group does not exist on the host",
         "systemctl cat {unit} | grep -E 'User|Group'; getent passwd; run this program again"),
    rule(r"Result=oom-kill|Out of memory: Killed process",
         "the host ran out of memory and the kernel killed the program",
         "free -m; dmesg -T | tail"),
    rule(r"no space left on device|database space exceeded",
         "the disk, or etcd's database quota, is full", "df -h; df -i"),
    rule(r"disk quota exceeded", "a disk quota is exceeded", "df -h; quota"),
    rule(r"read-only file system",
         "a file system is mounted read-only, or the unit's sandbox forbids writing there "
         "(security.services)", "findmnt -O ro; systemctl cat {unit}"),
    rule(r"too many open files", "the limit of open files is reached",
         "systemctl show {unit} -p LimitNOFILE"),
    rule(r"listen tcp\S* (\S+): bind: address already in use|"
         r"failed to (?:create listener|listen on) (\S+?):? .*address already in use|"
         r"address already in use",
         "{owner}", "ss -Hltnp"),
    rule(r"bind: cannot assign requested address",
         "the host lacks the address that the program must listen on", "ip -brief address"),
    rule(r"open ([^\s:\"']+)[\"']?: permission denied|permission denied",
         "the user of the unit (User=) may not read or write a file that the program needs",
         "namei -l {0}"),
    rule(r"open ([^\s:\"']+)[\"']?: no such file or directory",
         "the file {0} is missing", "ls -l {0}"),
    rule(r"private key does not match public key",
         "a certificate and its key do not match",
         "journalctl -u {unit} -n 50 --no-pager | grep -i key"),
    rule(r"failed to find any PEM data|unable to (?:load|parse) .*(?:certificate|PEM)|"
         r"data does not contain any valid \S+ or \S+ keys",
         "a certificate or key file is damaged", "journalctl -u {unit} -n 50 --no-pager"),
    rule(r"certificate has expired or is not yet valid",
         "a certificate has expired or is not valid yet, or this host's clock is wrong",
         "timedatectl"),
    rule(r"x509: certificate is valid for (.+?), not ([^\s\",\\]+)",
         "a server's certificate is not valid for the name {1} that clients use",
         "journalctl -u {unit} -n 50 --no-pager | grep x509"),
    rule(r"x509: certificate signed by unknown authority|tls: unknown certificate authority|"
         r"remote error: tls: bad certificate|certificate required",
         "one side does not trust the CA of the other's certificate: certificates of two "
         "clusters or of two runs are mixed",
         "journalctl -u {unit} -n 50 --no-pager | grep -iE 'x509|tls'"),
)  # fmt: skip
"""Failures of the host, the unit and certificates: these have no deeper cause."""
_LAST = (
    rule(r"error while dialing.*:(2379)\b|dial tcp \S+:(2379)\S* .*(?:refused|timeout)|"
         r"storage is \(re\)initializing|etcd.*context deadline exceeded",
         "etcd does not answer: it is not running, has no quorum, or this host cannot reach it",
         "systemctl status etcd; etcdctl endpoint health --cluster"),
    rule(r"dial tcp (\S+): connect: connection refused",
         "nothing listens on {0}", "systemctl status kube-apiserver"),
    rule(r"dial tcp (\S+): (?:i/o timeout|connect: no route to host|connect: network is)",
         "this host cannot reach {0}", "ip route; ping the address"),
    rule(r"no such host", "a host name cannot be resolved", "cat /etc/resolv.conf /etc/hosts"),
    rule(r"leaderelection lost|leader election lost",
         "it could not renew its lease in time: the API server or etcd is slow or was down",
         "systemctl status kube-apiserver etcd"),
    rule(r"Result=timeout", "it was not ready within the unit's start timeout",
         "journalctl -u {unit} -n 50 --no-pager"),
)  # fmt: skip
"""Failures that often follow from another one."""
_RULES = (*_FIRST, *(one for component in COMPONENTS for one in component.causes), *_LAST)
"""The most specific first. All programs' rules: an API server's log lines may be about etcd."""

_UNKNOWN_FLAG = re.compile(r"(?:unknown flag: |flag provided but not defined: )-{1,2}([\w-]+)")
_BAD_VALUE = re.compile(
    r'invalid (?:argument|value|boolean value) "?(.*?)"? for (?:flag )?"?-+([\w-]+)'
)


def likely_cause(
    component: str, unit_result: str, log_lines: Sequence[str], port_owner: str
) -> tuple[str, str]:
    """(cause, next command) of a unit that does not run; cause is '' if nothing known matches.

    unit_result: what systemd says, such as ``Result=exit-code ExecMainStatus=203``.
    log_lines: the unit's last lines, oldest first.
    port_owner: which program listens on which of its ports, '' for none.
    """
    evidence = "\n".join((unit_result, *log_lines))
    unit = f"{component.removesuffix('.service')}.service"
    if found := _UNKNOWN_FLAG.search(evidence) or _BAD_VALUE.search(evidence):
        return _flag_cause(component, found), f"systemctl cat {unit}; look at the options file"
    for one in _RULES:
        if found := one.pattern.search(evidence):
            return _filled(one, found, unit, port_owner)
    return "", f"journalctl -u {unit} -n 50 --no-pager"


def _filled(found_by: Rule, found: re.Match[str], unit: str, owner: str) -> tuple[str, str]:
    groups = [group for group in found.groups() if group] or ["the file that the log names"]
    names = {"unit": unit, "owner": owner or "another program listens on its port"}
    return found_by.cause.format(*groups, **names), found_by.command.format(*groups, **names)


def _flag_cause(component: str, found: re.Match[str]) -> str:
    name = found[found.lastindex or 1]
    if found.re is _BAD_VALUE:
        return f"--{name} does not accept the value {found[1]!r}"
    program = by_name(component)
    known = find(program, name) if program else None
    if known is None or known.removed_in is None:
        return f"this version does not know the flag --{name}"
    major, minor = known.removed_in
    instead = f"; use {known.replaced_by}" if known.replaced_by else ""
    return f"--{name} was removed in v{major}.{minor}{instead}"
