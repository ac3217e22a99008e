"""What this program puts on hosts by default, as its plan has it, passes its own audit."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import kube_samples
from audit_samples import Said, Told, audit
from engine_samples import context

from tui_installer.engine.operations.install.work import WORK
from tui_installer.kubernetes.components import COMPONENTS, Component
from tui_installer.kubernetes.unquoting import read_options
from tui_installer.model.audit import Result

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.wants import FileWant
    from tui_installer.model.spec import Spec

UIDS = {"root": 0, **{str(component): 600 + n for n, component in enumerate(COMPONENTS)}}
KINDS = {
    "PRIVATE KEY": "key", "BEGIN CERTIFICATE": "cert", "PUBLIC KEY": "public",
    "kind: Config": "kubeconfig",
}  # fmt: skip
PROVIDERS = r"resources|providers|secrets|secretbox|identity"


def told(ctx: Context) -> Told:
    """As the host would tell it after the install."""
    host = ctx.spec.hosts[0]
    wants = WORK.wants_of(ctx, host)
    files = {want.path: want for want in wants.files}
    programs = {str(c): said(c, ctx, files) for c in COMPONENTS}
    for folder in wants.folders:
        name = folder.unit.removesuffix(".service")
        programs[name].files[folder.path] = ["dir", folder.mode, *ids(folder.owner)]
    return Told(programs)


def ids(owner: str) -> list[int]:
    user, group = owner.split(":")
    return [UIDS[user], UIDS[group]]


def said(component: Component, ctx: Context, files: dict[str, FileWant]) -> Said:
    layout = ctx.spec.layout
    options, unit = component.options_path(layout), layout.unit(component)
    _, words = read_options(files[options].data.decode())
    flags = dict(word.removeprefix("--").split("=", 1) for word in words)
    named = {part for value in flags.values() for part in value.split(",")} & files.keys()
    named |= {p for p, want in files.items() if any(p in other(files[n]) for n in named)}
    found = Said(UIDS[str(component)], flags, sources={unit: "unit", options: "options"})
    for path in (*named, options, unit):
        found.files[path] = [kind(files[path]), files[path].mode, *ids(files[path].owner)]
        found.texts[path] = other(files[path])
    if path := flags.get("encryption-provider-config"):
        found.words = " ".join(re.findall(rf"\b({PROVIDERS})\b", other(files[path])))
    return found


def other(want: FileWant) -> str:
    return (want.data or b"").decode(errors="replace")


def kind(want: FileWant) -> str:
    text = other(want)
    return next((name for word, name in KINDS.items() if word in text), "text")


def failed(spec: Spec, folder: Path) -> dict[str, str]:
    found = audit(told(context(folder, spec)))
    assert found.count(Result.PASS) > 70
    bad = (one for one in found.controls if one.result is Result.FAIL)
    return {one.number: one.verdicts["master01"].evidence for one in bad}


def test_a_default_install_fails_nothing(tmp_path: Path):
    assert failed(kube_samples.spec(hosts=kube_samples.hosts(1)), tmp_path) == {}


def test_a_toggle_that_opens_it_fails_its_control(tmp_path: Path):
    spec = kube_samples.spec(hosts=kube_samples.hosts(1))
    opened = dataclasses.replace(spec.security, always_pull_images=False)
    assert failed(dataclasses.replace(spec, security=opened), tmp_path).keys() == {"1.2.11"}
