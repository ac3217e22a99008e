"""Checks what prevents the programs from running as their own users, before anything changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.hosts.query import external_files
from tui_installer.kubernetes.accounts import account
from tui_installer.kubernetes.components import APISERVER, Component, control_plane

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.core.wants import Wants
    from tui_installer.model.run.facts import AccountFact, Closed, HostFacts
    from tui_installer.model.spec import Spec

NO_LOGIN = ("nologin", "false")
_TOP = "bin boot dev etc home lib opt proc root run sbin srv sys tmp usr var"
_BELOW = "usr/local var/cache var/lib var/log var/run var/tmp"
SHARED = frozenset(("/", *(f"/{name}" for name in f"{_TOP} {_BELOW}".split())))
"""System folders that are never given to one program's user."""
OR_ROOT = "or set security.services to root"
_READ, _PASS = 4, 1


def problems(spec: Spec, facts: HostFacts, wants: Wants) -> Iterator[str]:
    """One sentence an obstacle: what is found, what is needed."""
    for folder in wants.folders:
        if folder.path in SHARED:
            yield (
                f"{folder.path} is a system folder and cannot belong to {folder.unit} alone; name "
                "a folder below it"
            )
    if wants.folders and "find" not in facts.tools:
        yield "find is missing (package findutils)"
    if not wants.accounts:
        return
    if "systemd-sysusers" not in facts.tools:
        yield f"systemd-sysusers, which creates users, is missing: install it, {OR_ROOT}"
    for name in wants.accounts:
        if (fact := facts.accounts.get(name)) and (why := _taken(name, fact)):
            yield f"{why}; a system user of that name runs {name}: rename it, {OR_ROOT}"
    for component in control_plane(spec):
        yield from _passages(account(component, spec), facts, _paths(component, spec, wants))
    yield from _external(account(APISERVER, spec), spec, facts)


def _taken(name: str, fact: AccountFact) -> str:
    """Why an existing account cannot be the program's, or ''."""
    if fact.uid < 0:
        if fact.gid == 0 or fact.members:
            return f"the group {name} exists (members: {', '.join(fact.members) or 'root'})"
        return ""
    if fact.uid == 0 or fact.alias != name:
        return f"the user {name} is another name of {fact.alias or 'root'}"
    if fact.group != name:
        return f"the user {name} exists, in the group {fact.group}"
    if fact.shell.rsplit("/", 1)[-1] not in NO_LOGIN:
        return f"the user {name} exists and logs in with {fact.shell or '/bin/sh'}"
    return ""


def _paths(component: Component, spec: Spec, wants: Wants) -> Iterator[str]:
    yield component.binary(spec.layout).rpartition("/")[0]
    for want in wants.folders:
        if want.unit == component.unit:
            yield want.path.rpartition("/")[0]


def _passages(user: str, facts: HostFacts, paths: Iterator[str]) -> Iterator[str]:
    for path in dict.fromkeys(paths):
        for place in facts.closed.get(path, ()):
            if not _may(user, facts, place.mode, place.owner, _PASS):
                yield _closed(user, path, place)


def _closed(user: str, path: str, place: Closed) -> str:
    return (
        f"{place.folder} is {place.mode:04o} {place.owner}: the user {user} cannot reach {path}; "
        f"chmod o+x {place.folder}, {OR_ROOT}"
    )


def _external(user: str, spec: Spec, facts: HostFacts) -> Iterator[str]:
    for path in external_files(spec):
        fact = facts.files.get(path)
        if fact is None:
            continue
        if not _may(user, facts, fact.mode, fact.owner, _READ):
            yield (
                f"{path} is {fact.mode:04o} {fact.owner}: the API server's user {user} cannot read "
                f"it; groupadd -rf {user}, chgrp {user} and chmod g+r it, "
                f"{OR_ROOT}"
            )
        yield from _passages(user, facts, iter((path,)))


def _may(user: str, facts: HostFacts, mode: int, owner: str, right: int) -> bool:
    """Whether mode and owner give a user, who may not exist yet, that right (4, 2 or 1)."""
    fact = facts.accounts.get(user)
    groups = {user} | (fact.groups if fact else frozenset())
    its_user, _, its_group = owner.partition(":")
    shift = 6 if its_user == user else 3 if its_group in groups else 0
    return bool(mode >> shift & right)
