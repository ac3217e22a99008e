"""Explains lines of generated files: the flag or directive, its reason, the source."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from tui_installer.kubernetes.components import by_name
from tui_installer.kubernetes.directives import DIRECTIVES
from tui_installer.kubernetes.flags import find
from tui_installer.kubernetes.policy_lines import LINES

_FLAG = re.compile(r"--([a-z0-9][a-z0-9-]*)")
_KEY = re.compile(r"^[+\- ]*([a-z][A-Za-z-]+):")
_DIRECTIVE = re.compile(r"^[+\- ]*([A-Z][A-Za-z]+)=")


def explain(path: str, line: str) -> str:
    """Returns a sentence or two about one line of the file at path, '' if there is nothing.

    line: as in the file or in a diff of it.
    """
    name = PurePosixPath(path).name
    if path.endswith(".service"):
        found = _DIRECTIVE.match(line)
        return DIRECTIVES.get(found[1], "") if found else ""
    if path.endswith(".kubeconfig"):
        found = _KEY.match(line)
        return KUBECONFIG.get(found[1], "") if found else ""
    if name in LINES:
        found = _KEY.match(line)
        return LINES[name].get(found[1], "") if found else ""
    component = by_name(name)
    found = _FLAG.search(line)
    if component is None or found is None:
        return ""
    flag = find(component, found[1])
    if flag is None:
        return f"--{found[1]}: from your extraArgs; {component} itself checks it."
    return f"--{flag.name}: {flag.why} Source: {flag.source}"


_DOCS = "Source: kubernetes.io, Organizing Cluster Access Using kubeconfig Files."
KUBECONFIG = {
    "server": f"The API server to call; on a master its own, so it needs no other. {_DOCS}",
    "certificate-authority": f"The CA that must have signed the API server's certificate. {_DOCS}",
    "certificate-authority-data": f"The same CA, embedded so that the file can be copied. {_DOCS}",
    "client-certificate": f"The identity: common name is the user, organization the group. {_DOCS}",
    "client-key": f"The key of that certificate; only its program may read it. {_DOCS}",
    "current-context": f"The user and the cluster used by default. {_DOCS}",
    "user": f"The name of the entry in users to use. {_DOCS}",
    "cluster": f"The name of the entry in clusters to call. {_DOCS}",
}
"""Why each line of a kubeconfig is there."""
