"""Reads a strict subset of YAML: text → plain data, and the place of every key and value.

One document, text keys, no anchors, aliases, merges, tags or duplicate keys, the scalars of
YAML 1.2. Built from parser events without recursion, within fixed bounds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from tui_installer.model.answers.known_keys import private_depth
from tui_installer.model.answers.wording import described, dotted
from tui_installer.model.check.parse_text import shown
from tui_installer.model.check.problems import AnswersInvalid, Problem
from tui_installer.store.yaml_scalars import plain_value
from tui_installer.store.yaml_text import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

    from tui_installer.model.answers.wording import Path

MAX_DEPTH = 50
MAX_NODES = 10_000
MAX_PROBLEMS = 100

Place = tuple[int, int]
"""Line and column, both from 1."""

# libyaml where PyYAML was built with it.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# PyYAML's own scanner lets these escapes through; libyaml refuses them.
_SURROGATE = re.compile("[\ud800-\udfff]")

_HINTS = {
    "found character '\\t'": "indent with spaces, not with tabs",
    "cannot start any token": "indent with spaces, not tabs; put text that starts with @, ` or % "
    "in quotes",
    "mapping values are not allowed": "put text with ': ' in quotes; check the indentation",
    "expected ':'": "write key: value on every line",
    "expected key": "check the indentation, and the quotes above",
    "block end": "check the indentation: keys of one block start in one column",
    "unexpected end of stream": "a quote or bracket is still open",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A document as data. name: for messages. problems: of a document that could be read."""

    name: str
    data: dict[str, Any]
    problems: tuple[Problem, ...]
    values: dict[Path, Place]
    keys: dict[Path, Place]
    unread: frozenset[Path]
    """Paths of aliases in place of values; already reported as problems."""

    def position(self, path: Path, *, key: bool = False) -> Place:
        """The place of the value (or the key); for a missing one, of its nearest parent."""
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values[path]


def load(text: bytes, name: str) -> Document:
    """The document in text. Raises AnswersInvalid with all its problems."""
    document = read(text, name)
    if document.problems:
        raise AnswersInvalid(document.problems)
    return document


def read(text: bytes, name: str) -> Document:
    """The document in text, with its problems. Raises AnswersInvalid for unreadable text."""
    builder = _Builder(name)
    try:
        for event in _events(decoded(text, name), name):
            builder.take(event)
    except AnswersInvalid as error:
        raise AnswersInvalid([*builder.problems, *error.problems]) from None
    if not isinstance(builder.root, dict):
        raise AnswersInvalid([*builder.problems, _no_mapping(builder)])
    return Document(
        name,
        builder.root,
        tuple(builder.problems),
        builder.values,
        builder.keys,
        frozenset(builder.unread),
    )


def _no_mapping(builder: _Builder) -> Problem:
    hint = "`tui-installer answers example` prints a file to start from"
    if not builder.nodes:
        return Problem("", "is empty", hint, builder.name)
    message = f"want keys and values at the top, got {described(builder.root)}"
    return Problem("", message, hint, builder.name, *builder.values[()])


def _events(text: str, name: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        raise AnswersInvalid([_syntax(error, name)]) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # In PyYAML's own scanner, chr() refuses escapes beyond Unicode.
        raise AnswersInvalid([Problem("", f"is not YAML: {error}", "", name)]) from None


def _syntax(error: yaml.MarkedYAMLError, name: str) -> Problem:
    reason = ", ".join(part for part in (error.context, error.problem) if part)
    hint = next((hint for key, hint in _HINTS.items() if key in reason), "")
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    return Problem("", f"is not YAML: {reason}", hint, name, line, column)


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is being filled. key: of the mapping's next value."""

    path: Path
    box: dict[str, Any] | list[Any]
    key: str | None = None
    kept: bool = True
    """False for the value of a refused key: it is read, but not kept."""


@dataclass(slots=True)
class _Builder:
    name: str
    root: Any = None
    nodes: int = 0
    documents: int = 0
    problems: list[Problem] = field(default_factory=list)
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    unread: set[Path] = field(default_factory=set)
    stack: list[_Frame] = field(default_factory=list)

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.stop(
                    event, "a second document starts", "write one document, without another ---"
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            self.node(event)

    def node(self, event: yaml.NodeEvent) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.stop(event, f"has more than {MAX_NODES} values", "too many for an answers file")
        if _SURROGATE.search(getattr(event, "value", "")):
            self.stop(event, "an escape that is half a character (a surrogate)")
        frame = self.stack[-1] if self.stack else None
        if frame and isinstance(frame.box, dict) and frame.key is None:
            self.start_value(frame, event)
            return
        path = self.next_path(frame)
        self.values.setdefault(path, _place(event))
        self.refuse_references(event, path)
        value = self.value(event)
        self.put(frame, value)

    def next_path(self, frame: _Frame | None) -> Path:
        if frame is None:
            return ()
        if isinstance(frame.box, list):
            return (*frame.path, len(frame.box))
        return (*frame.path, frame.key or "")

    def value(self, event: yaml.NodeEvent) -> Any:
        """The scalar, or the container that the next events fill."""
        if isinstance(event, yaml.CollectionStartEvent):
            if len(self.stack) >= MAX_DEPTH:
                self.stop(event, f"is nested more than {MAX_DEPTH} levels deep")
            return {} if isinstance(event, yaml.MappingStartEvent) else []
        return _scalar(event)

    def put(self, frame: _Frame | None, value: Any) -> None:
        path = self.next_path(frame)
        if frame is None:
            self.root = value
        elif isinstance(frame.box, list):
            frame.box.append(value)
        elif frame.kept:
            frame.box[frame.key or ""] = value
        if frame:
            frame.key, frame.kept = None, True
        if isinstance(value, (dict, list)):
            self.stack.append(_Frame(path, value))

    def start_value(self, frame: _Frame, event: yaml.NodeEvent) -> None:
        """Starts the value of a key of the mapping."""
        if not isinstance(event, yaml.ScalarEvent):
            self.stop(event, "a key is a list, a mapping or an alias", "want keys that are text")
        key = _scalar(event)
        frame.key = key if isinstance(key, str) else event.value
        path = (*frame.path, frame.key)
        self.refuse_references(event, path)
        frame.kept = self.is_fit(event, key, path)
        if frame.kept:
            self.keys[path] = _place(event)

    def is_fit(self, event: yaml.ScalarEvent, key: object, path: Path) -> bool:
        if not isinstance(key, str):
            self.problem(
                event, path, f"a key is {described(key)}", "want keys that are text; quote it"
            )
        elif key == "<<" and not event.style:
            self.problem(event, path, "a merge key (<<) is not accepted", "write the keys out")
        elif path in self.keys:
            line, column = self.keys[path]
            self.problem(event, path, f"{_key(path)} occurs twice", f"first at {line}:{column}")
        else:
            return True
        return False

    def refuse_references(self, event: yaml.NodeEvent, path: Path) -> None:
        tag = getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent):
            self.problem(
                event, path, "an alias is not accepted", _quote("write the value out", "*")
            )
            self.unread.add(path)
        elif event.anchor is not None:
            self.problem(event, path, "an anchor is not accepted", _quote("remove it", "&"))
        elif tag is not None:
            self.problem(event, path, "a tag is not accepted", _quote("remove it", "!"))

    def problem(self, event: yaml.Event, path: Path, message: str, hint: str = "") -> None:
        if len(self.problems) >= MAX_PROBLEMS:
            self.stop(event, "too many problems", "check that this is an answers file")
        self.problems.append(Problem(dotted(path), message, hint, self.name, *_place(event)))

    def stop(self, event: yaml.Event, message: str, hint: str = "") -> NoReturn:
        raise AnswersInvalid([Problem("", message, hint, self.name, *_place(event))])


def _scalar(event: yaml.NodeEvent) -> Any:
    """The value of a scalar; None for an alias."""
    if not isinstance(event, yaml.ScalarEvent):
        return None
    return plain_value(event.value) if not event.style else event.value


def _quote(hint: str, sign: str) -> str:
    """A hint without the text: it may be a password that starts with the sign."""
    return f"{hint}; put text that starts with {sign} in quotes"


def _key(path: Path) -> str:
    return "a key" if private_depth(path) is not None else f"the key {shown(str(path[-1]))}"


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
