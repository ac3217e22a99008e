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
    """All that a check depends on: equal targets have equal results.

    host: named by where SSH connects, so that another name alone is no other target.
    etcd_data: the data folder of a stacked etcd, '' for an external one.
    """

    host: HostSpec
    layout: Layout
    etcd_data: str


def target(answers: Answers, number: int) -> Target:
    """Raises ValueError with what is wrong, where this host cannot be connected to as it stands."""
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
    """A wrong name does not hinder a login."""
    try:
        name = parse.host_name(host_label(host, number))
    except ValueError:
        name = f"master{number + 1:02d}"
    return host.model_copy(update={"name": name})


def _layout(answers: Answers) -> Layout:
    said, usual = answers.layout, Answers().layout
    return Layout(
        _folder(said.kubernetes, usual.kubernetes),
        _folder(said.etcd, usual.etcd),
        _folder(said.units, usual.units),
    )


def _folder(text: str, usual: str) -> str:
    try:
        return parse.folder(text)
    except ValueError:
        return usual
