"""Hostile text in every field of the answers: refused at its place, or carried exactly.

The fields are those of the JSON schema, so a new one is tried too.
"""

from __future__ import annotations

import copy
import functools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hostile_texts
import pytest
from answers_samples import external, switched_on

from tui_installer.actions.sessions import drafts
from tui_installer.kubernetes import lint_extra_args, unit
from tui_installer.kubernetes.components import COMPONENTS, ETCD
from tui_installer.kubernetes.options import options, options_bytes
from tui_installer.kubernetes.unquoting import read_options
from tui_installer.model.answers.schema import schema
from tui_installer.model.check.problems import AnswersInvalid
from tui_installer.store import answers_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.check.problems import Problem
    from tui_installer.model.spec import Spec

TEXTS = hostile_texts.texts()
SCHEMA = schema()
Where = tuple[str | int, ...]
KEY = "(key)"
"""Ends the place of a mapping whose keys are free: the text is a key."""


def fields(block: dict[str, Any] = SCHEMA, at: Where = ()) -> Iterator[Where]:
    """The place of everything that a value can be given to, lists by their first item."""
    for name, field in block["properties"].items():
        if at[-1:] != ("jump",) or name != "jump":  # a chain of jump hosts has no end
            yield from _places(field, (*at, name))


def _places(field: dict[str, Any], at: Where) -> Iterator[Where]:
    forms = [_resolved(form) for form in (field, *field.get("anyOf", ()))]
    block = next((form for form in forms if "properties" in form), None)
    items = next((form["items"] for form in forms if "items" in form), None)
    free = next((f["additionalProperties"] for f in forms if f.get("additionalProperties")), None)
    if block:
        yield from fields(block, at)
    elif items and not any(form.get("type") == "string" for form in forms):
        yield from _places(items, (*at, 0))
    elif free:
        yield (*at, "v")
        yield (*at, KEY)
    else:
        yield at


def _resolved(form: dict[str, Any]) -> dict[str, Any]:
    name = form.get("$ref", "").removeprefix("#/$defs/")
    return {**form, **SCHEMA["$defs"][name]} if name else form


def put(data: dict[str, Any], at: Where, text: str) -> dict[str, Any]:
    """A copy in which the text stands there; blocks on the way are made."""
    made: Any = copy.deepcopy(data)
    *above, last = at
    here = made
    for part, following in zip(above, at[1:], strict=True):
        if isinstance(here, list) and not here:
            here.append({})
        elif not isinstance(here, list) and not here.get(part):
            here[part] = [] if isinstance(following, int) else {}
        here = here[part]
    if last == KEY:
        here[text] = "x"
    elif isinstance(here, list):
        here[0:1] = [text]
    else:
        here[last] = text
    return made


def base(at: Where) -> dict[str, Any]:
    """Answers, small ones, in which the field is in force."""
    full = external() if at[:2] == ("etcd", "external") else switched_on()
    kept = {"apiVersion", "hosts", "etcd", at[0]} if at[:2] == ("etcd", "external") else set()
    small = {key: full[key] for key in kept or {"apiVersion", "hosts", at[0]}}
    small["hosts"] = [full["hosts"][0]] if at[0] == "hosts" else [{"address": "192.0.2.11"}]
    if at[-1] == "location":
        block = small[str(at[0])]
        block["source"]["kind"] = "tarball"
    return small


def taken(data: dict[str, Any]) -> Spec:
    """Raises AnswersInvalid. JSON is YAML; a character beyond its four digits stands as it is."""
    written = json.dumps(data)
    if "\\ud" in written:
        written = json.dumps(data, ensure_ascii=False)
    loaded = answers_file.loads(written.encode(), "f.yaml", Path("/here"))
    assert loaded.document.data == data
    spec = answers_file.resolve(loaded)
    again = answers_file.loads(answers_file.dump(loaded.answers).encode(), "f.yaml", Path("/here"))
    assert again.answers == loaded.answers
    return spec


def assert_told(problems: tuple[Problem, ...], at: Where) -> None:
    """Each has its place; one is of this field, or of what it is in, and says what is allowed."""
    assert all(problem.file == "f.yaml" and problem.line and problem.column for problem in problems)
    assert_named(problems, at)


def assert_named(problems: tuple[Problem, ...], at: Where) -> None:
    """Of a signature one answer asks for another, so that its whole block may be named."""
    above = at[-1] == KEY or "signature" in at
    dotted = ".".join(map(str, at[:-1] if above else at))
    ours = [p for p in problems if p.path.startswith(dotted) or dotted.startswith(p.path)]
    assert ours
    assert any(
        problem.hint or re.search("want |write |not YAML", problem.message) for problem in ours
    ), ours
    assert all(str(problem).isprintable() for problem in problems)


ALL = tuple(fields())


def test_every_field_is_tried_with_hundreds_of_texts():
    assert len(ALL) > 80
    assert len(TEXTS) >= 600
    places = {".".join(map(str, at)) for at in ALL}
    assert {"cluster.name", "hosts.0.ssh.jump.user", "sans.0", "etcd.external.ca"} <= places
    assert {"kubernetes.extraArgs.apiserver.v", f"etcd.extraArgs.{KEY}"} <= places


@pytest.mark.parametrize("at", ALL, ids=lambda at: ".".join(map(str, at)))
def test_hostile_text_is_refused_at_its_place_or_carried_exactly(at):
    """Half of the texts for a field, the other half for the next."""
    small = base(at)
    for text in TEXTS[ALL.index(at) % 2 :: 2]:
        data = put(small, at, text)
        _, in_wizard = drafts.judge(data)
        try:
            spec = taken(data)
        except AnswersInvalid as error:
            assert_told(error.problems, at)
            assert_named(in_wizard, at)
            continue
        if unknown := tuple(lint_extra_args(spec)):
            assert_named(unknown, at)
        else:
            assert in_wizard == ()
            assert_carried(spec)


def assert_carried(spec: Spec) -> None:
    """What the programs are given is what was said: by the reading of systemd."""
    for component in COMPONENTS:
        if component is ETCD and spec.etcd.mode != "stacked":
            continue
        words = tuple(f"--{n}={v}" for n, v in options(component, spec, spec.hosts[0]))
        written = options_bytes(component, spec, spec.hosts[0]).decode()
        assert read_back(written) == (component.variable, words)
        lines = unit(component, spec, spec.hosts[0]).decode().splitlines()
        assert [line for line in lines if line.startswith("Exec")] == [
            f"ExecStart={component.binary(spec.layout)} ${component.variable}"
        ]


@functools.cache
def read_back(written: str) -> tuple[str, tuple[str, ...]]:
    """Most fields are of no program, so the options of programs are the same again and again."""
    return read_options(written)


def test_the_canary_was_not_made_here():
    """Runs after the others of this file: they read the texts in this very process."""
    assert not Path(hostile_texts.CANARY).exists()
