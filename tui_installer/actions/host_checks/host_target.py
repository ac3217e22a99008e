"""What to check of one host, taken from answers that may be wrong elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui_installer.model.answers.document import Answers
from tui_installer.model.answers.logins import host_label
from tui_installer.model.check import parse, resolve
from tui_installer.model.spec import HostSpec, Layout, bracket

if TYPE_CHECKING:
    from tui_installer.model.answers.document import Host


@dataclass(frozen=True, slots=True)
class Target:
    """Everything that a check depends on: equal targets have equal results.

    host: named by its SSH address, so that renaming a host does not change its target.
    etcd_data: the data folder of a stacked etcd, '' for an external one.
    """

    host: HostSpec
    layout: Layout
    etcd_data: str


def target(answers: Answers, number: int) -> Target:
    """Returns a host's target. Raises ValueError if the answers are too wrong to connect to it."""
    only = Answers(ssh=answers.ssh, hosts=[_named(answers.hosts[number], number)])
    (spec,) = resolve.build(only).hosts
    where = f"{bracket(spec.ssh.address)}:{spec.ssh.port}"
    stacked = answers.etcd.mode == "stacked"
    return Target(
        host=replace(spec, name=where),
        layout=_layout(answers),
        etcd_data=_folder(answers.etcd.data_dir, "/var/lib/etcd") if stacked else "",
    )


def _named(host: Host, number: int) -> Host:
    """Returns the host with a valid name: a wrong one does not prevent a login."""
    try:
        name = parse.host_name(host_label(host, number))
    except ValueError:
        name = f"master{number + 1:02d}"
    return host.model_copy(update={"name": name})


def _layout(answers: Answers) -> Layout:
    given, default = answers.layout, Answers().layout
    return Layout(
        _folder(given.kubernetes, default.kubernetes),
        _folder(given.etcd, default.etcd),
        _folder(given.units, default.units),
    )


def _folder(text: str, default: str) -> str:
    try:
        return parse.folder(text)
    except ValueError:
        return default
