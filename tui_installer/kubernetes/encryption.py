"""The API server's encryption at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_installer.model.secret import Secret


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
