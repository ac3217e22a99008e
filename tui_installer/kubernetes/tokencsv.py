"""The tutorial's token.csv."""

from __future__ import annotations

from tui_installer.kubernetes.quoting import csv_line
from tui_installer.model.secret import Secret

USER = "kubelet-bootstrap"
UID = "10001"
GROUP = "system:kubelet-bootstrap"


def line(token: Secret) -> bytes:
    """The whole file: ``TOKEN,kubelet-bootstrap,10001,"system:kubelet-bootstrap"``; a secret.

    The last field lists groups with commas between them, hence its quotes.
    Source: k8s.io/apiserver/pkg/authentication/token/tokenfile/tokenfile.go.
    """
    user = csv_line((token.reveal().decode("ascii"), USER, UID))
    return f"{user},{csv_line((GROUP,), quote=True)}\n".encode()


def token_of(file: bytes) -> Secret | None:
    """The token of a file that `line` made; None if it has another format."""
    token = Secret(file.partition(b",")[0])
    try:
        return token if line(token) == file else None
    except ValueError:
        return None
