"""Gathers the facts of one host: one script, one round trip, a strict parser."""

from __future__ import annotations

import base64
import binascii
import re
import time
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import TYPE_CHECKING

from tui_installer.errors import ConnectionFailed, InstallerError
from tui_installer.model.moment import moment
from tui_installer.model.run.facts import (
    AccountFact,
    Closed,
    EtcdData,
    FileFact,
    FolderFact,
    HostFacts,
    PortFact,
    Space,
    UnitFact,
    UnitFiles,
)
from tui_installer.model.spec import APISERVER_PORT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.remote.host import Host

MAX_LINES = 4000
_PART = re.compile(r"^\. \./(\S+)\n", re.MULTILINE)
"""Includes another script, in sh's own syntax, so that tools for sh understand it too."""
_MACHINE_ID = re.compile(r"[0-9a-f]{32}")
_LARGEST = 1 << 53
"""Above it a float is not exact; no host has that many kB."""


@dataclass(frozen=True, slots=True)
class Query:
    """What the script reports on. Paths are absolute; units end in .service."""

    manifest: str
    texts: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    folders: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    filled: tuple[tuple[str, str], ...] = ()
    """(USER:GROUP, folder): who should own the folder and everything in it."""
    passages: tuple[str, ...] = ()
    """Paths that an unprivileged user must be able to reach."""
    listed: tuple[str, ...] = ()
    """Paths, and ``user:NAME``, that the manifest may list."""
    entries: tuple[str, ...] = ()
    """Folders whose entries are listed."""
    etcd_data: str = ""
    """etcd's data folder, '' if the host should have none."""

    def words(self) -> tuple[str, ...]:
        pairs = (
            ("t", self.texts),
            ("s", self.secrets),
            ("x", self.programs),
            ("u", self.units),
            ("p", self.ports),
            ("d", self.folders),
            ("n", self.accounts),
            ("o", (f"{owner}:{path}" for owner, path in self.filled)),
            ("c", self.passages),
            ("m", self.listed),
            ("f", self.entries),
            ("e", (self.etcd_data,) if self.etcd_data else ()),
        )
        return (self.manifest, *(f"{kind}:{word}" for kind, words in pairs for word in words))


def script(name: str) -> str:
    """A POSIX-sh script by its name in scripts/, with its includes: hosts have none of them."""
    text = resources.files("tui_installer.engine.hosts").joinpath("scripts", name).read_text()
    return _PART.sub(lambda line: script(line[1]), text)


async def gather(host: Host, query: Query) -> HostFacts:
    """The facts of one host.

    Raises ConnectionFailed, also for malformed output, and InstallerError if tools there lack
    what the scripts need.
    """
    before = time.time()
    done = await host.run(script("facts.sh"), *query.words(), timeout=60)
    after = time.time()
    try:
        reading = _Reading.of(done.text)
        if unfit := reading.one.get("unfit"):
            raise _unfit(host.spec.name, unfit)
        found = reading.facts(host, query, (before + after) / 2, (after - before) / 2)
    except (ValueError, KeyError, IndexError) as error:
        raise ConnectionFailed(
            "the host's facts could not be read",
            details=(str(error), *done.stderr.splitlines()[-5:]),
            hint="log in and check that sh, awk, sed, stat and sha256sum work for root",
            host=host.spec.name,
        ) from None
    return replace(found, forwarding=await host.forwarding("127.0.0.1", APISERVER_PORT))


def _unfit(host: str, tools: list[str]) -> InstallerError:
    return InstallerError(
        f"tools of the host lack options that are needed, as busybox's do: {', '.join(tools)}",
        hint="install GNU coreutils and findutils there, in /usr/bin",
        host=host,
        step="preflight",
    )


@dataclass(slots=True)
class _Reading:
    one: dict[str, list[str]] = field(default_factory=dict)
    many: dict[str, list[list[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> _Reading:
        lines = text.splitlines()
        if len(lines) > MAX_LINES or not lines or lines[-1] != "end":
            raise ValueError("the output is truncated" if len(lines) <= MAX_LINES else "too long")
        reading = cls()
        for line in lines[:-1]:
            key, *fields = line.split("\t")
            reading.one[key] = fields
            reading.many.setdefault(key, []).append(fields)
        return reading

    def rows(self, key: str) -> Iterator[list[str]]:
        return iter(self.many.get(key, ()))

    def last(self, key: str, index: int = 0, default: str = "") -> str:
        fields = self.one.get(key, [])
        return fields[index] if index < len(fields) else default

    def facts(self, host: Host, query: Query, now: float, uncertainty: float) -> HostFacts:
        ahead = moment(self.last("time")) - now
        systemd = _number(self.last("systemd") or "0")
        return HostFacts(
            host=host.spec.name,
            hostname=self.last("uname", 0),
            system=self.last("system") or self.last("uname", 1),
            kernel=self.last("uname", 2),
            machine=self.last("uname", 3),
            systemd=systemd,
            root=host.root,
            login=f"{host.login.user} by {host.login.identity}",
            skew=0.0 if abs(ahead) <= uncertainty else ahead,
            memory_total=_number(self.last("memtotal", default="0")) * 1024,
            memory_available=_number(self.last("memavailable", default="0")) * 1024,
            addresses=tuple(row[0] for row in self.rows("address")),
            swap=self.last("swap") == "yes",
            cgroup=self.last("cgroup"),
            selinux=self.last("selinux"),
            machine_id=self._machine_id(),
            tools=frozenset(row[0] for row in self.rows("tool")),
            files=self._files(),
            units=self._units(query.units if systemd else ()),
            ports=tuple(
                PortFact(_number(r[0]), r[1], _number(r[2]), r[3]) for r in self.rows("port")
            ),
            spaces={
                r[0]: Space(r[1], _number(r[2]) * 1024, tuple(r[3].split(",")))
                for r in self.rows("space")
            },
            versions={row[0]: row[1] for row in self.rows("version")},
            folders={
                r[0]: FolderFact(_number(r[1], 8), r[2], r[3] == "yes") for r in self.rows("folder")
            },
            accounts={row[0]: _account(row) for row in self.rows("account")},
            closed=self._closed(),
            listed=frozenset(row[0] for row in self.rows("listed")),
            entries=self._entries(),
            unit_files={
                r[0]: UnitFiles(r[1], r[2], _content(r[3]) if r[3] else None)
                for r in self.rows("unitfiles")
            },
            etcd_data=self._etcd_data(),
        )

    def _machine_id(self) -> str:
        found = self.last("machineid")
        return found if _MACHINE_ID.fullmatch(found) else ""  # such as ``uninitialized``

    def _entries(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {row[0]: () for row in self.rows("inside")}
        for folder, name in self.rows("entry"):
            found[folder] = (*found[folder], name)
        return found

    def _etcd_data(self) -> EtcdData | None:
        found = [EtcdData(r[0], _number(r[1]), moment(r[2])) for r in self.rows("etcddata")]
        return found[-1] if found else None

    def _closed(self) -> dict[str, tuple[Closed, ...]]:
        found: dict[str, tuple[Closed, ...]] = {}
        for path, mode, owner, folder in self.rows("closed"):
            found[path] = (*found.get(path, ()), Closed(folder, _number(mode, 8), owner))
        return found

    def _units(self, asked: tuple[str, ...]) -> dict[str, UnitFact]:
        found = {row[0]: _unit(row) for row in self.rows("unit")}
        if missing := set(asked) - found.keys():
            raise ValueError(f"no state of {', '.join(sorted(missing))}")
        return found

    def _files(self) -> dict[str, FileFact]:
        contents = {row[0]: _content(row[1]) for row in self.rows("content")}
        found = {
            row[0]: FileFact(
                sha256=row[1],
                mode=_number(row[2], 8),
                owner=row[3],
                size=_number(row[4]),
                changed=moment(row[5]),
                ours=row[6] == "yes",
                content=contents.get(row[0]),
            )
            for row in self.rows("file")
        }
        for path, what in self.rows("odd"):
            found[path] = FileFact(f"a {what}", 0, "", 0, 0.0, ours=False)
        return found


def _account(row: list[str]) -> AccountFact:
    name, uid, alias, group, groups, shell, gid, members = row
    return AccountFact(
        uid=_number(uid) if uid else -1,
        alias=alias,
        group=group,
        groups=frozenset(groups.split()),
        shell=shell,
        gid=_number(gid) if gid else -1,
        members=tuple(one for one in members.split(",") if one not in ("", name)),
    )


def _unit(row: list[str]) -> UnitFact:
    _, load, active, sub, enabled, since, restarts, stale = row
    return UnitFact(
        load=load,
        active=active,
        sub=sub,
        enabled=enabled,
        started=moment(since or "0"),
        restarts=_number(restarts or "0"),
        stale=stale == "yes",
    )


def _number(text: str, base: int = 10) -> int:
    """A count. Raises ValueError for a number that no host can have."""
    number = int(text, base)
    if not 0 <= number < _LARGEST:
        raise ValueError(f"{text[:40]} is out of range")
    return number


def _content(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ValueError(f"bad base64: {error}") from None
