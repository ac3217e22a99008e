"""Reads and writes a session's folder: keys 0600, folders 0700, every write atomic."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tui_installer.errors import InstallerError
from tui_installer.model.secret import Secret
from tui_installer.store import atomic

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LOST = "lost-keys.json"


class SessionFolder:
    """Reads and writes by name; names may hold a folder, as in ``master01/server``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def pki(self) -> Path:
        return self.root / "pki"

    @property
    def kubeconfig(self) -> Path:
        return self.root / "admin.kubeconfig"

    @property
    def journal(self) -> Path:
        return self.root / "journal.jsonl"

    @property
    def answers(self) -> Path:
        return self.root / "answers.yaml"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def result(self) -> Path:
        return self.root / "result.json"

    def cert_path(self, name: str) -> Path:
        return self.pki / f"{name}.pem"

    def key_path(self, name: str) -> Path:
        return self.pki / f"{name}-key.pem"

    def read_cert(self, name: str) -> tuple[bytes, Secret] | None:
        """(certificate PEM, key PEM), or None if either is missing."""
        cert, key = self._read(self.cert_path(name)), self._read(self.key_path(name))
        return None if cert is None or key is None else (cert, Secret(key))

    def write_cert(self, name: str, cert: bytes, key: Secret) -> None:
        """Writes the key first: a certificate without its key counts as missing."""
        self.write_key(name, key)
        atomic.write(self.cert_path(name), cert, mode=0o644)

    def write_key(self, name: str, key: Secret) -> None:
        atomic.write(self.key_path(name), key.reveal())

    def lost_keys(self) -> frozenset[str]:
        """CAs whose keys were lost with an earlier session and are still missing.

        Raises InstallerError.
        """
        text = self._read(self.pki / LOST)
        if text is None:
            return frozenset()
        try:
            names = [str(name) for name in json.loads(text)["keys"]]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise InstallerError(
                f"{self.pki / LOST} is damaged",
                hint="it lists the CAs with lost keys; recover the session from its hosts "
                "again: tui-installer sessions recover",
            ) from None
        return frozenset(name for name in names if not self.key_path(name).exists())

    def write_lost_keys(self, names: Iterable[str]) -> None:
        text = json.dumps({"schema": 1, "keys": sorted(names)}).encode() + b"\n"
        atomic.write(self.pki / LOST, text)

    def read_pki(self, name: str) -> bytes | None:
        return self._read(self.pki / name)

    def write_secret(self, name: str, value: Secret) -> None:
        atomic.write(self.pki / name, value.reveal())

    def write_public(self, name: str, data: bytes) -> None:
        atomic.write(self.pki / name, data, mode=0o644)

    def write_kubeconfig(self, value: Secret) -> None:
        atomic.write(self.kubeconfig, value.reveal())

    def write_result(self, result: dict[str, Any]) -> Path:
        self.write_json(self.result.name, result)
        return self.result

    def write_json(self, name: str, data: Any) -> None:
        text = json.dumps(data, indent=2, ensure_ascii=False)
        atomic.write(self.root / name, text.encode("utf-8", "backslashreplace") + b"\n")

    def _read(self, path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InstallerError(
                f"cannot read {path}: {error.strerror}",
                hint="nothing was changed; the session folder must be readable by you alone",
            ) from error
