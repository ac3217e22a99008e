"""Paths of this machine in answers as plain data: an answers file that moves keeps its meaning."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Change = Callable[[str, Any], Any]

_ETCD_FILES = ("ca", "cert", "key")
_SECRETS = ("passphrase", "password")
_SIGNATURE_FILES = ("key", "trustedRoot")
_LOCAL_KINDS = ("tarball", "folder")


def rooted(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A copy whose relative paths begin at folder; the data may be of any shape.

    Paths on the hosts, URLs, and what begins with ``~`` or ``/`` stay as they are.
    """
    return _changed(data, lambda _, text: _rooted(text, folder))


def named(data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """(question, path) of every file of this machine that the answers name, in their order."""
    found: list[tuple[str, str]] = []

    def note(question: str, text: Any) -> Any:
        if isinstance(text, str) and text.strip() and "://" not in text:
            found.append((question, text))
        return text

    _changed(data, note)
    return tuple(found)


def variables(data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """(question, name) of every environment variable that the answers name."""
    return tuple(_variables(data, ""))


def _variables(block: Any, at: str) -> Iterator[tuple[str, str]]:
    inner = block.items() if isinstance(block, dict) else ()
    numbered = enumerate(block) if isinstance(block, list) else ()
    for key, value in (*inner, *numbered):
        if key in _SECRETS and isinstance(value, dict) and value.get("env"):
            yield f"{at}{key}.env", str(value["env"])
        else:
            yield from _variables(value, f"{at}{key}.")


def _changed(data: dict[str, Any], change: Change) -> dict[str, Any]:
    """A copy in which each path is what change makes of (question, path)."""
    made = copy.deepcopy(data)
    _walk(made, "", change)
    etcd, theirs = _source(made, "etcd"), _source(made, "kubernetes")
    if not etcd.get("kind") and theirs.get("kind") == "folder":  # it follows Kubernetes'
        _each(etcd, "etcd.source.", ("location",), change)
    return made


def _source(data: dict[str, Any], product: str) -> dict[str, Any]:
    block = data.get(product)
    source = block.get("source") if isinstance(block, dict) else None
    return source if isinstance(source, dict) else {}


def _walk(block: Any, at: str, change: Change) -> None:
    if isinstance(block, list):
        for number, one in enumerate(block):
            _walk(one, f"{at}{number}.", change)
    elif isinstance(block, dict):
        _change(block, at, change)
        for key, inner in block.items():
            _walk(inner, f"{at}{key}.", change)


def _change(block: dict[str, Any], at: str, change: Change) -> None:
    files = block.get("identityFiles")
    if isinstance(files, list):
        block["identityFiles"] = [change(f"{at}identityFiles", one) for one in files]
    for key in _SECRETS:
        _each(block.get(key), f"{at}{key}.", ("file",), change)
    _each(block.get("audit"), f"{at}audit.", ("policyFile",), change)
    source, external = block.get("source"), block.get("external")
    if isinstance(source, dict) and source.get("kind") in _LOCAL_KINDS:
        _each(source, f"{at}source.", ("location",), change)
    if isinstance(source, dict):
        _each(source.get("signature"), f"{at}source.signature.", _SIGNATURE_FILES, change)
    if isinstance(external, dict) and external.get("files", "here") == "here":
        _each(external, f"{at}external.", _ETCD_FILES, change)


def _each(block: Any, at: str, keys: tuple[str, ...], change: Change) -> None:
    if isinstance(block, dict):
        block.update({key: change(f"{at}{key}", block[key]) for key in keys if key in block})


def _rooted(text: Any, folder: Path) -> Any:
    """What is no path, such as a number or a line break in a text, is judged elsewhere."""
    kept = not isinstance(text, str) or not text.isprintable() or not text.strip()
    if kept or text.startswith(("/", "~")) or "://" in text:
        return text
    return str(folder / text)
