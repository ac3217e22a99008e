"""Writes plain data as YAML that `strict_yaml` and other parsers read as the same data."""

from __future__ import annotations

from typing import Any

import yaml

from tui_installer.model.yaml_quoting import misread
from tui_installer.store.yaml_scalars import plain_value


class _Dumper(yaml.SafeDumper):
    """Lists indented below their key, no aliases, ambiguous text quoted."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Quotes text that YAML 1.2 parsers would misread; PyYAML quotes for 1.1."""
    plain = text.isprintable() and isinstance(plain_value(text), str) and not misread(text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_Dumper.add_representer(str, _text)


def _printable(data: Any) -> bool:
    if isinstance(data, dict):
        return all(_printable(key) and _printable(value) for key, value in data.items())
    if isinstance(data, list):
        return all(map(_printable, data))
    return not isinstance(data, str) or data.isprintable()


def dumped(data: Any) -> str:
    """The data as block YAML, keys in their order."""
    return yaml.dump(
        data,
        Dumper=_Dumper,
        sort_keys=False,
        # The reader refuses unescaped invisible characters.
        allow_unicode=_printable(data),
        default_flow_style=False,
        width=2**20,
    )
