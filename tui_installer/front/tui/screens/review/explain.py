"""What a line of a generated file means: the flag or directive, why it is there, the source."""

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
    """A sentence or two about one line of the file at path, '' where there is nothing to say.

    line: as it stands in the file or in a diff of it.
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
        return f"--{found[1]}: from your extraArgs; {component} itself judges it."
    return f"--{flag.name}: {flag.why} Source: {flag.source}"


_DOCS = "Source: kubernetes.io, Organizing Cluster Access Using kubeconfig Files."
KUBECONFIG = {
    "server": f"The API server that is called; on a master its own, so no other is needed. {_DOCS}",
    "certificate-authority": f"The CA that the API server's certificate must be of. {_DOCS}",
    "certificate-authority-data": f"The same CA, within the file, so that it can move. {_DOCS}",
    "client-certificate": f"Who calls: its name is the user, its organization the group. {_DOCS}",
    "client-key": f"The key of that certificate; its program's alone. {_DOCS}",
    "current-context": f"Which user calls which cluster where none is named. {_DOCS}",
    "user": f"The name of the entry below users that is used. {_DOCS}",
    "cluster": f"The name of the entry below clusters that is called. {_DOCS}",
}
"""Why each line of a kubeconfig is there."""
