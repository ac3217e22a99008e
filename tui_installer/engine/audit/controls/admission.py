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
    """Whether a plugin takes part; one that is both on and off is off."""
    wanted = plugin in BY_DEFAULT or plugin in program.flags.many(ON)
    return wanted and plugin not in program.flags.many(OFF)


def _plugin(name: str, *, wanted: bool = True) -> Check:
    def check(program: Program) -> Verdict:
        told = OFF if name in BY_DEFAULT else ON
        return judged(is_on(program, name) is wanted, said(program, told))

    return check


def _add(name: str) -> str:
    return f"add {name} to --{ON}"


CONTROLS = (
    Control("1.2.3", "Services cannot take addresses of others (DenyServiceExternalIPs)",
            _add("DenyServiceExternalIPs"), api(_plugin("DenyServiceExternalIPs"))),
    Control("1.2.9", "A flood of events cannot fill etcd (EventRateLimit)",
            f"{_add('EventRateLimit')}, with its limits in --admission-control-config-file",
            api(_plugin("EventRateLimit"))),
    Control("1.2.10", "No plugin lets everything through (AlwaysAdmit)",
            f"take AlwaysAdmit out of --{ON}", api(_plugin("AlwaysAdmit", wanted=False))),
    Control("1.2.11", "Private images are not used without their credentials (AlwaysPullImages)",
            f"{_add('AlwaysPullImages')}; every start of a pod then needs the registry",
            api(_plugin("AlwaysPullImages"))),
    Control("1.2.12", "Pods run by service accounts (ServiceAccount)",
            f"take ServiceAccount out of --{OFF}", api(_plugin("ServiceAccount"))),
    Control("1.2.13", "Nothing is made in a namespace that ends (NamespaceLifecycle)",
            f"take NamespaceLifecycle out of --{OFF}", api(_plugin("NamespaceLifecycle"))),
    Control("1.2.14", "A kubelet changes only its own node and pods (NodeRestriction)",
            _add("NodeRestriction"), api(_plugin("NodeRestriction"))),
)  # fmt: skip
