"""1.2, third part: the API server's log, connections, and Secrets in etcd."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_installer.engine.audit.control import (
    Control,
    api,
    at_least,
    failed,
    files_named,
    flag_is,
    judged,
    not_applicable,
    said,
)

if TYPE_CHECKING:
    from tui_installer.engine.audit.control import Check
    from tui_installer.engine.audit.host import Program
    from tui_installer.model.audit import Verdict

GOOD_PROVIDERS = frozenset({"aescbc", "kms", "secretbox"})
ALL_RESOURCES = frozenset({"*.*", "*."})
LONGEST_REQUEST = 300
"""Seconds; the benchmark's own example."""
STRONG = re.compile(r"TLS_(AES|CHACHA20)_\w+|TLS_ECDHE_(RSA|ECDSA)_WITH_(AES_\d+_GCM|CHACHA20)_\w+")
"""Authenticated (AEAD) ciphers with forward secrecy."""


def _log_path(program: Program) -> Verdict:
    path = program.flags.get("audit-log-path")
    return judged(path not in {"", "/dev/null"}, said(program, "audit-log-path"))


def _rotated(name: str, least: int) -> Check:
    """The journal rotates what goes to standard output."""

    def check(program: Program) -> Verdict:
        if program.flags.get("audit-log-path") == "-":
            return not_applicable("--audit-log-path=-: standard output")
        return at_least(name, least)(program)

    return check


def _request_timeout(program: Program) -> Verdict:
    try:
        seconds = _seconds(program.flags.get("request-timeout", "60s"))
    except ValueError:
        return failed(said(program, "request-timeout"))
    return judged(0 < seconds <= LONGEST_REQUEST, said(program, "request-timeout"))


def _seconds(text: str) -> float:
    """A duration as Go writes it: ``1m0s``. Raises ValueError."""
    parts = re.findall(r"([0-9.]+)(ms|h|m|s)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError("no duration")
    units = {"h": 3600, "m": 60, "s": 1, "ms": 0.001}
    return sum(float(number) * units[unit] for number, unit in parts)


def providers_of_secrets(words: tuple[str, ...]) -> tuple[str, ...]:
    """The providers for Secrets, the one that writes first.

    words: those of the configuration in their order, without anything that could be a key.
    """
    blocks: list[tuple[list[str], list[str]]] = []
    here: list[str] = []
    for word in words[1:]:  # the first one is the list of all
        if word == "resources":
            blocks.append(([], []))
            here = blocks[-1][0]
        elif word == "providers" and blocks:
            here = blocks[-1][1]
        else:
            here.append(word)
    for resources, providers in blocks:
        if "secrets" in resources or ALL_RESOURCES & set(resources):
            return tuple(providers)
    return ()


def _providers(program: Program) -> Verdict:
    if "encryption-provider-config" not in program.flags:
        return failed(said(program, "encryption-provider-config"))
    found = providers_of_secrets(program.words)
    evidence = f"Secrets are written by {found[0]}" if found else "Secrets are not mentioned"
    return judged(bool(found) and found[0] in GOOD_PROVIDERS, evidence)


def _ciphers(program: Program) -> Verdict:
    if program.flags.get("tls-min-version") == "VersionTLS13":
        return not_applicable("--tls-min-version=VersionTLS13, whose ciphers are all strong")
    ciphers = program.flags.many("tls-cipher-suites")
    weak = [cipher for cipher in ciphers if not STRONG.fullmatch(cipher)]
    evidence = f"weak: {', '.join(weak)}" if weak else said(program, "tls-cipher-suites")
    return judged(bool(ciphers) and not weak, evidence)


CONTROLS = (
    Control("1.2.15", "API server profiling: off", "--profiling=false",
            api(flag_is("profiling", wanted=False, default=True))),
    Control("1.2.16", "API server audit log: on", "--audit-log-path and an audit policy",
            api(_log_path)),
    Control("1.2.17", "API server audit log: kept for 30 days or more",
            "--audit-log-maxage=30 or more",
            api(_rotated("audit-log-maxage", 30))),
    Control("1.2.18", "API server audit log: 10 old files or more kept",
            "--audit-log-maxbackup=10 or more",
            api(_rotated("audit-log-maxbackup", 10))),
    Control("1.2.19", "API server audit log: rotated at 100 MB or more",
            "--audit-log-maxsize=100 or more",
            api(_rotated("audit-log-maxsize", 100))),
    Control("1.2.20", "API server request timeout: 300 s or less",
            "remove --request-timeout (default 60s), or set it to 300s or less",
            api(_request_timeout)),
    Control("1.2.23", "API server client certificate for etcd: set",
            "--etcd-certfile and --etcd-keyfile",
            api(files_named("etcd-certfile", "etcd-keyfile"))),
    Control("1.2.24", "API server serving certificate: set",
            "--tls-cert-file and --tls-private-key-file",
            api(files_named("tls-cert-file", "tls-private-key-file"))),
    Control("1.2.26", "API server verification of etcd's certificate: on", "--etcd-cafile",
            api(files_named("etcd-cafile"))),
    Control("1.2.27", "Encryption of Secrets at rest: configured", "--encryption-provider-config",
            api(files_named("encryption-provider-config"))),
    Control("1.2.28", "Encryption of Secrets at rest: secretbox, kms or aescbc first",
            "secretbox, kms or aescbc before identity in the encryption configuration",
            api(_providers)),
    Control("1.2.29", "API server TLS cipher suites: only strong ones",
            "--tls-cipher-suites with ECDHE and GCM or CHACHA20 only", api(_ciphers)),
)  # fmt: skip
