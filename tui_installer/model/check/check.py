"""Finds every problem of the answers at once. Pure: reads no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.model.check.check_etcd import check_etcd
from tui_installer.model.check.check_hosts import check_hosts
from tui_installer.model.check.check_network import check_network
from tui_installer.model.check.check_own_ca import check_own_ca
from tui_installer.model.check.check_source import check_sources
from tui_installer.model.check.check_values import check_values
from tui_installer.model.check.findings import Findings
from tui_installer.model.versions import SUPPORTED_RANGE, is_supported

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui_installer.model.answers.document import Answers
    from tui_installer.model.check.problems import Problem
    from tui_installer.model.spec import Version

_HOUR = 3600
_SHORTEST_TOKEN = 600
UNIT_FOLDERS = (
    "/etc/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
)
"""Persistent folders that systemd reads units from (systemd.unit(5))."""


def check(answers: Answers, known: Iterable[str] = ()) -> list[Problem]:
    """The problems of the answers. known: paths whose problems were already found."""
    found = Findings(known)
    check_sources(answers, found)
    check_values(answers, found)
    _check_version(found)
    check_hosts(answers, found)
    check_etcd(answers, found)
    check_network(answers, found)
    _check_sans(answers.sans, found)
    _check_token(answers, found)
    _check_lifetimes(answers, found)
    check_own_ca(answers, found)
    _check_layout(found)
    return found.problems


def _check_version(found: Findings) -> None:
    version: Version | None = found.value("kubernetes.version")
    if version and not is_supported(version):
        found.add("kubernetes.version", f"want {SUPPORTED_RANGE}, got {version}")


def _check_sans(sans: list[str], found: Findings) -> None:
    seen: dict[str, str] = {}
    for number in range(len(sans)):
        path = f"sans.{number}"
        san = found.value(path)
        if san and str(san) in seen:
            found.add(path, f"{san} is listed twice, also as {seen[str(san)]}", "remove one")
        elif san:
            seen[str(san)] = path


def _check_token(answers: Answers, found: Findings) -> None:
    ttl = found.value("token.ttl")
    if ttl and ttl < _SHORTEST_TOKEN:
        found.add(
            "token.ttl",
            f"want 10m or more, or 0 for no expiry; got {answers.token.ttl}",
            "the token must outlive the installation",
        )


def _check_lifetimes(answers: Answers, found: Findings) -> None:
    ours = answers.certificates
    leaf = found.value("certificates.leafLifetime")
    ca = found.value("certificates.caLifetime")
    for path, seconds in (("leafLifetime", leaf), ("caLifetime", ca)):
        if seconds is not None and seconds < _HOUR:
            found.add(f"certificates.{path}", "want an hour or more")
    if leaf and ca and leaf > ca:
        found.add(
            "certificates.leafLifetime",
            f"{ours.leaf_lifetime} is longer than caLifetime {ours.ca_lifetime}",
            "a certificate is useless after its CA has expired",
        )


def _check_layout(found: Findings) -> None:
    places: dict[str, str] = {}
    for path in ("layout.kubernetes", "layout.etcd", "layout.units", "etcd.dataDir"):
        folder: str | None = found.value(path)
        if folder and folder in places:
            found.add(path, f"{folder} is already {places[folder]}", "want different folders")
        elif folder:
            places[folder] = path
            if path == "layout.units" and folder not in UNIT_FOLDERS:
                found.add(
                    path,
                    f"systemd reads no units from {folder}",
                    f"one of {', '.join(UNIT_FOLDERS)}",
                )
