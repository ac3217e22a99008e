"""Adds entries to the text of a kubeconfig and leaves every other byte unchanged."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from tui_installer.store.kubeconfig_yaml import LOADER, dumped, loaded

if TYPE_CHECKING:
    from collections.abc import Iterator


Data = dict[str, Any]
_NOT_IN_YAML = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def edited(text: str, before: Data, after: Data) -> str:
    """The text for `after`, made from the text of `before` by changing only what differs.

    Keeps comments and layout. A text that cannot be edited in place (JSON, or YAML in braces) is
    written again from the data, without comments.
    """
    try:
        json.loads(text)
    except ValueError:
        pass
    else:
        return _json(after, indent=2) + "\n"
    try:
        found = _patched(text, before, after)
        if loaded(found) == after:
            return found
    except (_Unfit, ValueError):
        pass
    return dumped(after)


def _json(value: Any, indent: int | None = None) -> str:
    """JSON that YAML reads as the same data: YAML refuses or folds these characters unescaped."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    return _NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class _Unfit(Exception):
    """The layout of this text cannot be edited in place."""


@dataclass(slots=True)
class _Node:
    """One value of the YAML. start, end: PyYAML's marks, without trailing blank lines."""

    start: Any
    end: Any
    flow: bool
    children: list[_Node] = field(default_factory=list)


def _patched(text: str, before: Data, after: Data) -> str:
    text += "" if text.endswith("\n") or not text else "\n"
    places = _places(text, before)
    changes: list[tuple[int, int, str]] = []
    for key, value in after.items():
        old = before.get(key)
        if old == value and key in before:
            continue
        if key not in places:
            changes.append((len(text), len(text), dumped({key: value})))
        elif isinstance(value, list):
            changes += _of_list(text, places[key], old or [], value)
        else:
            node = places[key]
            gap = " " if text[node.start.index - 1] == ":" else ""
            changes.append((node.start.index, node.end.index, f"{gap}{_json(value)}"))
    # From the end, so that earlier offsets stay valid; changes at one offset keep their order.
    changes.sort(key=lambda one: one[0])
    for start, end, new in reversed(changes):
        shown = new.replace("\n", "\r\n") if "\r\n" in text else new
        text = text[:start] + shown + text[end:]
    return text


def _places(text: str, before: Data) -> dict[str, _Node]:
    """The node of each top-level value. Raises _Unfit."""
    events = yaml.parse(text, Loader=LOADER)
    top = None
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            top = _node(events, event)
            break
    if top is None or not before:
        return {}
    if top.flow or len(top.children) != 2 * len(before):
        raise _Unfit
    return dict(zip(before, top.children[1::2], strict=True))


def _node(events: Iterator[yaml.Event], event: yaml.Event) -> _Node:
    flow = bool(getattr(event, "flow_style", False))
    node = _Node(event.start_mark, event.end_mark, flow)
    if isinstance(event, yaml.CollectionStartEvent):
        while not isinstance(inner := next(events), yaml.CollectionEndEvent):
            node.children.append(_node(events, inner))
        node.end = inner.end_mark if flow or not node.children else node.children[-1].end
    return node


def _of_list(
    text: str, node: _Node, old: list[Data], new: list[Data]
) -> Iterator[tuple[int, int, str]]:
    """(start, end, text) of every change to one list. New entries go to its end."""
    if node.flow or not node.children:
        yield from _of_flow(node, old, new)
        return
    indent = " " * node.start.column
    for child, was, now in zip(node.children, old, new, strict=False):
        if was != now:
            yield _line_start(text, child), _line_end(text, child.end), _block(now, indent)
    if added := new[len(old) :]:
        place = _line_end(text, node.end)
        yield place, place, "".join(_block(one, indent) for one in added)


def _of_flow(node: _Node, old: list[Data], new: list[Data]) -> Iterator[tuple[int, int, str]]:
    if not old:
        block = "".join(_block(one, "") for one in new)
        yield node.start.index, node.end.index, f"\n{block}"
        return
    for child, was, now in zip(node.children, old, new, strict=False):
        if was != now:
            yield child.start.index, child.end.index, _json(now)
    for one in new[len(old) :]:
        yield node.end.index - 1, node.end.index - 1, f", {_json(one)}"


def _block(entry: Data, indent: str) -> str:
    return re.sub(r"^(?=.)", indent, dumped([entry]), flags=re.MULTILINE)


def _line_start(text: str, node: _Node) -> int:
    """The offset of an entry's line, which must start with its dash. Raises _Unfit."""
    start = text.rfind("\n", 0, node.start.index) + 1
    if not re.fullmatch(r" *- +", text[start : node.start.index]):
        raise _Unfit
    return start


def _line_end(text: str, mark: Any) -> int:
    """The offset of the next line."""
    if mark.column == 0:
        return int(mark.index)
    found = text.find("\n", mark.index)
    return len(text) if found < 0 else found + 1
