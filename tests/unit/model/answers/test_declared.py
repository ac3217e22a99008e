"""What is declared of an answer is found wherever the answer stands."""

from __future__ import annotations

import dataclasses
import pathlib
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from tui_installer.engine.guards import immutable
from tui_installer.front.tui.pages import PAGES
from tui_installer.model import api_rate, certificate_spec, certificates
from tui_installer.model import security as security_module
from tui_installer.model import spec as spec_module
from tui_installer.model.answers.declared import Asked, Fixed, LocalFile, When, declared, parser
from tui_installer.model.answers.document import Answers, Host
from tui_installer.model.answers.known_keys import (
    every_field,
    field_at,
    fields_of,
    inner_block,
    is_public,
)
from tui_installer.model.answers.questions import questions, words_of
from tui_installer.model.answers.schema import schema
from tui_installer.model.check.resolve import resolve
from tui_installer.store.example import example

SCHEMA = schema()
EXAMPLE = example()


@pytest.mark.parametrize(
    "path",
    [
        ("ssh", "passphrase"),
        ("ssh", "passphrase", "env"),
        ("ssh", "sudo", "password", "file"),
        ("ssh", "jump", "passphrase"),
        ("hosts", 0, "ssh", "passphrase"),
        ("hosts", 2, "ssh", "sudo", "password"),
        ("hosts", 2, "ssh", "sudo", "password", "a typed password"),
    ],
)
def test_what_may_hold_a_password_is_not_public(path: tuple[str | int, ...]) -> None:
    assert not is_public(path)


@pytest.mark.parametrize(
    "path", [(), ("cluster", "name"), ("hosts", 0, "address"), ("sans", 1), ("nothing", "known")]
)
def test_any_other_answer_is_public(path: tuple[str | int, ...]) -> None:
    assert is_public(path)


def test_a_path_names_its_field() -> None:
    named = field_at(("hosts", 0, "ssh", "user"))
    assert named is not None
    assert named.description == "As ssh.user, for this host."
    assert field_at(("hosts", 0)) is None
    assert field_at(("sans", 0)) is None
    assert field_at(()) is None


EVERY = {f"{block.__name__}.{key}": info for block, key, info in every_field()}
BY_HAND = {
    # The pages with tables of their own.
    "Answers.hosts", "Answers.sans",
    # Asked for when they are needed, with the file that holds them as the other way.
    "SecretSource.file", "SecretSource.env",
    # Only in the file: what few need, and what the type of a host's login does not ask again.
    "Answers.apiVersion", "Signature.key", "Signature.identity", "Signature.issuer",
    "Signature.trustedRoot", "ExtraArgs.apiserver", "ExtraArgs.controllerManager",
    "ExtraArgs.scheduler", "EtcdSource.kind", "EtcdSource.location", "EtcdSource.sha256",
    "EtcdSource.ca", "EtcdSource.fetch", "SourceLogin.file", "SourceLogin.env",
    "Etcd.extraArgs", "Jump.address", "Jump.port", "Jump.user", "Jump.identityFiles",
    "Jump.agent", "Jump.fingerprint", "HostSsh.agent", "HostSsh.config", "HostSudo.mode",
    "OwnCa.cert", "OwnCa.key",
}  # fmt: skip
"""The answers without a field of their own in the wizard, on purpose."""


@pytest.mark.parametrize("name", EVERY)
def test_every_answer_is_declared_whole(name: str) -> None:
    """Described, read by a parser or by its type, shown by the schema and by the example."""
    info, (block, key) = EVERY[name], name.split(".")
    assert (info.description or "").endswith(".")
    typed = {bool, int} & {info.annotation, *get_args(info.annotation)}
    words = words_of(info.annotation) or name == "Answers.apiVersion"
    assert parser(info) or inner_block(info.annotation) or typed == {bool} or words, "no parser"
    described = SCHEMA if block == "Answers" else SCHEMA["$defs"][block]
    assert key in described["properties"]
    assert f"{key}:" in EXAMPLE


@pytest.mark.parametrize(
    "name", [name for name in EVERY if not inner_block(EVERY[name].annotation)]
)
def test_every_answer_is_asked_for_in_the_wizard_or_left_out_on_purpose(name: str) -> None:
    assert (declared(EVERY[name], Asked) is None) == (name in BY_HAND)


def test_every_question_belongs_to_one_page_and_its_label_fits() -> None:
    for question in questions():
        (owner,) = [page.id for page in PAGES if page.owns(question.path)]
        assert len(question.label) < (19 if owner == "certificates" else 22), question.label
        assert question.help


def test_what_decides_about_an_answer_is_one_itself() -> None:
    for block, key, info in every_field():
        file = declared(info, LocalFile)
        for when in filter(None, (declared(info, When), file and file.when)):
            assert when.key in fields_of(block), f"{block.__name__}.{key}"


def test_every_answer_that_is_declared_fixed_is_guarded() -> None:
    guarded = {one.name for one in immutable.FIXED}
    keys = {name.rpartition(".")[2] for name in guarded}
    fixed = {name for name, info in EVERY.items() if declared(info, Fixed)}
    in_session = {"cert", "signs"}  # refused by Authority before a host is asked: test_own_ca.py
    assert {name.rpartition(".")[2] for name in fixed} <= keys | in_session
    assert "It cannot be changed later: nodes and pods already have" in EXAMPLE.replace(
        "\n  # ", " "
    )


def fits(value: object, hint: Any) -> bool:
    """Whether value is of the type that hint says, its items too."""
    if get_origin(hint) in (Union, UnionType):
        return any(fits(value, one) for one in get_args(hint))
    if get_origin(hint) is tuple:
        inner = [one for one in get_args(hint) if one is not Ellipsis]
        kinds = inner * len(value) if Ellipsis in get_args(hint) else inner  # type: ignore[arg-type]
        return isinstance(value, tuple) and all(map(fits, value, kinds))
    return isinstance(value, hint) and isinstance(value, bool) == (hint is bool)


def test_every_field_of_the_spec_has_the_type_that_it_says() -> None:
    """Nothing else compares what parsers give with what the spec's classes declare."""
    answers = Answers(hosts=[Host(address="192.0.2.11")])
    made = resolve(answers)
    for part in (made, made.certificates, made.token, made.layout, made.security, made.api_rate,
                 made.security.audit, made.security.pod_security, made.etcd):  # fmt: skip
        modules = (
            spec_module, api_rate, certificates, certificate_spec, security_module, pathlib
        )  # fmt: skip
        names = {name: one for module in modules for name, one in vars(module).items()}
        hints = get_type_hints(type(part), localns=names)
        for field in dataclasses.fields(part):  # type: ignore[arg-type]
            assert fits(getattr(part, field.name), hints[field.name]), field.name
