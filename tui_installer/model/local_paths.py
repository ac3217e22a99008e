"""Paths of this machine in answers as plain data: an answers file that moves keeps its meaning."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_ETCD_FILES = ("ca", "cert", "key")
_SECRETS = ("passphrase", "password")
_LOCAL_KINDS = ("tarball", "folder")


def rooted(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A copy whose relative paths begin at folder; the data may be of any shape.

    Paths on the hosts, URLs, and what begins with ``~`` or ``/`` stay as they are.
    """
    made = copy.deepcopy(data)
    _walk(made, folder)
    etcd, theirs = _source(made, "etcd"), _source(made, "kubernetes")
    if not etcd.get("kind") and theirs.get("kind") == "folder":  # it follows Kubernetes'
        _each(etcd, ("location",), folder)
    return made


def _source(data: dict[str, Any], product: str) -> dict[str, Any]:
    block = data.get(product)
    source = block.get("source") if isinstance(block, dict) else None
    return source if isinstance(source, dict) else {}


def _walk(block: Any, folder: Path) -> None:
    if isinstance(block, list):
        for one in block:
            _walk(one, folder)
    elif isinstance(block, dict):
        _root(block, folder)
        for inner in block.values():
            _walk(inner, folder)


def _root(block: dict[str, Any], folder: Path) -> None:
    files = block.get("identityFiles")
    if isinstance(files, list):
        block["identityFiles"] = [_rooted(one, folder) for one in files]
    for key in _SECRETS:
        _each(block.get(key), ("file",), folder)
    source, external = block.get("source"), block.get("external")
    if isinstance(source, dict) and source.get("kind") in _LOCAL_KINDS:
        _each(source, ("location",), folder)
    if isinstance(external, dict) and external.get("files", "here") == "here":
        _each(external, _ETCD_FILES, folder)


def _each(block: Any, keys: tuple[str, ...], folder: Path) -> None:
    if isinstance(block, dict):
        block.update({key: _rooted(block[key], folder) for key in keys if key in block})


def _rooted(text: Any, folder: Path) -> Any:
    """What is no path, such as a number or a line break in a text, is judged elsewhere."""
    kept = not isinstance(text, str) or not text.isprintable() or not text.strip()
    if kept or text.startswith(("/", "~")) or "://" in text:
        return text
    return str(folder / text)
