"""Decides which entries of a kubeconfig are this cluster's, and which names are free for it."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from tui_installer.store.kubeconfig_yaml import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of this cluster's three entries in a user's kubeconfig."""

    cluster: str
    user: str
    context: str

    def of(self, kind: str) -> str:
        """The name of one entry. kind: a key of LISTS."""
        return str(getattr(self, LISTS[kind]))


def names(theirs: Iterable[Mapping[str, Any]], ours: Mapping[str, Any]) -> Names:
    """The names for our entries: their present names, or free ones.

    theirs: the kubeconfigs that kubectl merges. An entry is ours if its CA is ours and either its
    server or its name is. Never returns a name of another cluster's entry.
    """
    files = tuple(theirs)
    cluster, user = ours["clusters"][0], ours["users"][0]
    return _present(files, cluster, user) or _free(files, cluster["name"])


def _present(files: tuple[Mapping[str, Any], ...], cluster: Entry, user: Entry) -> Names | None:
    series = re.compile(re.escape(cluster["name"]) + r"(-\d+)?")
    for entry in _entries(files, "clusters"):
        name = entry.get("name")
        if not isinstance(name, str) or not _ca(entry) or _ca(entry) != _ca(cluster):
            continue
        same_server = _content(entry, "cluster").get("server") == cluster["cluster"]["server"]
        if same_server or series.fullmatch(name):
            return _with_user(files, name, user)
    return None


def _with_user(files: tuple[Mapping[str, Any], ...], cluster: str, user: Entry) -> Names:
    """Our user is named by a context of our cluster, has our name or certificate, and is used by
    no other cluster.
    """
    contexts = [_content(one, "context") | {"name": one.get("name")}
                for one in _entries(files, "contexts")]  # fmt: skip
    foreign = {str(one.get("user")) for one in contexts if one.get("cluster") != cluster}
    admin = re.compile(re.escape(cluster) + r"-admin(-\d+)?")
    for context in contexts:
        name = context.get("user")
        if context.get("cluster") != cluster or not isinstance(name, str) or name in foreign:
            continue
        if admin.fullmatch(name) or _same_certificate(files, name, user):
            return Names(cluster, name, str(context["name"]))
    for suffix in _suffixes():
        name = f"{cluster}-admin{suffix}"
        found = Names(cluster, name, f"{name}@{cluster}")
        if _unused(files, found, ("users", "contexts")):
            return found
    raise AssertionError("suffixes have no end")


def _same_certificate(files: tuple[Mapping[str, Any], ...], name: str, user: Entry) -> bool:
    field = "client-certificate-data"
    return any(
        one.get("name") == name and _content(one, "user").get(field) == user["user"][field]
        for one in _entries(files, "users")
    )


def _free(files: tuple[Mapping[str, Any], ...], base: str) -> Names:
    for suffix in _suffixes():
        cluster = f"{base}{suffix}"
        found = Names(cluster, f"{cluster}-admin", f"{cluster}-admin@{cluster}")
        if _unused(files, found, LISTS):
            return found
    raise AssertionError("suffixes have no end")


def _suffixes() -> Iterator[str]:
    yield ""
    yield from (f"-{number}" for number in count(2))


def _unused(files: tuple[Mapping[str, Any], ...], found: Names, kinds: Iterable[str]) -> bool:
    return not any(
        one.get("name") == found.of(kind) for kind in kinds for one in _entries(files, kind)
    )


def _entries(files: tuple[Mapping[str, Any], ...], kind: str) -> Iterator[Entry]:
    for data in files:
        yield from data.get(kind) or []


def _content(entry: Entry, key: str) -> Entry:
    found = entry.get(key)
    return found if isinstance(found, dict) else {}


def _ca(entry: Entry) -> bytes:
    """The embedded CA certificate; empty if there is none, or only a path."""
    text = _content(entry, "cluster").get("certificate-authority-data")
    try:
        return base64.b64decode(text).strip() if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        return b""
