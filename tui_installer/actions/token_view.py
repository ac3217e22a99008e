"""The tokens that nodes join with: as stored, as written with secrets masked, and their grants."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from tui_installer.kubernetes import objects, tokencsv
from tui_installer.kubernetes.components import APISERVER
from tui_installer.model.check import parse
from tui_installer.model.check.findings import readable
from tui_installer.model.secret import Secret
from tui_installer.model.spec import TokenMode, TokenSpec
from tui_installer.store.yaml_dump import dumped

if TYPE_CHECKING:
    from tui_installer.model.answers.document import Answers

MASK_CHAR = "•"
_STAND_IN = "x" * 16  # needs no quotes


class Kind(StrEnum):
    """The two forms of a token."""

    SECRET = "secret"  # noqa: S105 - a word of the answers
    CSV = "csv"


NAMES = {Kind.SECRET: "Bootstrap token", Kind.CSV: "token.csv"}
FORMS = {
    Kind.SECRET: "6 and 16 characters of a-z and 0-9 with a dot between them",
    Kind.CSV: "32 characters of 0-9 and a-f",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """One token as stored in the session folder. trouble: why it cannot be used.

    token: what a kubelet sends; None if the run will make one. expires: UNIX seconds, 0: never.
    """

    kind: Kind
    token: Secret | None = None
    expires: int = 0
    trouble: str = ""

    @property
    def masked(self) -> str:
        """The token with its secret part as dots; the id of a bootstrap token is public."""
        if self.token is None:
            return ""
        if self.kind is Kind.CSV:
            return MASK_CHAR * 32
        return f"{self.id}.{MASK_CHAR * 16}"

    @property
    def id(self) -> str:
        """The public part of a bootstrap token; '' for another kind or for no token."""
        shown = self.token.reveal().decode() if self.token and self.kind is Kind.SECRET else ""
        return shown.partition(".")[0]


def kinds(answers: Answers) -> tuple[Kind, ...]:
    """Returns the kinds of token that the answers ask for."""
    mode = answers.token.mode
    return tuple(kind for kind in Kind if mode in {kind.value, "both"})


def lifetime(answers: Answers) -> int | None:
    """Returns the lifetime in seconds, 0 for no expiry; None while the answer is wrong."""
    return readable(parse.duration, answers.token.ttl)


def moment(seconds: float) -> str:
    """``2026-11-24 20:25 UTC``."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def span(seconds: float) -> str:
    """Time left in two units, such as ``23 h 59 min``."""
    minutes, days = int(seconds) // 60, int(seconds) // 86400
    if days:
        return f"{days} d {minutes // 60 % 24} h"
    return f"{minutes // 60} h {minutes % 60} min" if minutes else f"{int(seconds)} s"


def until(kept: Kept, answers: Answers, now: float | None = None) -> tuple[str, str]:
    """Returns (level ok, warn, bad or open; until when the token is valid)."""
    at = time.time() if now is None else now
    if kept.trouble:
        return "bad", kept.trouble
    if kept.kind is Kind.CSV:
        return "warn", "until token.csv is changed on every master"
    if kept.token is not None:
        return _left(kept.expires, at)
    ttl = lifetime(answers)
    if ttl is None:
        return "bad", "the lifetime needs fixing"
    return ("open", f"until {moment(at + ttl)}, if made now") if ttl else ("warn", "for ever")


def _left(expires: int, now: float) -> tuple[str, str]:
    if not expires:
        return "warn", "for ever"
    if expires <= now:
        return "bad", f"expired {span(now - expires)} ago; g makes a new one"
    return "ok", f"until {moment(expires)}, {span(expires - now)} left"


def written(kept: Kept, answers: Answers) -> str:
    """Returns what the run will write, with the secret part masked."""
    if kept.kind is Kind.CSV:
        line = tokencsv.line(Secret(_STAND_IN)).decode()
        return line.replace(_STAND_IN, MASK_CHAR * 32)
    ttl = lifetime(answers)
    expires = kept.expires if kept.token else int(time.time() + ttl) if ttl else 0
    manifest = objects.token_secret(kept.id or "······", Secret(_STAND_IN), expires)
    return dumped(manifest).replace(_STAND_IN, MASK_CHAR * 16)


def place(kind: Kind, answers: Answers) -> str:
    """Returns where the run writes the token."""
    if kind is Kind.SECRET:
        return "into the cluster, by the API"
    folder = answers.layout.kubernetes
    owner = "root" if answers.security.services == "root" else APISERVER.name
    return f"to {folder}/cfg/token.csv on every master, 0600, owner {owner}"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a ClusterRoleBinding allows."""

    means: str
    binding: str


_MEANS = {
    "system:node-bootstrapper": "ask for a client certificate",
    "system:certificates.k8s.io:certificatesigningrequests:nodeclient": "have it approved at once",
}


def grants(answers: Answers) -> list[tuple[str, tuple[Grant, ...]]]:
    """Returns (subject, grants) for those who join with the token; other bindings are left out."""
    found: dict[str, tuple[Grant, ...]] = {}
    for binding in objects.bindings_of(TokenSpec(TokenMode(answers.token.mode), 0)):
        subject, role = binding["subjects"][0], binding["roleRef"]["name"]
        if role in _MEANS:
            who = f"{subject['kind']} {subject['name']}"
            grant = Grant(f"{_MEANS[role]} ({_short(role)})", binding["metadata"]["name"])
            found[who] = (*found.get(who, ()), grant)
    return list(found.items())


def _short(role: str) -> str:
    return role if role.count(":") == 1 else f"…:{role.rpartition(':')[2]}"
