"""1.2, second part: admission plugins of the API server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.audit.control import Control, api, judged, said

if TYPE_CHECKING:
    from tui_installer.engine.audit.control import Check
    from tui_installer.engine.audit.host import Program
    from tui_installer.model.audit import Verdict

ON, OFF = "enable-admission-plugins", "disable-admission-plugins"
BY_DEFAULT = frozenset({"NamespaceLifecycle", "ServiceAccount", "PodSecurity"})
"""Of those looked at here. Source: k8s.io/kubernetes/pkg/kubeapiserver/options/plugins.go."""


def is_on(program: Program, plugin: str) -> bool:
    """Whether a plugin is enabled; --disable-admission-plugins wins."""
    wanted = plugin in BY_DEFAULT or plugin in program.flags.many(ON)
    return wanted and plugin not in program.flags.many(OFF)


def _plugin(name: str, *, wanted: bool = True) -> Check:
    def check(program: Program) -> Verdict:
        flag = OFF if name in BY_DEFAULT else ON
        return judged(is_on(program, name) is wanted, said(program, flag))

    return check


def _add(name: str) -> str:
    return f"add {name} to --{ON}"


CONTROLS = (
    Control("1.2.3", "Admission plugin DenyServiceExternalIPs: on",
            _add("DenyServiceExternalIPs"), api(_plugin("DenyServiceExternalIPs"))),
    Control("1.2.9", "Admission plugin EventRateLimit: on",
            f"{_add('EventRateLimit')}, with its limits in --admission-control-config-file",
            api(_plugin("EventRateLimit"))),
    Control("1.2.10", "Admission plugin AlwaysAdmit: off",
            f"remove AlwaysAdmit from --{ON}", api(_plugin("AlwaysAdmit", wanted=False))),
    Control("1.2.11", "Admission plugin AlwaysPullImages: on",
            f"{_add('AlwaysPullImages')}; every pod start then needs the registry",
            api(_plugin("AlwaysPullImages"))),
    Control("1.2.12", "Admission plugin ServiceAccount: on",
            f"remove ServiceAccount from --{OFF}", api(_plugin("ServiceAccount"))),
    Control("1.2.13", "Admission plugin NamespaceLifecycle: on",
            f"remove NamespaceLifecycle from --{OFF}", api(_plugin("NamespaceLifecycle"))),
    Control("1.2.14", "Admission plugin NodeRestriction: on",
            _add("NodeRestriction"), api(_plugin("NodeRestriction"))),
)  # fmt: skip
