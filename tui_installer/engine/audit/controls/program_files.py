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
PROGRAMS = {
    APISERVER: "API server",
    CONTROLLER_MANAGER: "Controller manager",
    SCHEDULER: "Scheduler",
    ETCD: "etcd",
}
"""Component → its name in titles, in the benchmark's order."""


def _mode_of_sources(component: Component) -> HostCheck:
    """Units may be world-readable: systemd shows their content to anyone and warns of less."""

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
    for number, (component, name) in enumerate(PROGRAMS.items()):
        yield Control(
            f"1.1.{2 * number + 1}",
            f"{name} options file: mode 0600 or stricter, unit 0644",
            "chmod 600 the options file or manifest, 644 the unit",
            _mode_of_sources(component),
        )
        yield Control(
            f"1.1.{2 * number + 2}",
            f"{name} unit and options file: owner root:root",
            "chown root:root the unit, options file or manifest",
            _owner_of_sources(component),
        )


def _data_folder(program: Program) -> HostFile | None:
    named = program.flags.get("data-dir", f"{program.flags.get('name', 'default')}.etcd")
    return program.files.get(named)


def _data_mode(program: Program) -> Verdict:
    folder = _data_folder(program)
    if folder is None:
        return failed("the data folder was not found")
    return judged(not folder.mode & 0o077, str(folder))


def _data_owner(program: Program) -> Verdict:
    """The benchmark says etcd:etcd: an account of its own, whatever it is called."""
    folder = _data_folder(program)
    if folder is None:
        return failed("the data folder was not found")
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
    return lambda host: each(host, host.admin, check, "no administrator kubeconfig on this host")


def _cni(check: FileCheck) -> HostCheck:
    return lambda host: each(host, host.cni, check, "no network plugin is configured on this host")


_PRIVATE = "chmod 600, or 640 with a group whose only member is the program's account"
_OWNED = "chown it to root, group root or the program's own group"

CONTROLS = (
    *_sources(),
    Control("1.1.9", "CNI configuration files: mode 0600 or stricter", "chmod 600 the files",
            _cni(within(0o600))),
    Control("1.1.10", "CNI configuration files: owner root:root", "chown root:root the files",
            _cni(by_root)),
    Control("1.1.11", "etcd data folder: mode 0700 or stricter", "chmod 700 the data folder",
            on_each(ETCD, _data_mode)),
    Control("1.1.12", "etcd data folder: owned by etcd's own account",
            "run etcd as a user of its own and chown the data folder to that user",
            on_each(ETCD, _data_owner)),
    Control("1.1.13", "Administrator kubeconfig: mode 0600 or stricter",
            "chmod 600 it; better, keep it off the masters", _admin(within(0o600))),
    Control("1.1.14", "Administrator kubeconfig: owner root:root",
            "chown root:root it; better, keep it off the masters", _admin(by_root)),
    Control("1.1.15", "Scheduler kubeconfig: mode 0600 or stricter", _PRIVATE,
            _kubeconfigs(SCHEDULER, secret)),
    Control("1.1.16", "Scheduler kubeconfig: owner root or the scheduler's account", _OWNED,
            _kubeconfigs(SCHEDULER, owned)),
    Control("1.1.17", "Controller manager kubeconfig: mode 0600 or stricter", _PRIVATE,
            _kubeconfigs(CONTROLLER_MANAGER, secret)),
    Control("1.1.18", "Controller manager kubeconfig: owner root or its own account", _OWNED,
            _kubeconfigs(CONTROLLER_MANAGER, owned)),
)  # fmt: skip
