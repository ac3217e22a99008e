"""systemd units of the programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes.quoting import exec_path, unit_value
from tui_installer.kubernetes.sandbox import directives

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui_installer.kubernetes.components import Component
    from tui_installer.model.spec import HostSpec, Spec


def unit(component: Component, spec: Spec, host: HostSpec) -> bytes:
    """The unit file. Without a ``-`` before its path, a missing options file fails the start.

    StartLimitIntervalSec=0: systemd retries forever, so a cluster recovers from a long outage.
    """
    more = (*component.service(spec), *directives(component, spec, host))
    return f"""\
[Unit]
Description={component.description}
Documentation={component.documentation}
Wants=network-online.target
After={_after(component, spec)}
StartLimitIntervalSec=0

[Service]
Type={component.kind}
EnvironmentFile={unit_value(component.options_path(spec.layout))}
ExecStart={exec_path(component.binary(spec.layout))} ${component.variable}
Restart=always
RestartSec=1
TimeoutStartSec={component.start}
LimitNOFILE={component.open_files}
TasksMax=infinity
OOMScoreAdjust={component.oom}
{_lines(more)}
[Install]
WantedBy=multi-user.target
""".encode()


def _lines(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{name}={value}\n" for name, value in pairs)


def _after(component: Component, spec: Spec) -> str:
    local = (other.unit for other in component.after if other.runs(spec))
    return " ".join(("network-online.target", *local))
