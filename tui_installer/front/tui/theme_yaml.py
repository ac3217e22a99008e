"""Reads a theme file that is more than the simplest YAML; refuses what could stop the program."""

from __future__ import annotations

from typing import Any

import yaml

_MAX_DEPTH = 10
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where PyYAML was built with it."""


def read(text: bytes) -> Any:
    """The content of a YAML file. Raises ValueError with what is wrong."""
    try:
        refused = _refused(text)
        data = None if refused else yaml.load(text, Loader=LOADER)  # noqa: S506 - a safe one
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ValueError(f"not YAML: line {line}: {error.problem!r}") from None
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not YAML: {str(error).splitlines()[0]!r}") from None
    if refused:
        raise ValueError(refused)
    return data


def _refused(text: bytes) -> str:
    """Why a file that could take minutes or exhaust the stack is refused; '' if it is fine."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.AliasEvent):
            return "aliases are not allowed"
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            return f"nested more than {_MAX_DEPTH} levels deep"
    return ""
