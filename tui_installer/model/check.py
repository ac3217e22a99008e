"""Everything that is wrong with answers, all at once. Pure: no file is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.model import parse
from tui_installer.model.check_etcd import check_etcd
from tui_installer.model.check_hosts import check_hosts
from tui_installer.model.check_network import check_network
from tui_installer.model.check_security import check_security
from tui_installer.model.check_source import check_source
from tui_installer.model.check_ssh import check_ssh
from tui_installer.model.findings import Findings
from tui_installer.model.versions import SUPPORTED_RANGE, is_supported
from tui_installer.model.wording import part_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui_installer.model.answers import Answers
    from tui_installer.model.problems import Problem

_HOUR = 3600
_SHORTEST_TOKEN = 600
UNIT_FOLDERS = (
    "/etc/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
)
"""Lasting folders that systemd reads units from (systemd.unit(5))."""


def check(answers: Answers, known: Iterable[str] = ()) -> list[Problem]:
    """Problems of the answers. known: paths whose problems were found before."""
    found = Findings(known)
    _check_cluster(answers, found)
    _check_kubernetes(answers, found)
    check_ssh(answers.ssh, "ssh", found)
    check_hosts(answers, found)
    check_etcd(answers, found)
    check_network(answers, found)
    _check_sans(answers.sans, found)
    _check_token(answers, found)
    _check_lifetimes(answers, found)
    check_security(answers.security, found)
    _check_layout(answers, found)
    return found.problems


def _check_cluster(answers: Answers, found: Findings) -> None:
    found.read("cluster.name", parse.cluster_name, answers.cluster.name)
    found.read("cluster.domain", parse.dns_name, answers.cluster.domain)
    if answers.cluster.endpoint:
        found.read("cluster.endpoint", parse.endpoint, answers.cluster.endpoint)


def _check_kubernetes(answers: Answers, found: Findings) -> None:
    ours = answers.kubernetes
    version = found.read("kubernetes.version", parse.version, ours.version)
    if version and not is_supported(version):
        found.add("kubernetes.version", f"want {SUPPORTED_RANGE}, got {version}")
    check_source(answers, "kubernetes", found)
    extra = {
        "apiserver": ours.extra_args.apiserver,
        "controllerManager": ours.extra_args.controller_manager,
        "scheduler": ours.extra_args.scheduler,
    }
    for component, flags in extra.items():
        check_flags(flags, f"kubernetes.extraArgs.{component}", found)
    check_flags(answers.etcd.extra_args, "etcd.extraArgs", found)


def check_flags(flags: Mapping[str, str], path: str, found: Findings) -> None:
    """Names and values of extra flags; whether a component knows them is judged elsewhere."""
    for name, value in flags.items():
        at = f"{path}.{part_name(name)}"
        found.read(at, parse.flag_name, name)
        found.read(at, parse.flag_value, value)


def _check_sans(sans: list[str], found: Findings) -> None:
    seen: dict[str, str] = {}
    for number, text in enumerate(sans):
        path = f"sans.{number}"
        san = found.read(path, parse.san, text)
        if san and str(san) in seen:
            found.add(path, f"{san} is there already, as {seen[str(san)]}", "remove one of them")
        elif san:
            seen[str(san)] = path


def _check_token(answers: Answers, found: Findings) -> None:
    ttl = found.read("token.ttl", parse.duration, answers.token.ttl)
    if ttl and ttl < _SHORTEST_TOKEN:
        found.add(
            "token.ttl",
            f"want 10m or more, or 0 for ever; got {answers.token.ttl}",
            "the token must outlive the installation",
        )


def _check_lifetimes(answers: Answers, found: Findings) -> None:
    ours = answers.certificates
    leaf = found.read("certificates.leafLifetime", parse.duration, ours.leaf_lifetime)
    ca = found.read("certificates.caLifetime", parse.duration, ours.ca_lifetime)
    for path, seconds in (("leafLifetime", leaf), ("caLifetime", ca)):
        if seconds is not None and seconds < _HOUR:
            found.add(f"certificates.{path}", "want an hour or more")
    if leaf and ca and leaf > ca:
        found.add(
            "certificates.leafLifetime",
            f"{ours.leaf_lifetime} is longer than caLifetime {ours.ca_lifetime}",
            "a certificate is worth nothing once its CA has ended",
        )


def _check_layout(answers: Answers, found: Findings) -> None:
    places: dict[str, str] = {}
    texts = {
        "layout.kubernetes": answers.layout.kubernetes,
        "layout.etcd": answers.layout.etcd,
        "layout.units": answers.layout.units,
        "etcd.dataDir": answers.etcd.data_dir,
    }
    for path, text in texts.items():
        folder = found.read(path, parse.folder, text)
        if folder and folder in places:
            found.add(path, f"{folder} is {places[folder]} already", "want folders that differ")
        elif folder:
            places[folder] = path
            if path == "layout.units" and folder not in UNIT_FOLDERS:
                found.add(
                    path,
                    f"systemd reads no units from {folder}",
                    f"one of {', '.join(UNIT_FOLDERS)}",
                )
