"""Checks what each kind of source needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.model.answers.sources import etcd_source, kubernetes_source
from tui_installer.model.check import parse
from tui_installer.model.check.check_signature import check_signature
from tui_installer.model.spec import FetchedBy, SourceKind

if TYPE_CHECKING:
    from tui_installer.model.answers.document import Answers
    from tui_installer.model.answers.etcd import EtcdSource
    from tui_installer.model.answers.kubernetes import Source as KubernetesSource
    from tui_installer.model.check.findings import Findings
    from tui_installer.model.spec import Source

    Said = KubernetesSource | EtcdSource


def check_sources(answers: Answers, found: Findings) -> None:
    """Checks the source of Kubernetes, and of a stacked etcd. Runs before `check_values`: an answer
    that the kind of source does not use is reported only once.
    """
    _check_source(answers, "kubernetes", found)
    if found.good("etcd.mode") and answers.etcd.mode == "stacked":
        _check_source(answers, "etcd", found)


def _check_source(answers: Answers, place: str, found: Findings) -> None:
    path = f"{place}.source"
    if not found.good("kubernetes.source.kind", f"{path}.kind"):
        return
    source = kubernetes_source(answers) if place == "kubernetes" else etcd_source(answers)
    _check_location(source, f"{path}.location", found)
    said = answers.kubernetes.source if place == "kubernetes" else answers.etcd.source
    check_signature(said.signature, source.kind, f"{path}.signature", found)
    _check_site(source, said, path, found)
    _check_fetch(source, place, said.fetch, found)
    if source.sha256 and source.kind is not SourceKind.TARBALL:
        found.add(
            f"{path}.sha256",
            f"only a tarball has a digest, but the kind is {source.kind}",
            "remove it, or set kind: tarball",
        )


def _check_site(source: Source, said: Said, path: str, found: Findings) -> None:
    """A CA and a login belong to a site, so the location must be a URL."""
    if source.kind is SourceKind.MIRROR or "://" in source.location:
        return
    given = {"ca": said.ca, "login": said.login.file or said.login.env}
    for name in (name for name, value in given.items() if value):
        why = f"only a site has one, but the source is a {source.kind} without a URL"
        found.add(f"{path}.{name}", why, "remove it, or set kind: mirror")


def _check_fetch(source: Source, place: str, fetch: str, found: Findings) -> None:
    if fetch != FetchedBy.HOSTS:
        return
    path = f"{place}.source.fetch"
    if place == "etcd":
        why = "etcd is published as a tarball, whose digest is not that of the programs in it"
        hint = "want operator: this machine unpacks it and sends the programs to the hosts"
        found.add(path, why, hint)
    elif source.kind is not SourceKind.MIRROR:
        why = f"hosts fetch single programs with a digest each, but the kind is {source.kind}"
        hint = "set kind: mirror with the URL of a site laid out as https://dl.k8s.io, or "
        found.add(path, why, f"{hint}fetch: operator")


def _check_location(source: Source, path: str, found: Findings) -> None:
    location = source.location
    if source.kind is SourceKind.GO:
        if location:
            found.add(path, "kind: go takes no location", "remove it")
    elif not location:
        wanted = {
            SourceKind.FOLDER: "the folder that holds the binaries",
            SourceKind.TARBALL: "the tarball's path or URL",
            SourceKind.MIRROR: "the mirror's URL",
        }[source.kind]
        found.add(path, f"is required for kind: {source.kind}", f"want {wanted}")
    elif source.kind is SourceKind.FOLDER and "://" in location:
        found.add(path, "want the path of a folder, got a URL", "for a site, set kind: mirror")
    elif source.kind is SourceKind.MIRROR:
        url = found.read(path, parse.url, location)
        if url and "?" in url:
            found.add(path, "want a URL without ?: file names are appended to it")
