"""Text that another program's reader of YAML takes for something else."""

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
    """Whether Go's readers take it, bare, for a number or truth value, and PyYAML does not.

    Such as 1e3, 08, 0o17 and y, all of them names that a cluster may have.
    Source: sigs.k8s.io/yaml, goyaml.v2/resolve.go.
    """
    return _TAKEN.fullmatch(text) is not None


def represent(dumper: SafeRepresenter, text: str) -> ScalarNode:
    """How a dumper of PyYAML writes text for these readers: in quotes where it must be."""
    style = '"' if misread(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
