"""Reads parts of a JSON answer by their expected types: a host may send any others."""

from __future__ import annotations

from typing import Any


def block(data: Any, *names: str) -> dict[str, Any]:
    """The object at that path; {} if there is none."""
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def listed(data: Any, *names: str) -> list[Any]:
    """The list at that path; [] if there is none."""
    *way, last = names
    found = block(data, *way).get(last)
    return found if isinstance(found, list) else []


def text(data: Any, *names: str) -> str:
    """The text at that path; '' if there is none."""
    *way, last = names
    found = block(data, *way).get(last)
    return found if isinstance(found, str) else ""
