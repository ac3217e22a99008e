"""Edits the answers' list of hosts; the answers may be malformed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui_installer.front.tui.draft import Draft

EMPTY: tuple[object, ...] = ({}, {"address": ""})


def add(draft: Draft) -> int:
    """Adds an empty host; returns its number."""
    hosts = _list(draft)
    hosts.append({"address": ""})
    draft.changed()
    return len(hosts) - 1


def extend(draft: Draft, hosts: list[dict[str, Any]]) -> None:
    """Adds complete hosts at the end."""
    _list(draft).extend(hosts)
    draft.changed()


def make_editable(draft: Draft, number: int) -> None:
    """Replaces an entry that is not a mapping with an empty host."""
    if not isinstance(draft.get(f"hosts.{number}"), dict):
        draft.data["hosts"][number] = {"address": ""}


def remove(draft: Draft, number: int) -> None:
    """Removes one host."""
    del draft.data["hosts"][number]
    draft.changed()


def remove_empty(draft: Draft) -> None:
    """Removes hosts without any answer."""
    hosts = draft.get("hosts")
    if isinstance(hosts, list):
        kept = [host for host in hosts if host not in EMPTY]
        if len(kept) != len(hosts):
            draft.data["hosts"] = kept
            draft.changed()


def swap(draft: Draft, one: int, other: int) -> None:
    """Swaps two hosts."""
    hosts = draft.data["hosts"]
    hosts[one], hosts[other] = hosts[other], hosts[one]
    draft.changed()


def _list(draft: Draft) -> list[Any]:
    hosts = draft.data.get("hosts")
    if not isinstance(hosts, list):
        hosts = draft.data["hosts"] = []
    return hosts
