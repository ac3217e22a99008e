"""Flags that harden the programs, as the CIS Kubernetes Benchmark 1.12 requires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes import admission, audit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.spec import Spec

SUITES = ",".join(
    f"TLS_ECDHE_{key}_WITH_{cipher}"
    for key in ("ECDSA", "RSA")
    for cipher in ("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256")
)
"""TLS 1.2 suites with forward secrecy and AEAD, for either key type; TLS 1.3 has no others."""


def apiserver(spec: Spec) -> Iterator[tuple[str, str]]:
    """The API server's flags; the admission file and the audit policy are in the cfg folder."""
    cfg, security = spec.layout.cfg, spec.security
    yield admission.ENABLE, ",".join(admission.plugins(spec))
    yield admission.CONFIG, cfg(admission.FILE)
    # Omitted where anonymous requests are allowed: the API server refuses the flag together with
    # a user's authentication file that sets `anonymous`.
    if not security.anonymous_auth:
        yield "anonymous-auth", "false"
    if security.audit is not None:
        yield from audit.flags(security.audit, cfg(audit.FILE))
    yield "request-timeout", "1m0s"
    yield "service-account-lookup", "true"
    extended = str(security.service_account_extend_token_expiration).lower()
    yield "service-account-extend-token-expiration", extended
