"""Gathers the audit facts of one host: one script, one round trip, parsed strictly."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
from typing import TYPE_CHECKING

from tui_installer.engine.audit import flags
from tui_installer.engine.audit.flags import Flags
from tui_installer.engine.audit.host import HostAudit, HostFile, Program, read_yaml
from tui_installer.engine.hosts.facts import script
from tui_installer.errors import ConnectionFailed, InstallerError
from tui_installer.kubernetes.components import ETCD, SCHEDULER, by_name
from tui_installer.remote.clean import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_installer.remote.host import Host

SECONDS = 60
MAX_LINES = 8000
_KINDS = frozenset({"dir", "key", "cert", "public", "kubeconfig", "text"})
_SOURCES = frozenset({"unit", "options", "manifest"})

Row = list[str]


async def gather(host: Host) -> HostAudit:
    """Returns the audit facts of a host. Raises ConnectionFailed, also for a malformed answer."""
    try:
        done = await host.run(script("control_plane.sh"), timeout=SECONDS)
    except ConnectionFailed:
        raise
    except InstallerError as error:  # too much output is not a verdict of a control
        raise ConnectionFailed(error.message, details=error.details, hint=error.hint) from None
    try:
        return await asyncio.to_thread(read, host.spec.name, done.text)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ConnectionFailed(
            "the host's answer for the audit could not be read",
            details=(clean(str(error), 200), *done.stderr.splitlines()[-5:]),
            hint="log in by hand and check that sh, awk, sed, stat, find and base64 work for root",
            host=host.spec.name,
        ) from None


def read(host: str, text: str) -> HostAudit:
    """Parses the script's output. Raises ValueError, KeyError, IndexError or TypeError."""
    lines = text.splitlines()
    if not lines or lines[-1] != "end" or len(lines) > MAX_LINES:
        raise ValueError("it is cut short or too long")
    rows: dict[str, dict[str, list[Row]]] = {}
    for line in lines[:-1]:
        kind, owner, *fields = line.split("\t")
        rows.setdefault(kind, {}).setdefault(owner, []).append(fields)
    if unknown := rows.keys() - {"host", "program", "environ", "source", "text", "words", "file"}:
        raise ValueError(f"unexpected: {min(unknown)[:20]}")
    files = {owner: [_file(row) for row in found] for owner, found in rows.get("file", {}).items()}
    return HostAudit(
        host,
        tuple(_program(rows, files, pid) for pid in rows.get("program", {})),
        near=tuple(files.get("near", ())),
        admin=tuple(files.get("admin", ())),
        cni=tuple(files.get("cni", ())),
    )


def _file(row: Row) -> HostFile:
    path, kind, mode, uid, gid, user, group = row
    if kind not in _KINDS:
        raise ValueError(f"unexpected: {kind[:20]}")
    return HostFile(path, kind, int(mode, 8), int(uid), int(gid), user, group)


def _program(
    rows: dict[str, dict[str, list[Row]]], files: dict[str, list[HostFile]], pid: str
) -> Program:
    name, uid, gids, user, pod, argv = rows["program"][pid][0]
    if (component := by_name(name)) is None:
        raise ValueError(f"unexpected: {name[:20]}")
    own = {file.path: file for file in files.get(pid, ())}

    def of(kind: str) -> list[Row]:
        return rows.get(kind, {}).get(pid, [])

    plain = Program(
        pid=int(pid),
        component=component,
        uid=int(uid),
        gids=frozenset(map(int, gids.split())),
        user=user,
        in_pod=pod == "pod",
        flags=flags.of_words(component, _text(argv).splitlines()[1:]),
        files=own,
        sources=tuple((_source(kind), own[path]) for kind, path in of("source")),
        texts={path: _text(content) for path, content in of("text")},
        words=tuple(of("words")[0][1].split()) if of("words") else (),
    )
    environ = [line for (content,) in of("environ") for line in _text(content).splitlines()]
    return dataclasses.replace(plain, flags=_all_flags(plain, environ))


def _source(kind: str) -> str:
    if kind not in _SOURCES:
        raise ValueError(f"unexpected: {kind[:20]}")
    return kind


def _all_flags(program: Program, environ: Sequence[str]) -> Flags:
    """The flags, completed from the environment or a configuration file."""
    given = program.flags
    if program.component is SCHEDULER and "config" in given:
        data = read_yaml(program.texts.get(given.get("config"), "")) or {}
        return given.with_values(flags.of_scheduler_file(data))
    if program.component is ETCD:
        inherited = Flags(flags.of_etcd_environment(list(environ)))
        file = given.get("config-file", inherited.get("config-file"))
        if file:
            return Flags(flags.of_etcd_file(read_yaml(program.texts.get(file, "")) or {}))
        rest = [pair for pair in flags.of_etcd_environment(list(environ)) if pair[0] not in given]
        return given.with_values(rest)
    return given


def _text(encoded: str) -> str:
    """The decoded text without terminal controls. Raises ValueError."""
    raw = base64.b64decode(encoded, validate=True)
    return clean(raw, limit=len(raw) + 1)
