"""The API server's encryption at rest: its keys, its configuration, and how a key is rotated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, TypeVar

from tui_installer.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
FIRST_NAME = "key1"
_NAME = re.compile(r"key[1-9][0-9]{0,5}")
_KEY = re.compile(rb"^ +- name: (\S+)\n +secret: ([A-Za-z0-9+/=]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """name: key1, key2 …, in the order of creation. secret: 32 bytes as base64 text."""

    name: str
    secret: Secret

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError("an encryption key is named key1, key2 and so on")

    @property
    def number(self) -> int:
        return int(self.name.removeprefix("key"))


class Stage(IntEnum):
    """How far a host's configuration has moved from an old key to a new one."""

    OLD = 0
    ADDED = 1
    """The old key writes; the new one can be read."""
    WRITES = 2
    """The new key writes; the old one can be read."""
    NEW = 3


def next_name(key: EncryptionKey) -> str:
    return f"key{key.number + 1}"


def arranged(new: T, old: T, stage: Stage) -> tuple[T, ...]:
    """The keys, or their names, in the order of a stage's configuration; the first one writes."""
    return {
        Stage.OLD: (old,),
        Stage.ADDED: (old, new),
        Stage.WRITES: (new, old),
        Stage.NEW: (new,),
    }[stage]


def keys_of(config: bytes) -> tuple[EncryptionKey, ...]:
    """The keys of a file that `configuration` made; () if it has another format."""
    try:
        found = tuple(
            EncryptionKey(name.decode(), Secret(secret)) for name, secret in _KEY.findall(config)
        )
    except ValueError:
        return ()
    return found if found and configuration(found) == config else ()


def configuration(keys: Sequence[EncryptionKey]) -> bytes:
    """EncryptionConfiguration for Secrets: the first key writes, identity still reads plain ones.

    Block YAML, which kube-bench can read too. The result is a secret.
    Source: k8s.io/apiserver/pkg/apis/apiserver/v1/types_encryption.go.
    """
    listed = "".join(
        f"""\
      - name: {key.name}
        secret: {key.secret.reveal().decode("ascii")}
"""
        for key in keys
    )
    return f"""\
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources:
  - secrets
  providers:
  - secretbox:
      keys:
{listed}  - identity: {{}}
""".encode()
