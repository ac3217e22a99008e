"""The fault table: which fault strikes where. All chance in it comes from one seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chaos.stop import Point, Stop
from tui_installer.model.run.events import CLUSTER, OPERATOR

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE = ("master01",)
THREE = ("master01", "master02", "master03")
STEPS = (
    ("certificates", OPERATOR),
    ("binaries", OPERATOR),
    ("etcd-files", ""),
    ("etcd", ""),
    ("apiserver-files", ""),
    ("apiserver", ""),
    ("controllers-files", ""),
    ("controllers", ""),
    ("kubectl", ""),
    ("bootstrap", CLUSTER),
    ("kubeconfig", OPERATOR),
    ("verify", CLUSTER),
)
"""(step, place): in the pipeline's order; '' is one of the hosts."""
UPLOADS = ("etcd-files", "apiserver-files", "controllers-files", "kubectl")
ACTIONS = {"certificates": 90, "kubeconfig": 3, "bootstrap": 8, "verify": 30}
"""About how many actions these steps have; the others have about FEW."""
FEW = 5


@dataclass(frozen=True, slots=True)
class Case:
    """One fault at one moment. host: whom it strikes. seed: of all that is left to chance."""

    fault: str
    step: str
    place: str
    point: Point
    hosts: tuple[str, ...]
    host: str
    seed: int

    @property
    def name(self) -> str:
        return f"{self.fault}:{self.point}:{self.step}:{len(self.hosts)}"

    @property
    def stop(self) -> Stop:
        chance = random.Random(self.seed)
        number = chance.randint(1, ACTIONS.get(self.step, FEW))
        return Stop(self.step, self.place, self.point, number, chance.random())


def case(seed: int, fault: str, point: Point, step: str, hosts: tuple[str, ...]) -> Case:
    """The same case for the same arguments, whatever other cases there are."""
    own = random.Random(f"{seed} {fault} {point} {step} {len(hosts)}").randrange(1 << 32)
    struck = random.Random(own).choice(hosts)
    return Case(fault, step, dict(STEPS)[step] or struck, point, hosts, struck, own)


def whole(seed: int) -> list[Case]:
    """Every case, in the order in which they are told."""
    found = [case(seed, *row, ONE) for row in _on_one_master()]
    found += [case(seed, *row, THREE) for row in _on_three_masters()]
    return found


def _on_one_master() -> Iterator[tuple[str, Point, str]]:
    names = [step for step, _ in STEPS]
    for step in names:
        for point in (Point.BEFORE, Point.INSIDE, Point.AFTER):
            yield "kill -9", point, step
        for fault in ("SIGINT", "SIGINT twice", "SIGTERM", "SIGHUP"):
            yield fault, Point.INSIDE, step
        for fault in ("link cut", "link blip", "reset", "silence", "reboot", "power cut"):
            yield fault, Point.INSIDE, step
        for fault in ("state disk full", "state read-only"):
            yield fault, Point.INSIDE, step
    for step in UPLOADS:
        for fault in ("kill -9", "SIGINT", "link cut", "reset", "silence", "power cut"):
            yield fault, Point.UPLOAD, step
        for fault in ("reboot", "host disk full"):
            yield fault, Point.UPLOAD, step


def _on_three_masters() -> Iterator[tuple[str, Point, str]]:
    for step in ("etcd-files", "etcd", "apiserver", "controllers"):
        for fault in ("kill -9", "link cut", "reboot", "power cut"):
            yield fault, Point.INSIDE, step
    yield "silence", Point.UPLOAD, "apiserver-files"
    yield "host disk full", Point.UPLOAD, "controllers-files"
    yield "SIGTERM", Point.INSIDE, "bootstrap"
    yield "kill -9", Point.INSIDE, "verify"


QUICK = (
    ("kill -9", Point.INSIDE, "certificates", ONE),
    ("kill -9", Point.UPLOAD, "apiserver-files", ONE),
    ("kill -9", Point.INSIDE, "etcd", ONE),
    ("SIGINT twice", Point.INSIDE, "controllers-files", ONE),
    ("SIGTERM", Point.INSIDE, "apiserver", ONE),
    ("link cut", Point.UPLOAD, "etcd-files", ONE),
    ("reset", Point.INSIDE, "bootstrap", ONE),
    ("silence", Point.UPLOAD, "controllers-files", ONE),
    ("power cut", Point.UPLOAD, "controllers-files", ONE),
    ("reboot", Point.INSIDE, "controllers", ONE),
    ("host disk full", Point.UPLOAD, "apiserver-files", ONE),
    ("state disk full", Point.INSIDE, "certificates", ONE),
    ("power cut", Point.INSIDE, "etcd", THREE),
)


def quick(seed: int) -> list[Case]:
    return [case(seed, *row) for row in QUICK]
