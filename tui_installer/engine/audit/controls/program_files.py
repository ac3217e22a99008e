"""1.1.1 to 1.1.18: files that start the programs, their data and kubeconfigs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.audit.control import (
    Control,
    all_of,
    failed,
    judged,
    not_applicable,
    on_each,
)
from tui_installer.engine.audit.private import by_root, each, flag_files, owned, secret, within
from tui_installer.kubernetes.components import (
    APISERVER,
    CONTROLLER_MANAGER,
    ETCD,
    SCHEDULER,
    Component,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.audit.control import HostCheck
    from tui_installer.engine.audit.host import HostAudit, HostFile, Program
    from tui_installer.engine.audit.private import FileCheck
    from tui_installer.model.audit import Verdict

BY_HAND = "started by hand: neither a unit nor a static pod's manifest"
KUBECONFIGS = ("kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig")
PROGRAMS = (APISERVER, CONTROLLER_MANAGER, SCHEDULER, ETCD)
"""In the benchmark's order."""


def _mode_of_sources(component: Component) -> HostCheck:
    """Units may be read by all: systemd tells anyone what is in them, and warns of less."""

    def check(host: HostAudit) -> Verdict:
        if not host.of(component):
            return not_applicable(f"no {component} runs here")
        sources = [source for one in host.of(component) for source in one.sources]
        verdicts = (within(0o644 if kind == "unit" else 0o600)(host, f) for kind, f in sources)
        return all_of(verdicts, BY_HAND)

    return check


def _owner_of_sources(component: Component) -> HostCheck:
    def check(host: HostAudit) -> Verdict:
        if not host.of(component):
            return not_applicable(f"no {component} runs here")
        files = [file for one in host.of(component) for _, file in one.sources]
        return each(host, files, by_root, BY_HAND)

    return check


def _sources() -> Iterator[Control]:
    for number, component in enumerate(PROGRAMS):
        yield Control(
            f"1.1.{2 * number + 1}",
            f"What starts {component.title} is for its owner alone",
            "chmod 600 the options file or manifest, 644 the unit",
            _mode_of_sources(component),
        )
        yield Control(
            f"1.1.{2 * number + 2}",
            f"What starts {component.title} is root's",
            "chown root:root the unit, options file or manifest",
            _owner_of_sources(component),
        )


def _data_folder(program: Program) -> HostFile | None:
    named = program.flags.get("data-dir", f"{program.flags.get('name', 'default')}.etcd")
    return program.files.get(named)


def _data_mode(program: Program) -> Verdict:
    folder = _data_folder(program)
    if folder is None:
        return failed("its data folder was not found")
    return judged(not folder.mode & 0o077, str(folder))


def _data_owner(program: Program) -> Verdict:
    """The benchmark says etcd:etcd: an account of its own, whatever it is called."""
    folder = _data_folder(program)
    if folder is None:
        return failed("its data folder was not found")
    own = folder.uid == program.uid != 0
    return judged(own, f"{folder}; etcd runs as {program.user}")


def _kubeconfigs(component: Component, check: FileCheck) -> HostCheck:
    def check_host(host: HostAudit) -> Verdict:
        if not host.of(component):
            return not_applicable(f"no {component} runs here")
        files = [file for one in host.of(component) for file in flag_files(one, *KUBECONFIGS)]
        return each(host, files, check, "it uses no kubeconfig")

    return check_host


def _admin(check: FileCheck) -> HostCheck:
    return lambda host: each(host, host.admin, check, "no administrator's kubeconfig lies here")


def _cni(check: FileCheck) -> HostCheck:
    return lambda host: each(host, host.cni, check, "no network plugin is configured here")


_PRIVATE = "chmod 600, or 640 with a group that only the program's own account is in"
_OWNED = "chown it to root, with root's or the program's own group"

CONTROLS = (
    *_sources(),
    Control("1.1.9", "Files of network plugins are for their owner alone", "chmod 600 the files",
            _cni(within(0o600))),
    Control("1.1.10", "Files of network plugins are root's", "chown root:root the files",
            _cni(by_root)),
    Control("1.1.11", "etcd's data is for its owner alone", "chmod 700 the data folder",
            on_each(ETCD, _data_mode)),
    Control("1.1.12", "etcd's data belongs to an account of its own",
            "run etcd as a user of its own that the data folder belongs to",
            on_each(ETCD, _data_owner)),
    Control("1.1.13", "An administrator's kubeconfig is for its owner alone",
            "chmod 600 it; better, keep it off the masters", _admin(within(0o600))),
    Control("1.1.14", "An administrator's kubeconfig is root's",
            "chown root:root it; better, keep it off the masters", _admin(by_root)),
    Control("1.1.15", "The scheduler's kubeconfig is private", _PRIVATE,
            _kubeconfigs(SCHEDULER, secret)),
    Control("1.1.16", "The scheduler's kubeconfig is root's or its own", _OWNED,
            _kubeconfigs(SCHEDULER, owned)),
    Control("1.1.17", "The controller manager's kubeconfig is private", _PRIVATE,
            _kubeconfigs(CONTROLLER_MANAGER, secret)),
    Control("1.1.18", "The controller manager's kubeconfig is root's or its own", _OWNED,
            _kubeconfigs(CONTROLLER_MANAGER, owned)),
)  # fmt: skip
