"""The JSON Schema (draft 2020-12) of the answers file, for editors and other programs."""

from __future__ import annotations

from typing import Any

from tui_installer.model.answers import Answers

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REQUIRED = {"Host": ["address"], "Jump": ["address"]}


def schema() -> dict[str, Any]:
    """The schema. It knows keys, types, choices and forms; `check` knows the rest."""
    made = Answers.model_json_schema(by_alias=True)
    for name, block in made["$defs"].items():
        _clean(block)
        if name in _REQUIRED:
            block["required"] = _REQUIRED[name]
    _clean(made)
    made["required"] = ["hosts"]
    return {"$schema": DIALECT, **made, "title": "Answers of tui-installer"}


def _clean(block: dict[str, Any]) -> None:
    """Titles only repeat the keys."""
    block.pop("title", None)
    for field in block["properties"].values():
        field.pop("title", None)
