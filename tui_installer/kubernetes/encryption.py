"""The API server's encryption at rest."""

from __future__ import annotations

import re

from tui_installer.model.secret import Secret

_SECRET = re.compile(rb"^ +secret: ([A-Za-z0-9+/=]+)$", re.MULTILINE)


def key_of(config: bytes) -> Secret | None:
    """The key of a file that `configuration` made; None if it is of another form."""
    found = _SECRET.findall(config)
    key = Secret(found[0]) if len(found) == 1 else None
    return key if key is not None and configuration(key) == config else None


def configuration(key: Secret) -> bytes:
    """EncryptionConfiguration for Secrets: secretbox writes, identity still reads plain ones.

    key: 32 bytes as base64 text. Block YAML, which kube-bench can read too. The result is a
    secret. Source: k8s.io/apiserver/pkg/apis/apiserver/v1/types_encryption.go.
    """
    return f"""\
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources:
  - secrets
  providers:
  - secretbox:
      keys:
      - name: key1
        secret: {key.reveal().decode("ascii")}
  - identity: {{}}
""".encode()
