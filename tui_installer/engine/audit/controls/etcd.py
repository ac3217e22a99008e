"""2: etcd."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_installer.engine.audit.control import (
    Control,
    all_of,
    etcd,
    failed,
    files_named,
    flag_is,
    judged,
    not_applicable,
)
from tui_installer.kubernetes.components import ETCD

if TYPE_CHECKING:
    from tui_installer.engine.audit.host import HostAudit, Program
    from tui_installer.model.audit import Verdict

_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


def certificates(program: Program, flag: str) -> frozenset[str]:
    """What is in a file of CAs, each certificate as its base64 text without line breaks."""
    texts = (program.texts.get(path, "") for path in program.flags.many(flag))
    return frozenset("".join(body.split()) for text in texts for body in _CERTIFICATE.findall(text))


def _own_authority(host: HostAudit) -> Verdict:
    """With a shared CA any client certificate of the cluster reads and writes all of etcd."""
    if not host.of(ETCD):
        return not_applicable("no etcd runs here")
    if not host.client_cas:
        return not_applicable("no API server was audited to compare with")
    return all_of((_not_shared(host, one) for one in host.of(ETCD)), "")


def _not_shared(host: HostAudit, program: Program) -> Verdict:
    path = program.flags.get("trusted-ca-file")
    mine = certificates(program, "trusted-ca-file")
    if not mine:
        return failed("--trusted-ca-file is not set, or its file has no certificate")
    shared = mine & host.client_cas
    relation = "is also a CA of" if shared else "is no CA of"
    return judged(not shared, f"--trusted-ca-file={path} {relation} the API server's clients")


CONTROLS = (
    Control("2.1", "etcd serving certificate: set", "--cert-file and --key-file",
            etcd(files_named("cert-file", "key-file"))),
    Control("2.2", "etcd client certificates: required",
            "--client-cert-auth=true with --trusted-ca-file",
            etcd(flag_is("client-cert-auth", wanted=True, default=False))),
    Control("2.3", "etcd self-signed serving certificate (auto-tls): off", "remove --auto-tls",
            etcd(flag_is("auto-tls", wanted=False, default=False))),
    Control("2.4", "etcd peer certificate: set", "--peer-cert-file and --peer-key-file",
            etcd(files_named("peer-cert-file", "peer-key-file"))),
    Control("2.5", "etcd peer client certificates: required",
            "--peer-client-cert-auth=true with --peer-trusted-ca-file",
            etcd(flag_is("peer-client-cert-auth", wanted=True, default=False))),
    Control("2.6", "etcd self-signed peer certificate (peer-auto-tls): off",
            "remove --peer-auto-tls",
            etcd(flag_is("peer-auto-tls", wanted=False, default=False))),
    Control("2.7", "etcd CA: not shared with the API server's clients",
            "create a CA for etcd alone and set it as --trusted-ca-file", _own_authority),
)  # fmt: skip
