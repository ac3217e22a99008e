"""The answers about how a source's site is reached, and who fetches the programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_installer.model.answers.document import Answers, Host
from tui_installer.model.answers.source import SourceLogin
from tui_installer.model.check.problems import AnswersInvalid
from tui_installer.model.check.resolve import resolve
from tui_installer.model.spec import FetchedBy, SecretRef


def answers(kubernetes=None, etcd=None):
    made = Answers(hosts=[Host(address="192.0.2.11")])
    for source, given in ((made.kubernetes.source, kubernetes), (made.etcd.source, etcd)):
        for key, value in (given or {}).items():
            setattr(source, key, value)
    return made


def test_the_defaults_are_the_systems_trust_no_login_and_this_machine():
    spec = resolve(answers())
    for source in (spec.source, spec.etcd.source):
        assert (source.ca, source.login) == (None, SecretRef())
        assert source.fetch is FetchedBy.OPERATOR


def test_a_ca_and_a_login_are_of_one_source_with_absolute_paths():
    said = {"ca": "~/company.pem", "login": SourceLogin(file="login")}
    both = answers(said, {"login": SourceLogin(env="LOGIN")})
    spec = resolve(both, home=Path("/home/me"), folder=Path("/work"))
    assert spec.source.ca == Path("/home/me/company.pem")
    assert spec.source.login == SecretRef(Path("/work/login"))
    assert spec.etcd.source.ca is None
    assert spec.etcd.source.login == SecretRef(env="LOGIN")


def test_the_hosts_may_fetch_kubernetes_from_a_mirror():
    spec = resolve(answers({"fetch": "hosts"}))
    assert spec.source.fetch is FetchedBy.HOSTS
    assert spec.etcd.source.fetch is FetchedBy.OPERATOR


TARBALL, FOLDER = {"kind": "tarball"}, {"kind": "folder", "location": "/x"}
URL = "https://mirror.example/k.tar.gz"
REFUSED = [
    ({**FOLDER, "ca": "/ca.pem"}, {}, "kubernetes.source.ca", "only a site has one"),
    ({**TARBALL, "location": "/k.tgz", "ca": "/ca.pem"}, {}, "kubernetes.source.ca", "only a site"),
    ({**FOLDER, "login": SourceLogin(env="X")}, {}, "kubernetes.source.login", "only a site has"),
    ({}, {**FOLDER, "login": SourceLogin(file="/x")}, "etcd.source.login", "only a site has one"),
    ({"login": SourceLogin(file="/x", env="X")}, {}, "kubernetes.source.login", "both a file and"),
    ({**TARBALL, "location": URL, "fetch": "hosts"}, {}, "kubernetes.source.fetch", "is tarball"),
    ({**FOLDER, "fetch": "hosts"}, {}, "kubernetes.source.fetch", "the kind is folder"),
    ({"kind": "go", "location": "", "fetch": "hosts"}, {}, "kubernetes.source.fetch", "is go"),
    ({}, {"fetch": "hosts"}, "etcd.source.fetch", "etcd is published as a tarball"),
]


@pytest.mark.parametrize(("kubernetes", "etcd", "path", "says"), REFUSED)
def test_what_does_not_fit_the_source_is_refused_with_what_would_be_right(
    kubernetes, etcd, path, says
):
    with pytest.raises(AnswersInvalid) as caught:
        resolve(answers(kubernetes, etcd))
    (problem,) = caught.value.problems
    assert problem.path == path
    assert says in problem.message
    assert problem.hint or "want" in problem.message


def test_a_tarball_by_url_may_have_a_ca_and_a_login():
    said = {**TARBALL, "location": URL, "ca": "/ca.pem", "login": SourceLogin(env="LOGIN")}
    assert resolve(answers(said)).source.ca == Path("/ca.pem")


def test_a_login_in_the_url_leads_to_the_answer_for_it():
    with pytest.raises(AnswersInvalid) as caught:
        resolve(answers({"location": "https://me:hunter2@mirror.example"}))
    (problem,) = caught.value.problems
    assert "name the login in source.login" in problem.message
    assert "hunter2" not in problem.message
