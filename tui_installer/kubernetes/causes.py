"""Why a program does not run: well-known last words, matched to a cause and a next command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tui_installer.kubernetes.components import by_name
from tui_installer.kubernetes.flags import find

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Rule(NamedTuple):
    """pattern: searched in the evidence. {0}, {1} … in cause and command: its groups.

    {unit} and {owner} stand for the unit and who holds which port.
    """

    pattern: re.Pattern[str]
    cause: str
    command: str


def _rule(pattern: str, cause: str, command: str) -> _Rule:
    return _Rule(re.compile(pattern, re.IGNORECASE), cause, command)


# Most telling first: a refused connection is often only what follows from another cause.
_RULES = (
    _rule(r"ExecMainStatus=203|203/EXEC|exec format error|Failed at step EXEC",
          "the program could not be executed: another architecture, a noexec mount, or a "
          "security module forbids it",
          "systemctl cat {unit} | grep ExecStart; then run that program with --version, and "
          "findmnt -T on its folder"),
    _rule(r"Failed to load environment files?: (.+)|Result=resources.*environment",
          "systemd could not read the options file", "systemctl cat {unit}"),
    _rule(r"ExecMainStatus=(?:200|226|208)\b|Failed at step (?:CHDIR|NAMESPACE)",
          "systemd could not set up the unit's surroundings", "systemctl status {unit}"),
    _rule(r"ExecMainStatus=21[67]\b|Failed at step (?:USER|GROUP)",
          "the unit's user or group is not on the host",
          "systemctl cat {unit} | grep -E 'User|Group'; getent passwd; run this program again"),
    _rule(r"Result=oom-kill|Out of memory: Killed process",
          "the host ran out of memory and the kernel ended it", "free -m; dmesg -T | tail"),
    _rule(r"no space left on device|database space exceeded",
          "the disk, or etcd's database quota, is full", "df -h; df -i"),
    _rule(r"disk quota exceeded", "a disk quota is used up", "df -h; quota"),
    _rule(r"read-only file system",
          "a file system is mounted read-only, or the unit's sandbox keeps the program from "
          "writing there (security.services)", "findmnt -O ro; systemctl cat {unit}"),
    _rule(r"too many open files", "the limit of open files is reached",
          "systemctl show {unit} -p LimitNOFILE"),
    _rule(r"listen tcp\S* (\S+): bind: address already in use|"
          r"failed to (?:create listener|listen on) (\S+?):? .*address already in use|"
          r"address already in use",
          "{owner}", "ss -Hltnp"),
    _rule(r"bind: cannot assign requested address",
          "an address it shall listen on is not on this host", "ip -brief address"),
    _rule(r"open ([^\s:\"']+)[\"']?: permission denied|permission denied",
          "it may not read or write a file it needs; its user is the unit's User=",
          "namei -l {0}"),
    _rule(r"open ([^\s:\"']+)[\"']?: no such file or directory",
          "the file {0} is missing", "ls -l {0}"),
    _rule(r"private key does not match public key",
          "a certificate and its key do not belong together",
          "journalctl -u {unit} -n 50 --no-pager | grep -i key"),
    _rule(r"failed to find any PEM data|unable to (?:load|parse) .*(?:certificate|PEM)|"
          r"data does not contain any valid \S+ or \S+ keys",
          "a certificate or key file is damaged", "journalctl -u {unit} -n 50 --no-pager"),
    _rule(r"certificate has expired or is not yet valid",
          "a certificate is outside its time: it has expired, or this host's clock is wrong",
          "timedatectl"),
    _rule(r"x509: certificate is valid for (.+?), not ([^\s\",\\]+)",
          "a server's certificate lacks the name {1} by which it is called",
          "journalctl -u {unit} -n 50 --no-pager | grep x509"),
    _rule(r"x509: certificate signed by unknown authority|tls: unknown certificate authority|"
          r"remote error: tls: bad certificate|certificate required",
          "one side does not know the CA of the other's certificate: files of two clusters, or "
          "of two runs, are mixed",
          "journalctl -u {unit} -n 50 --no-pager | grep -iE 'x509|tls'"),
    _rule(r"cluster ID mismatch",
          "this etcd member belongs to another cluster: its data folder is from an earlier one",
          "systemctl cat etcd; look at the folder of --data-dir"),
    _rule(r"member count is unequal",
          "the members that are there are not those of --initial-cluster: an older cluster "
          "answers at one of the addresses",
          "etcdctl member list on a running member"),
    _rule(r"member (\S+) has already been bootstrapped",
          "the cluster knows this member, but its data folder is empty: it was lost or removed",
          "etcdctl member list on a running member; remove and add this one"),
    _rule(r"member has been permanently removed",
          "this member was removed from the etcd cluster and its data folder is still there",
          "etcdctl member list on a running member"),
    _rule(r"couldn't find local name \"?([^\"\s]+)|--initial-cluster has (\S+) but missing",
          "--name or the advertised peer URL of this member is not in --initial-cluster",
          "systemctl cat etcd; look at the options file it names"),
    _rule(r"crc mismatch|snapshot mismatch|database file .* corrupt|invalid database|"
          r"found hash mismatch|checkInitialHashKV failed",
          "etcd's data is damaged, or differs from the other members'",
          "etcdctl endpoint status --cluster on a running member"),
    _rule(r"service-account-issuer is a required flag|"
          r"service-account-signing-key-file and --service-account-issuer are required",
          "the API server was started without --service-account-issuer and its signing key "
          "(needed since v1.20)",
          "systemctl cat {unit}; look at the options file it names"),
    _rule(r"token file '?([^'\s]+)'? must have at least 3 columns|"
          r"(?:parse error|record) on line \d+.*(?:bare|extraneous|wrong number)",
          'token.csv cannot be read: each line is token,user,uid,"group,group"',
          "look at the file of --token-auth-file"),
    _rule(r"error while parsing file|encryption.*(?:invalid|unable to)|"
          r"error opening encryption provider configuration file",
          "the encryption configuration cannot be used", "look at encryption.yaml"),
    _rule(r"service IP family .* must match public address family|"
          r"specified --service-cluster-ip-range",
          "the service network does not fit: another address family than the host's address, "
          "or too large", "look at cluster.serviceCIDR in the answers"),
    _rule(r"extension-apiserver-authentication",
          "the API server had not finished its own start yet; systemd tries again by itself",
          "systemctl status {unit}"),
    _rule(r"error while dialing.*:(2379)\b|dial tcp \S+:(2379)\S* .*(?:refused|timeout)|"
          r"storage is \(re\)initializing|etcd.*context deadline exceeded",
          "etcd does not answer: it is not running, has no quorum, or is not reachable from here",
          "systemctl status etcd; etcdctl endpoint health --cluster"),
    _rule(r"dial tcp (\S+): connect: connection refused",
          "nothing listens at {0}", "systemctl status kube-apiserver"),
    _rule(r"dial tcp (\S+): (?:i/o timeout|connect: no route to host|connect: network is)",
          "{0} is not reachable from this host", "ip route; ping the address"),
    _rule(r"no such host", "a host name could not be resolved", "cat /etc/resolv.conf /etc/hosts"),
    _rule(r"leaderelection lost|leader election lost",
          "it could not renew its lease in time: the API server or etcd is slow or was away",
          "systemctl status kube-apiserver etcd"),
    _rule(r"Result=timeout", "it did not become ready in the time that its unit allows",
          "journalctl -u {unit} -n 50 --no-pager"),
)  # fmt: skip

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
    port_owner: who holds which of its ports, '' for nobody.
    """
    evidence = "\n".join((unit_result, *log_lines))
    unit = f"{component.removesuffix('.service')}.service"
    if found := _UNKNOWN_FLAG.search(evidence) or _BAD_VALUE.search(evidence):
        return _flag_cause(component, found), f"systemctl cat {unit}; look at the options file"
    for rule in _RULES:
        if found := rule.pattern.search(evidence):
            return _filled(rule, found, unit, port_owner)
    return "", f"journalctl -u {unit} -n 50 --no-pager"


def _filled(rule: _Rule, found: re.Match[str], unit: str, owner: str) -> tuple[str, str]:
    groups = [group for group in found.groups() if group] or ["the file that the log names"]
    names = {"unit": unit, "owner": owner or "its port is taken by another program"}
    return rule.cause.format(*groups, **names), rule.command.format(*groups, **names)


def _flag_cause(component: str, found: re.Match[str]) -> str:
    name = found[found.lastindex or 1]
    if found.re is _BAD_VALUE:
        return f"--{name} does not take the value {found[1]!r}"
    program = by_name(component)
    known = find(program, name) if program else None
    if known is None or known.removed_in is None:
        return f"this version does not know the flag --{name}"
    major, minor = known.removed_in
    instead = f"; use {known.replaced_by}" if known.replaced_by else ""
    return f"--{name} was removed in v{major}.{minor}{instead}"
