"""Checks what a stacked and an external etcd need, and that the answers do not mix them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.model.check import parse
from tui_installer.model.spec import Version

if TYPE_CHECKING:
    from tui_installer.model.answers.document import Answers
    from tui_installer.model.answers.etcd import Etcd
    from tui_installer.model.check.findings import Findings

_OLDEST = Version(3, 4, 0)
_NEXT_MAJOR = Version(4, 0, 0)


def check_etcd(answers: Answers, found: Findings) -> None:
    """Checks the answers of the etcd mode, and that those of the other mode are empty."""
    if not found.good("etcd.mode"):
        return
    if answers.etcd.mode == "external":
        _check_external(answers.etcd, found)
        return
    _check_version(found)
    if answers.etcd.external.endpoints:
        found.add(
            "etcd.external.endpoints",
            "these are endpoints of an external etcd, but etcd.mode is stacked",
            "set mode: external, or remove the endpoints",
        )


def _check_version(found: Findings) -> None:
    version: Version | None = found.value("etcd.version")
    if version and not _OLDEST <= version < _NEXT_MAJOR:
        found.add("etcd.version", f"want {_OLDEST} or a later v3, got {version}")


def _check_external(etcd: Etcd, found: Findings) -> None:
    if etcd.extra_args:
        found.add(
            "etcd.extraArgs",
            "this program does not configure an external etcd",
            "remove the flags, or set mode: stacked",
        )
    if not etcd.external.endpoints:
        found.add(
            "etcd.external.endpoints",
            "is required if etcd.mode is external",
            "want https://HOST:PORT of its members",
        )
    _check_endpoints(etcd.external.endpoints, found)
    if etcd.external.files == "hosts":
        for key in ("ca", "cert", "key"):
            path = f"etcd.external.{key}"
            found.read(path, parse.absolute_path, getattr(etcd.external, key))


def _check_endpoints(endpoints: list[str], found: Findings) -> None:
    seen: dict[str, int] = {}
    for number in range(len(endpoints)):
        path = f"etcd.external.endpoints.{number}"
        url: str | None = found.value(path)
        if url and seen.setdefault(url, number) != number:
            found.add(path, f"{url} is listed twice", "remove one of them")
