"""The event stream as JSON lines on stdout; the first line carries the schema version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tui_installer.model.run.events import to_json

if TYPE_CHECKING:
    from tui_installer.model.run.events import Event


def jsonl(event: Event) -> None:
    """An event sink."""
    print(json.dumps(to_json(event), ensure_ascii=False), flush=True)
