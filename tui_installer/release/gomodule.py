"""Makes the temporary Go module that requires the programs' modules, and their version flags."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_installer.errors import InstallerError
from tui_installer.release.files import read_json
from tui_installer.release.gotool import Go, GoFailed, numbers, parse_json, run_go
from tui_installer.release.threads import together

if TYPE_CHECKING:
    from tui_installer.model.spec import Version
    from tui_installer.release.job import Job

_ETCD_FOLDERS = {"etcd": "server", "etcdctl": "etcdctl", "etcdutl": "etcdutl"}
_VERSION_PACKAGES = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
_ETCD_SHA = "go.etcd.io/etcd/api/v3/version.GitSHA"


@dataclass(frozen=True, slots=True)
class Module:
    """One downloaded and verified module. time, commit: '' if the proxy doesn't report them."""

    path: str
    folder: Path
    time: str
    commit: str
    edit: dict[str, Any]
    """Its go.mod, as ``go mod edit -json`` prints it."""


def modules_of(job: Job) -> tuple[str, ...]:
    if job.is_etcd:
        return tuple(f"go.etcd.io/etcd/{_ETCD_FOLDERS[name]}/v3" for name in job.names)
    return ("k8s.io/kubernetes",)


def packages_of(job: Job) -> tuple[str, ...]:
    """The main packages, in the order of the job's names."""
    if job.is_etcd:
        return modules_of(job)
    return tuple(f"k8s.io/kubernetes/cmd/{name}" for name in job.names)


def built_name(name: str) -> str:
    """What `go build -o FOLDER/` calls the program."""
    return _ETCD_FOLDERS.get(name, name)


async def download(job: Job, go: Go, folder: Path) -> list[Module]:
    """Downloads and verifies the modules of the job's programs. Raises InstallerError."""
    return await together(_module(job, go, folder, path) for path in modules_of(job))


def write_module(job: Job, modules: list[Module], folder: Path) -> None:
    """Writes go.mod and go.sum. The modules' own go.sum files verify their dependencies."""
    lines = ["module release", f"go {_go_line(modules)}"]
    lines += [f"require {module.path} {job.version}" for module in modules]
    for module in modules:
        lines += _replaces(module.edit, job.version) + _debug(module.edit)
    (folder / "go.mod").write_text("\n".join(dict.fromkeys(lines)) + "\n")
    sums = [(module.folder / "go.sum").read_text().splitlines() for module in modules]
    (folder / "go.sum").write_text("\n".join(sorted({s for each in sums for s in each})) + "\n")


def check_version(go: Go, modules: list[Module], title: str) -> None:
    """Raises InstallerError if go is older than the modules require."""
    wanted = _go_line(modules)
    if go.release() < numbers(wanted):
        raise InstallerError(
            f"{title} needs Go {wanted} or newer; this machine has {go.version}",
            hint="install a newer Go, or use another source",
        )


def ldflags(job: Job, modules: list[Module]) -> str:
    """Linker flags as upstream's build has them: stripped, with the text for --version."""
    source = modules[0]
    if job.is_etcd:
        values = {_ETCD_SHA: source.commit[:9]}
    else:
        facts = {
            "gitVersion": str(job.version),
            "gitMajor": str(job.version.major),
            "gitMinor": str(job.version.minor),
            "gitCommit": source.commit,
            "gitTreeState": "clean",
            "buildDate": source.time,
        }
        values = {f"{p}.{key}": text for p in _VERSION_PACKAGES for key, text in facts.items()}
    return " ".join(["-s -w -buildid=", *(f"-X {key}={text}" for key, text in values.items())])


async def _module(job: Job, go: Go, folder: Path, path: str) -> Module:
    try:
        text = await run_go(go.env, folder, "mod", "download", "-json", f"{path}@{job.version}")
    except GoFailed:
        await _explain(job, go, folder, path)
        raise
    found = parse_json(text)
    info = await asyncio.to_thread(read_json, Path(found["Info"])) or {}
    edit = await run_go(go.env, folder, "mod", "edit", "-json", found["GoMod"])
    commit = str((info.get("Origin") or {}).get("Hash", ""))
    return Module(path, Path(found["Dir"]), str(info.get("Time", "")), commit, json.loads(edit))


async def _explain(job: Job, go: Go, folder: Path, path: str) -> None:
    """Raises InstallerError if the proxy lists versions, but not this one."""
    try:
        text = await run_go(go.env, folder, "list", "-m", "-json", "-versions", path)
    except GoFailed:
        return
    versions = [str(version) for version in parse_json(text).get("Versions") or ()]
    if not versions or str(job.version) in versions:
        return
    minor = f"v{job.version.major}.{job.version.minor}."
    near = [version for version in versions if version.startswith(minor)]
    raise InstallerError(
        f"{job.title} is not at the Go module proxy",
        details=(f"it has no {path}@{job.version}",),
        hint=f"the newest {minor}x there is {near[-1]}"
        if near
        else f"the newest version there is {versions[-1]}",
        answer=f"{'etcd' if job.is_etcd else 'kubernetes'}.version",
    )


def _go_line(modules: list[Module]) -> str:
    return max((str(module.edit["Go"]) for module in modules), key=numbers)


def _replaces(edit: dict[str, Any], version: Version) -> list[str]:
    """The module's `replace` lines that also work outside its own repository.

    Kubernetes' staging folders are published as v0.MINOR.PATCH of their modules. etcd
    requires the published versions of its neighbouring folders.
    """
    lines = []
    for each in edit.get("Replace") or ():
        old, new = each["Old"], each["New"]
        if new["Path"].startswith("./staging/"):
            target = f"{old['Path']} v0.{version.minor}.{version.patch}{version.suffix}"
        elif new["Path"].startswith("."):
            continue
        else:
            target = f"{new['Path']} {new.get('Version', '')}"
        lines.append(f"replace {old['Path']} {old.get('Version', '')} => {target}")
    return lines


def _debug(edit: dict[str, Any]) -> list[str]:
    """The run-time defaults (godebug) of the released programs."""
    pairs = edit.get("GoDebug") or edit.get("Godebug") or ()
    return [f"godebug {pair['Key']}={pair['Value']}" for pair in pairs]
