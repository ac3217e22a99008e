"""JSON log lines made readable."""

from __future__ import annotations

import json

import pytest

from tui_installer.kubernetes.log_lines import readable

FATAL = {
    "level": "fatal", "ts": "2026-11-23T20:33:16.755805Z", "caller": "etcdmain/etcd.go:157",
    "msg": "discovery failed", "stacktrace": "go.etcd.io/etcd\n\tmain.go:31",
    "name": "master02", "error": "listen tcp 192.0.2.12:2380: bind: address already in use",
}  # fmt: skip


def test_level_message_error_then_the_rest_without_a_stack_trace() -> None:
    assert readable(json.dumps(FATAL)) == (
        "fatal discovery failed error=listen tcp 192.0.2.12:2380: bind: address already in use"
        " name=master02"
    )


def test_values_that_are_no_text_stay_json() -> None:
    line = json.dumps({"level": "info", "msg": "Running: ", "args": ["etcd", "--name=a"]})
    assert readable(line) == 'info Running: args=["etcd", "--name=a"]'


@pytest.mark.parametrize(
    "line",
    ["Failed to start etcd.service - etcd.", "", "[]", "3", '{"level":"info"}', "{", "[" * 100_000],
)
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert readable(line) == line
