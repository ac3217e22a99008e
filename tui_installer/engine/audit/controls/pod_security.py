"""5.2: the cluster-wide default of Pod Security admission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_installer.engine.audit.control import Control, api, failed, judged, said, shortened
from tui_installer.engine.audit.controls.admission import OFF, is_on
from tui_installer.engine.audit.host import blocks

if TYPE_CHECKING:
    from tui_installer.engine.audit.host import Program
    from tui_installer.model.audit import Verdict

FILE = "admission-control-config-file"
ENOUGH = frozenset({"baseline", "restricted"})
FIX = (
    "a PodSecurityConfiguration with enforce: baseline or restricted in "
    "--admission-control-config-file"
)


def _configuration(program: Program) -> dict[str, Any] | None:
    """That of Pod Security, written in place or in a file of its own."""
    for plugin in blocks(program.config(program.flags.get(FILE)), "plugins"):
        if plugin.get("name") == "PodSecurity":
            inline = plugin.get("configuration")
            return inline if isinstance(inline, dict) else _beside(program, str(plugin.get("path")))
    return None


def _beside(program: Program, path: str) -> dict[str, Any] | None:
    """path: relative to the file that names it."""
    folder = program.flags.get(FILE).rpartition("/")[0]
    return program.config(path if path.startswith("/") else f"{folder}/{path}")


def _enforced(program: Program) -> Verdict:
    if not is_on(program, "PodSecurity"):
        return failed(said(program, OFF))
    if FILE not in program.flags:
        return failed(f"{said(program, FILE)}, so nothing is enforced by default")
    config = _configuration(program)
    if config is None:
        return failed(f"{said(program, FILE)}: no configuration of PodSecurity can be read")
    defaults, exempt = _block(config, "defaults"), _block(config, "exemptions")
    level = str(defaults.get("enforce", "privileged"))
    listed = exempt.get("namespaces")
    namespaces = [str(one) for one in listed] if isinstance(listed, list) else []
    evidence = (
        f"enforce: {shortened(level, 40)}; exempt: {shortened(', '.join(namespaces)) or 'none'}"
    )
    return judged(level in ENOUGH and "default" not in namespaces, evidence)


def _block(config: dict[str, Any], name: str) -> dict[str, Any]:
    found = config.get(name)
    return found if isinstance(found, dict) else {}


CONTROLS = tuple(
    Control(number, f"Pod Security default: {title}", FIX, api(_enforced))
    for number, title in (
        ("5.2.1", "baseline or restricted enforced"),
        ("5.2.2", "privileged containers denied"),
        ("5.2.3", "hostPID denied"),
        ("5.2.4", "hostIPC denied"),
        ("5.2.5", "hostNetwork denied"),
        ("5.2.10", "Windows HostProcess denied"),
        ("5.2.11", "hostPath volumes denied"),
        ("5.2.12", "hostPort denied"),
    )
)
"""The baseline level forbids all of these: https://kubernetes.io/docs/concepts/security/."""
