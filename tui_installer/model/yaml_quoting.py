"""YAML quoting: finds text that other YAML readers do not read as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml.nodes import ScalarNode
    from yaml.representer import SafeRepresenter

_TAKEN = re.compile(
    r"[-+]?0[BbOoXx][0-9A-Fa-f_]+|[YyNn]"
    r"|[-+]?(\.[0-9_]+|[0-9][0-9_]*(\.[0-9_]*)?)([Ee][-+]?[0-9]+)?"
)


def misread(text: str) -> bool:
    """Whether Go's readers, unlike PyYAML, read the unquoted text as a number or boolean.

    Examples: 1e3, 08, 0o17 and y; a cluster may have such a name.
    Source: sigs.k8s.io/yaml, goyaml.v2/resolve.go.
    """
    return _TAKEN.fullmatch(text) is not None


def represent(dumper: SafeRepresenter, text: str) -> ScalarNode:
    """Writes text with a PyYAML dumper so that these readers read it as text."""
    style = '"' if misread(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
