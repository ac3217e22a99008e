"""Reads a kubeconfig as plain data, and writes plain data as YAML that kubectl reads back."""

from __future__ import annotations

from typing import Any, ClassVar

import yaml

from tui_installer.model import yaml_quoting

LISTS = {"clusters": "cluster", "users": "user", "contexts": "context"}
"""Each list of named entries, and the key of an entry's content."""
MOST_BYTES = 16 << 20
MOST_DEPTH = 50
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_MOMENT = "tag:yaml.org,2002:timestamp"


class _Loader(LOADER):  # type: ignore[misc]
    """Loads timestamps as text, so that they are written back unchanged."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, form) for tag, form in forms if tag != _MOMENT]
        for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _Dumper(_DUMPER):  # type: ignore[misc]
    """Quotes text that kubectl would parse as another type."""


_Dumper.add_representer(str, yaml_quoting.represent)


def loaded(text: str) -> dict[str, Any]:
    """The kubeconfig as plain data; empty for an empty file.

    Raises ValueError with the reason for anything but a kubeconfig.
    """
    try:
        data = _parsed(text) or {}
    except (yaml.YAMLError, ValueError, TypeError, OverflowError):
        raise ValueError("not readable as YAML or JSON") from None
    if not isinstance(data, dict):
        raise ValueError("not a mapping")  # noqa: TRY004 - one kind of error for the caller
    if (kind := data.get("kind", "Config")) != "Config" or data.get("apiVersion", "v1") != "v1":
        named = kind if isinstance(kind, str) and len(kind) <= _LONGEST_KIND else "another"
        raise ValueError("its apiVersion is not v1" if named == "Config"
                         else f"its kind is {named}")  # fmt: skip
    for name in LISTS:
        entries = data.get(name) or []
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            raise ValueError(f"{name} is not a list of entries")
    return data


_LONGEST_KIND = 40


def _parsed(text: str) -> Any:
    """The data. Raises ValueError for deep nesting: PyYAML loads by recursion."""
    if len(text) > MOST_BYTES:
        raise ValueError("too large")
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise ValueError("too deep")
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe one


def dumped(data: Any) -> str:
    """The data as block YAML, keys in their order, no line folded."""
    text: str = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, default_flow_style=False, width=1 << 20
    )
    return text
