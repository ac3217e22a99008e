"""How messages name paths and values of the answers."""

from __future__ import annotations

from tui_installer.model.answers.known_keys import field_at, is_public, private_depth, undotted
from tui_installer.model.check.parse_text import shown

Path = tuple[str | int, ...]

_HUGE = 10**20
_LONGEST_PART = 60
_NOT_INLINE = "The secret itself is never written into the answers."


def dotted(path: Path) -> str:
    """``hosts.0.address`` of ("hosts", 0, "address").

    An unknown key that may be a password is shown as ….
    """
    private = private_depth(path)
    parts = [part_name(part) for part in path[:private]]
    return ".".join(parts if private is None else [*parts, "…"])


def part_name(part: str | int) -> str:
    """One part of a dotted path; escaped unless it is a plain word."""
    text = str(part)
    plain = text.isascii() and text.isprintable() and len(text) <= _LONGEST_PART
    return text if plain else shown(text)


def described(value: object, *, public: bool = False) -> str:
    """Describes a value in plain words. public: whether its text or number may be shown."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return _number(value, public=public)
    if isinstance(value, str):
        return f"the text {shown(value)}" if public else measured(value)
    return "a list" if isinstance(value, list) else "keys and values"


def _number(value: float, *, public: bool) -> str:
    if isinstance(value, float):
        return "a number with a fraction"
    if abs(value) >= _HUGE:
        return "a huge number"
    return f"the number {value}" if public else "a number"


def measured(text: str) -> str:
    """A text that must not be shown: ``a text of 12 characters``."""
    return f"a text of {len(text)} character{'' if len(text) == 1 else 's'}"


def refusal(path: str, text: str, error: ValueError) -> tuple[str, str]:
    """(message, hint) for a text that the parser of the answer at path refused with error."""
    at = undotted(path)
    if is_public(at):
        return str(error), ""
    field = field_at(at)
    about = f"{field.description} " if field and field.description else ""
    return f"{measured(text)} cannot be used here", f"{about}{_NOT_INLINE}"
