"""Checks the answers about the user's own CAs; the files are checked where they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_installer.model.answers.document import Answers
    from tui_installer.model.check.findings import Findings

_BLOCK = "certificates"
_CERT = "want the CA's certificate file; a key alone is no CA"


def check_own_ca(answers: Answers, found: Findings) -> None:
    said = answers.certificates
    blocks = {"ca": said.ca, "frontProxyCA": said.front_proxy_ca, "etcdCA": said.etcd_ca}
    for name, block in blocks.items():
        if block.key and not block.cert:
            found.add(f"{_BLOCK}.{name}.key", f"needs {_BLOCK}.{name}.cert", _CERT)
    if said.ca.signs != "auto" and not said.ca.cert:
        found.add(f"{_BLOCK}.ca.signs", f"needs {_BLOCK}.ca.cert", _CERT)
    if said.etcd_ca.cert and answers.etcd.mode == "external":
        found.add(
            f"{_BLOCK}.etcdCA.cert",
            "has no effect: etcd.mode is external, and its own CA is etcd.external.ca",
            "remove it",
        )
