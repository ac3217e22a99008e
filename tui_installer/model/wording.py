"""How places and values of the answers are called in messages."""

from __future__ import annotations

from tui_installer.model.parse_text import shown

Path = tuple[str | int, ...]

_HUGE = 10**20
_LONGEST_PART = 60


def dotted(path: Path) -> str:
    """``hosts.0.address`` of ("hosts", 0, "address")."""
    return ".".join(part_name(part) for part in path)


def part_name(part: str | int) -> str:
    """One part of a dotted path; escaped where it isn't a plain word."""
    text = str(part)
    plain = text.isascii() and text.isprintable() and len(text) <= _LONGEST_PART
    return text if plain else shown(text)


def described(value: object) -> str:
    """A value in a person's words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"the number {value}" if abs(value) < _HUGE else "a huge number"
    if isinstance(value, float):
        return "a number with a fraction"
    if isinstance(value, str):
        return f"the text {shown(value)}"
    return "a list" if isinstance(value, list) else "keys and values"
