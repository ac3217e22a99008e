"""Answers and helpers that the tests of parsing and resolving share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tui_installer.model.answers.document import Answers, Host
from tui_installer.model.check.check import check
from tui_installer.store.example import example

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_installer.model.check.problems import Problem

FINGERPRINT = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"


def refusal(parser: Callable[[str], Any], text: str) -> str:
    """Why parser refuses text; a test fails if it does not."""
    value, why = tried(parser, text)
    if not why:
        pytest.fail(f"{text!r} was taken as {value!r}")
    return why


def tried(parser: Callable[[str], Any], text: str) -> tuple[Any, str]:
    """(value, '') or (None, the sentence). Other exceptions than ValueError pass through."""
    try:
        return parser(text), ""
    except ValueError as error:
        return None, str(error) or "no sentence"


def masters(*addresses: str) -> Answers:
    return Answers(hosts=[Host(address=address) for address in addresses])


def three() -> Answers:
    return masters("192.0.2.11", "192.0.2.12", "192.0.2.13")


def problems(answers: Answers) -> dict[str, Problem]:
    """By path; every path has one problem only."""
    found = check(answers)
    by_path = {problem.path: problem for problem in found}
    assert len(by_path) == len(found)
    return by_path


def only_problem(answers: Answers) -> Problem:
    (problem,) = check(answers)
    return problem


def switched_on() -> dict[str, Any]:
    """The example as data, its commented-out blocks in place of what switches them off."""
    lines = [
        re.sub(r"^(\s*)#(?=[a-zA-Z])", r"\1", line)
        for line in example().splitlines()
        if not re.fullmatch(r"\s*(jump: null|ssh: \{\})", line)
    ]
    found: dict[str, Any] = yaml.safe_load("\n".join(lines))
    return found


def external() -> dict[str, Any]:
    """The same with an etcd that is there already."""
    data = switched_on()
    data["etcd"] |= {"mode": "external", "extraArgs": {}}
    data["etcd"]["external"]["endpoints"] = ["https://192.0.2.21:2379"]
    return data
