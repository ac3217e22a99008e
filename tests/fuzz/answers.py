"""Answers files: read, judged, resolved, and what is made of the good ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import answers_samples
import yaml

from fuzz import mutate
from tui_installer.actions.sessions import drafts
from tui_installer.kubernetes import kubeconfig, lint_extra_args, sans, units
from tui_installer.kubernetes.components import COMPONENTS, CONTROLLER_MANAGER, SCHEDULER
from tui_installer.kubernetes.options import options, options_bytes
from tui_installer.kubernetes.unquoting import read_options
from tui_installer.model.answers.document import Answers
from tui_installer.model.check.problems import AnswersInvalid
from tui_installer.store import answers_file, strict_yaml
from tui_installer.store.example import example

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tui_installer.model.spec import HostSpec, Spec

NAME = "f.yaml"
FOLDER = Path("/fuzz")
TREES: tuple[dict[str, Any], ...] = (
    answers_samples.switched_on(),
    answers_samples.external(),
    {"apiVersion": "tui-installer/v1", "hosts": [{"address": "192.0.2.11", "name": "m1"}]},
)
SEEDS = (*(yaml.safe_dump(tree, sort_keys=False).encode() for tree in TREES), example().encode())


def make(chance: Random) -> bytes:
    if chance.random() < 0.6:
        return mutate.as_yaml(chance, mutate.of_tree(chance, chance.choice(TREES)))
    seed = chance.choices(SEEDS, (4, 4, 6, 1))[0]
    return mutate.of_bytes(chance, seed, SEEDS)


def reader(_: Path) -> Callable[[bytes], str]:
    return read


def read(data: bytes) -> str:
    """As a run, and as the wizard, which takes wrong answers too."""
    try:
        _draft(strict_yaml.load(data, NAME).data)
        loaded = answers_file.loads(data, NAME, FOLDER)
        spec = answers_file.resolve(loaded)
    except AnswersInvalid as error:
        _check_told(error)
        return "refused"
    assert answers_file.loads(answers_file.dump(loaded.answers).encode(), NAME, FOLDER).answers == (
        loaded.answers
    )
    if list(lint_extra_args(spec)):
        return "refused flags"
    for host in spec.hosts:
        _build(spec, host)
    return "taken"


def _check_told(error: AnswersInvalid) -> None:
    assert error.problems
    for problem in error.problems:
        assert str(problem).isprintable()
        assert len(str(problem)) < 3000
        unplaced = problem.message.startswith(("too large", "is empty", "and ", "is not YAML"))
        assert unplaced or (problem.file == NAME and problem.line and problem.column), problem


def _draft(data: dict[str, Any]) -> None:
    answers, problems = drafts.judge(data)
    assert isinstance(answers, Answers)
    assert all(str(problem).isprintable() for problem in problems)
    again = strict_yaml.load(drafts.as_yaml(data).encode(), NAME).data
    # Text, for nan is not equal to itself.
    assert json.dumps(again, sort_keys=True) == json.dumps(data, sort_keys=True)


def _build(spec: Spec, host: HostSpec) -> None:
    sans.server_sans(spec)
    for component in COMPONENTS:
        wanted = tuple(f"--{n}={v}" for n, v in options(component, spec, host))
        found = read_options(options_bytes(component, spec, host).decode())
        assert found == (component.variable, wanted)
        units.unit(component, spec, host)
    for component in (CONTROLLER_MANAGER, SCHEDULER):
        assert yaml.safe_load(kubeconfig.for_component(component, spec, host))
