"""Merges our kubeconfig into a person's own, only when asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import yaml

from tui_installer.errors import UsageError
from tui_installer.model import misread
from tui_installer.store import atomic

if TYPE_CHECKING:
    from pathlib import Path

LISTS = ("clusters", "users", "contexts")
MOST_BYTES = 16 << 20
MOST_DEPTH = 50
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_MOMENT = "tag:yaml.org,2002:timestamp"


class _Loader(_LOADER):  # type: ignore[misc]
    """Leaves times as the text that they are: written anew they would look otherwise."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, form) for tag, form in forms if tag != _MOMENT]
        for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _Dumper(_DUMPER):  # type: ignore[misc]
    """Puts text in quotes that kubectl would take for something else."""


_Dumper.add_representer(str, misread.represent)


def merge(path: Path, ours: bytes) -> None:
    """Adds our cluster, user and context to the kubeconfig at path; others stay as they are.

    Entries of our names are replaced; the current context changes only if there was none.
    Raises UsageError for a file that is not a kubeconfig, which is then left alone.
    """
    target = path.expanduser()
    theirs = _read(target)
    added = yaml.safe_load(ours)
    for name in LISTS:
        entries = added[name]
        new = [entry["name"] for entry in entries]
        theirs[name] = [e for e in theirs.get(name) or [] if e.get("name") not in new] + entries
    theirs.setdefault("apiVersion", "v1")
    theirs.setdefault("kind", "Config")
    theirs["current-context"] = theirs.get("current-context") or added["current-context"]
    atomic.write(target.resolve(), yaml.dump(theirs, Dumper=_Dumper, sort_keys=False).encode())


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    try:
        data = _loaded(text) or {}
        good = isinstance(data, dict) and all(
            isinstance(entry, dict) for name in LISTS for entry in data.get(name) or []
        )
    except (yaml.YAMLError, ValueError, TypeError, OverflowError):
        good = False
    if not good:
        raise UsageError(
            f"{path} is not a kubeconfig", hint="nothing was merged; name another file"
        )
    return dict(data)


def _loaded(text: bytes) -> Any:
    """Raises ValueError for what is too deep to be loaded: PyYAML does that by recursion."""
    if len(text) > MOST_BYTES:
        raise ValueError("too large")
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise ValueError("too deep")
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe one
