"""The JSON Schema (draft 2020-12) of the answers file, for editors and other programs."""

from __future__ import annotations

from typing import Any

from tui_installer.model.answers.declared import Required, declared
from tui_installer.model.answers.document import Answers
from tui_installer.model.answers.known_keys import every_field

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema of keys, types, choices and patterns; `check` knows the other rules."""
    made = Answers.model_json_schema(by_alias=True)
    blocks = made["$defs"]
    for block in (made, *blocks.values()):
        _clean(block)
    for block, key, info in every_field():
        if declared(info, Required):
            blocks[block.__name__]["required"] = [key]
    made["required"] = ["hosts"]
    return {"$schema": DIALECT, **made, "title": "Answers of tui-installer"}


def _clean(block: dict[str, Any]) -> None:
    """Removes titles, which only repeat the keys."""
    block.pop("title", None)
    for field in block["properties"].values():
        field.pop("title", None)
