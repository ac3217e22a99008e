"""systemd units of the four programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.kubernetes import audit
from tui_installer.kubernetes.component import Component
from tui_installer.kubernetes.quoting import exec_path, unit_value
from tui_installer.kubernetes.sandbox import directives
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from tui_installer.model.spec import HostSpec, Spec


@dataclass(frozen=True, slots=True)
class _Traits:
    """kind: Type=; notify where the program tells systemd that it is ready.

    start: seconds it may take to be ready. oom: how late the kernel ends it for memory.
    """

    description: str
    documentation: str
    kind: str
    start: int
    open_files: int
    oom: int


_KUBERNETES = "https://kubernetes.io/docs/reference/command-line-tools-reference"
_TRAITS = {
    # etcd is ready once there is a quorum, so it waits for the other members.
    Component.ETCD: _Traits(
        "etcd", "https://etcd.io/docs/", "notify", start=120, open_files=65536, oom=-999
    ),
    Component.APISERVER: _Traits(
        "Kubernetes API Server", f"{_KUBERNETES}/kube-apiserver/", "notify",
        start=120, open_files=1048576, oom=-998,
    ),
    # These two do not notify; exec still reports a program that cannot be executed.
    Component.CONTROLLER_MANAGER: _Traits(
        "Kubernetes Controller Manager", f"{_KUBERNETES}/kube-controller-manager/", "exec",
        start=30, open_files=65536, oom=-997,
    ),
    Component.SCHEDULER: _Traits(
        "Kubernetes Scheduler", f"{_KUBERNETES}/kube-scheduler/", "exec",
        start=30, open_files=65536, oom=-997,
    ),
}  # fmt: skip


def unit(component: Component, spec: Spec, host: HostSpec) -> bytes:
    """The unit file. A missing options file stops the start: no ``-`` before its path.

    StartLimitIntervalSec=0: systemd tries for ever, so a cluster comes back after a long outage.
    """
    traits = _TRAITS[component]
    return f"""\
[Unit]
Description={traits.description}
Documentation={traits.documentation}
Wants=network-online.target
After={_after(component, spec)}
StartLimitIntervalSec=0

[Service]
Type={traits.kind}
EnvironmentFile={unit_value(component.options_path(spec.layout))}
ExecStart={exec_path(component.binary(spec.layout))} ${component.variable}
Restart=always
RestartSec=1
TimeoutStartSec={traits.start}
LimitNOFILE={traits.open_files}
TasksMax=infinity
OOMScoreAdjust={traits.oom}
{_logs(component, spec)}{_sandbox(component, spec, host)}
[Install]
WantedBy=multi-user.target
""".encode()


def _logs(component: Component, spec: Spec) -> str:
    """The audit log's folder, closed to others before the API server first writes."""
    log = spec.security.audit
    own = "audit-log-path" in dict(spec.extra_args.apiserver)
    if component is not Component.APISERVER or log is None or own:
        return ""
    return f"LogsDirectory={audit.log_folder(log.log_path)}\nLogsDirectoryMode=0700\n"


def _sandbox(component: Component, spec: Spec, host: HostSpec) -> str:
    return "".join(f"{name}={value}\n" for name, value in directives(component, spec, host))


def _after(component: Component, spec: Spec) -> str:
    local = ["network-online.target"]
    if component is Component.APISERVER and spec.etcd.mode is EtcdMode.STACKED:
        local.append(Component.ETCD.unit)
    if component in (Component.CONTROLLER_MANAGER, Component.SCHEDULER):
        local.append(Component.APISERVER.unit)
    return " ".join(local)
