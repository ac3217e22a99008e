"""Plain data → Answers; every wrong key and type is reported in plain words."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tui_installer.model.answers.document import Answers
from tui_installer.model.answers.known_keys import (
    is_public,
    nearest_key,
    private_depth,
    private_keys,
    similar,
)
from tui_installer.model.answers.wording import described, dotted
from tui_installer.model.check.parse_text import EXAMPLE_VERSION, shown
from tui_installer.model.check.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from tui_installer.model.answers.wording import Path

MOST = 100
"""Problems reported per file; a file with more is not an answers file."""

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing_size": "a smaller number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
}
_SCALARS = frozenset({"string_type", "int_type", "int_parsing_size", "bool_type"})
"""Error types whose value is shown if the answer is public. A value in place of a block or a list
is never shown: it may be a password in the wrong line.
"""
_NOT_INLINE = (
    "secrets are never written into the answers; name where to read it: {file: PATH} (its first "
    "line) or {env: VARIABLE}"
)
_PLACES = f"{_NOT_INLINE}, under ssh.passphrase, ssh.password or ssh.sudo.password"
_YAML_1_1 = {"no": "false", "n": "false", "off": "false", "yes": "true", "y": "true", "on": "true"}


def read_data(data: Mapping[str, Any]) -> tuple[Answers, list[tuple[Path, Problem]]]:
    """Returns the valid part of data as Answers, and the problems of the rest with their paths.

    An invalid part is left out, or empty inside a list, so that the rest can still be checked.
    """
    left: Any = copy.deepcopy(dict(data))
    found: list[tuple[Path, Problem]] = []
    while True:
        try:
            return Answers.model_validate(left, by_alias=True, by_name=False), found
        except ValidationError as error:
            details = error.errors(include_url=False)
            found += [(detail["loc"], _problem(detail)) for detail in details[: MOST - len(found)]]
            for detail in reversed(details):
                _drop(left, detail)


def _drop(data: Any, detail: ErrorDetails) -> None:
    """Removes the invalid part. In reverse order the indexes of a list stay correct."""
    *above, last = detail["loc"]
    for part in above:
        data = data[part]
    if isinstance(last, str):
        del data[last]
    else:
        data[last] = {} if detail["type"] == "model_type" else ""


def _problem(detail: ErrorDetails) -> Problem:
    path = detail["loc"]
    if detail["type"] == "extra_forbidden":
        return _unknown(path)
    got, public = detail["input"], detail["type"] in _SCALARS and is_public(path)
    if detail["type"] == "literal_error":
        return _choice(path, str(detail.get("ctx", {}).get("expected", "")), got)
    if (special := _special(path, got)) and detail["type"] == "string_type":
        return Problem(dotted(path), *special)
    wanted = _WANTED.get(detail["type"], "another value")
    hint = _hint(detail["type"], got) if public or is_public(path) else _NOT_INLINE
    return Problem(dotted(path), f"want {wanted}, got {described(got, public=public)}", hint)


def _special(path: Path, got: object) -> tuple[str, str] | None:
    """(message, hint) for values that YAML does not read as the text that was meant."""
    if path[-1] == "version" and isinstance(got, float):
        message = "want a version with all three numbers, got a number with a fraction"
        return message, f"write it as text, such as {EXAMPLE_VERSION}"
    return None


def _unknown(path: Path) -> Problem:
    if private_depth(path) is not None:
        return Problem(dotted(path), "unknown key", _NOT_INLINE)
    hint = _PLACES if path[-1] in private_keys() else nearest_key(path)
    return Problem(dotted(path), f"unknown key {shown(str(path[-1]))}", hint)


def _choice(path: Path, expected: str, got: object) -> Problem:
    """A problem of a choice; expected is pydantic's "'a', 'b' or 'c'"."""
    choices = expected.replace(" or ", ", ").replace("'", "").split(", ")
    wanted = choices[0] if len(choices) == 1 else f"one of {', '.join(choices)}"
    near = similar(got, choices) if isinstance(got, str) and len(choices) > 1 else ""
    return Problem(
        dotted(path),
        f"want {wanted}; got {described(got, public=is_public(path))}",
        f"did you mean {near}?" if near else "",
    )


def _hint(kind: str, got: object) -> str:
    hints = {
        "string_type": _text_hint,
        "bool_type": _truth_hint,
        "int_type": _number_hint,
        "list_type": _list_hint,
        "dict_type": _keys_hint,
        "model_type": _keys_hint,
    }
    return hints[kind](got) if kind in hints else ""


def _text_hint(got: object) -> str:
    if got is None:
        return 'write "" for an empty text'
    return "put it in quotes to make it text" if isinstance(got, (bool, int, float)) else ""


def _truth_hint(got: object) -> str:
    word = _YAML_1_1.get(got.lower(), got.lower()) if isinstance(got, str) else ""
    if word not in {"true", "false"}:
        return ""
    return f"write {word}, without quotes; yes, no, on and off are plain text in YAML 1.2"


def _number_hint(got: object) -> str:
    if isinstance(got, str) and got.isascii() and got.isdigit():
        return f"write {got.lstrip('0') or 0}, without quotes and leading zeros"
    return ""


def _list_hint(got: object) -> str:
    if got is None:
        return "write [] for an empty list"
    return "" if isinstance(got, dict) else "write one item per line, each after a dash"


def _keys_hint(got: object) -> str:
    return "write {} or leave the key out" if got is None else ""
