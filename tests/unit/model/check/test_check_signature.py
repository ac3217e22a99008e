from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tui_installer.actions.runs.check import check as check_file
from tui_installer.model.answers.document import Answers, Host
from tui_installer.model.answers.local_paths import named, rooted
from tui_installer.model.check.problems import AnswersInvalid
from tui_installer.model.check.resolve import resolve
from tui_installer.model.spec import Signature

ALL = {"identity": "a@example.org", "issuer": "https://i.example.org", "trusted_root": "root.json"}


def answers(kind="mirror", **signature):
    made = Answers(hosts=[Host(address="192.0.2.11")])
    made.kubernetes.source.kind = kind
    for key, value in signature.items():
        setattr(made.kubernetes.source.signature, key, value)
    return made


def problems(made):
    with pytest.raises(AnswersInvalid) as caught:
        resolve(made)
    return {p.path.removeprefix("kubernetes.source.signature."): p for p in caught.value.problems}


def test_nothing_said_is_nothing_checked():
    spec = resolve(answers())
    assert spec.source.signature is None
    assert spec.etcd.source.signature is None


def test_a_key_or_an_identity_resolves_with_absolute_paths():
    by_key = resolve(answers(key="~/mirror.pub"), home=Path("/home/me"), folder=Path("/work"))
    assert by_key.source.signature == Signature(Path("/home/me/mirror.pub"))
    by_name = resolve(answers(**ALL), home=Path("/home/me"), folder=Path("/work"))
    assert by_name.source.signature == Signature(
        None, "a@example.org", "https://i.example.org", Path("/work/root.json")
    )


@pytest.mark.parametrize("missing", ["identity", "issuer", "trusted_root"])
def test_what_belongs_to_an_identity_is_required(missing):
    found = problems(answers(**{key: value for key, value in ALL.items() if key != missing}))
    named_there = "trustedRoot" if missing == "trusted_root" else missing
    assert set(found) == {named_there}
    assert "is required with" in found[named_there].message


def test_a_key_and_an_identity_are_not_both_taken():
    assert set(problems(answers(key="k", **ALL))) == {"identity", "issuer", "trustedRoot"}


def test_go_takes_no_signature():
    made = answers("go", key="k")
    made.kubernetes.source.location = ""
    assert "checksum database" in problems(made)["key"].message


@pytest.mark.parametrize(
    ("key", "value", "at"),
    [
        ("issuer", "accounts", "issuer"),
        ("trusted_root", "a\nb", "trustedRoot"),
    ],
)
def test_values_of_no_use_are_told_at_their_place(key, value, at):
    assert at in problems(answers(**{**ALL, key: value}))


def test_files_that_are_not_there_are_told_before_anything_is_done(tmp_path):
    source = {"signature": {"key": "none.pub"}}
    file = tmp_path / "answers.yaml"
    file.write_text(
        yaml.safe_dump(
            {
                "apiVersion": "tui-installer/v1",
                "kubernetes": {"source": source},
                "hosts": [{"address": "192.0.2.11"}],
            }
        )
    )
    with pytest.raises(AnswersInvalid) as caught:
        check_file(file)
    (problem,) = caught.value.problems
    assert f"{tmp_path}/none.pub does not exist" in problem.message


def test_the_files_move_with_the_answers():
    signature = {"key": "m.pub", "trustedRoot": "~/root.json", "issuer": "https://i"}
    data = {"etcd": {"source": {"signature": signature}}}
    moved = rooted(data, Path("/a"))["etcd"]["source"]["signature"]
    assert (moved["key"], moved["trustedRoot"]) == ("/a/m.pub", "~/root.json")
    assert dict(named(data)) == {
        "etcd.source.signature.key": "m.pub",
        "etcd.source.signature.trustedRoot": "~/root.json",
    }
