"""Checks the required signer: a key, or an identity with its issuer and trusted root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.model.spec import SourceKind

if TYPE_CHECKING:
    from tui_installer.model.answers.source import Signature
    from tui_installer.model.check.findings import Findings

_IDENTITY = {
    "identity": "want the e-mail address or URI in the certificate",
    "issuer": "want the URL of the identity's issuer",
    "trustedRoot": "want the file with sigstore's keys, trusted_root.json",
}


def check_signature(said: Signature, kind: SourceKind, path: str, found: Findings) -> None:
    """path: of the block, such as ``kubernetes.source.signature``."""
    values = dict(zip(_IDENTITY, (said.identity, said.issuer, said.trusted_root), strict=True))
    given = [name for name, value in {"key": said.key, **values}.items() if value]
    if not given:
        return
    if kind is SourceKind.GO:
        why = "kind: go is verified by Go's checksum database, not by a signature"
        found.add(f"{path}.{given[0]}", why, "remove it")
    elif said.key:
        for name in given[1:]:
            found.add(f"{path}.{name}", "want either a key or an identity, not both", "remove one")
    else:
        for name, wanted in _IDENTITY.items():
            if not values[name]:
                found.add(f"{path}.{name}", f"is required with {given[0]}", wanted)
