"""The security section: closed where nothing is said, every wrong word told at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_installer.model.answers.document import Answers, Host
from tui_installer.model.check.problems import AnswersInvalid
from tui_installer.model.check.resolve import resolve
from tui_installer.model.security import (
    AuditSpec,
    PodLevel,
    PodSecuritySpec,
    SecuritySpec,
    Services,
)
from tui_installer.store import answers_file

HEAD = "apiVersion: tui-installer/v1\nhosts:\n  - address: 192.0.2.11\n"


def said(text: str) -> SecuritySpec:
    loaded = answers_file.loads((HEAD + text).encode(), "a.yaml", Path("/srv"))
    return answers_file.resolve(loaded).security


def refused(text: str) -> str:
    with pytest.raises(AnswersInvalid) as caught:
        said(text)
    (problem,) = caught.value.problems
    return str(problem)


def test_answers_that_say_nothing_of_it_are_closed():
    closed = SecuritySpec()
    assert said("") == closed
    assert resolve(Answers(hosts=[Host(address="192.0.2.11")])).security == closed
    assert not closed.anonymous_auth
    assert not closed.service_account_extend_token_expiration
    assert closed.services is Services.UNPRIVILEGED
    assert closed.audit == AuditSpec("/var/log/kubernetes/audit.log", 30, 10, 100, "")
    assert closed.deny_service_external_ips
    assert closed.event_rate_limit
    assert closed.pod_security == PodSecuritySpec(PodLevel.BASELINE, PodLevel.RESTRICTED)


def test_every_toggle_reaches_the_spec():
    assert said(
        """\
security:
  anonymousAuth: true
  audit:
    logPath: /var/log/k8s/api.log
    maxAge: 1
    maxBackup: 2
    maxSize: 3
    policyFile: audit.yaml
  alwaysPullImages: false
  denyServiceExternalIPs: false
  eventRateLimit: false
  podSecurity: {enforce: privileged, warn: baseline}
  serviceAccountExtendTokenExpiration: true
  services: root
"""
    ) == SecuritySpec(
        anonymous_auth=True,
        audit=AuditSpec("/var/log/k8s/api.log", 1, 2, 3, "/srv/audit.yaml"),
        always_pull_images=False,
        deny_service_external_ips=False,
        event_rate_limit=False,
        pod_security=PodSecuritySpec(PodLevel.PRIVILEGED, PodLevel.BASELINE),
        service_account_extend_token_expiration=True,
        services=Services.ROOT,
    )


def test_an_audit_log_can_be_left_out():
    assert said("security: {audit: {enabled: false}}\n").audit is None


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("security: {anonymousAuth: maybe}\n", "a.yaml:4:27:", "true or false"),
        ("security: {audit: true}\n", "a.yaml:4:19:", "keys and values"),
        ("security:\n  audit:\n    maxAge: month\n", "a.yaml:6:13:", "a whole number"),
        ("security:\n  audit:\n    maxSize: 0\n", "a.yaml:6:14:", "1 to 10000"),
        ("security:\n  podSecurity:\n    enforce: base\n", "a.yaml:6:14:", "did you mean baseline"),
        ("security:\n  podSecurity:\n    warn: none\n", "a.yaml:6:11:", "privileged, baseline"),
        ("security:\n  denyServiceExternalIps: true\n", "a.yaml:5:3:", "denyServiceExternalIPs"),
    ],
)
def test_a_wrong_word_is_told_with_its_place(text: str, place: str, says: str):
    told = refused(text)
    assert told.startswith(place)
    assert says in told
