"""YAML quoting: finds text that other YAML readers do not read as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml.nodes import ScalarNode
    from yaml.representer import SafeRepresenter

_NUMBER = re.compile(
    r"[-+]?0[BbOoXx][0-9A-Fa-f]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([Ee][-+]?[0-9]+)?"
)


def misread(text: str) -> bool:
    """Whether Go's readers, unlike PyYAML, read the unquoted text as a number or boolean.

    Examples: 1e3, 08, 0o17 and y; a cluster may have such a name.
    Source: sigs.k8s.io/yaml, goyaml.v2/resolve.go.
    """
    if text in {"y", "Y", "n", "N"}:
        return True
    # These readers drop every underscore of a text that starts like a number.
    return not text.startswith("_") and _NUMBER.fullmatch(text.replace("_", "")) is not None


def represent(dumper: SafeRepresenter, text: str) -> ScalarNode:
    """Writes text with a PyYAML dumper so that these readers read it as text."""
    style = '"' if misread(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
