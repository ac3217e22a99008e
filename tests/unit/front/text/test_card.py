"""The card of a failure, and an error outside a run."""

from __future__ import annotations

import pytest

from tui_installer.errors import ConnectionFailed, InstallerError
from tui_installer.front.text.card import card, error_text
from tui_installer.front.text.style import Style
from tui_installer.model.run.events import Failed

PLAIN = Style(colour=False)


@pytest.mark.parametrize(
    ("host", "step", "head"),
    [
        ("m1", "etcd", "✗ FAILED on m1 in step etcd"),
        ("m1", "", "✗ FAILED on m1"),
        ("", "preflight", "✗ FAILED in step preflight"),
        ("", "", "✗ FAILED"),
    ],
)
def test_a_card_says_where_as_far_as_there_is_a_where(host: str, step: str, head: str) -> None:
    assert card(Failed(host, step, "no", (), ""), PLAIN) == f"{head}\n  no"


def test_a_card_holds_evidence_and_the_next_step() -> None:
    event = Failed("m1", "etcd", "no", ("one", "two"), "do this")
    assert card(event, PLAIN) == (
        "✗ FAILED on m1 in step etcd\n  no\n    one\n    two\n  Next: do this"
    )


def test_a_card_says_the_same_without_colour() -> None:
    event = Failed("m1", "etcd", "no", ("one",), "do this")
    painted = card(event, Style(colour=True))
    for code in ("31;1", "2", "36", "0"):
        painted = painted.replace(f"\x1b[{code}m", "")
    assert painted == card(event, PLAIN)


def test_an_error_outside_a_run_is_told_with_host_details_and_hint() -> None:
    error = ConnectionFailed("refused", host="m1", details=("port 22",), hint="start sshd")
    assert error_text(error, PLAIN) == "error: refused (m1)\n  port 22\n  Next: start sshd"
    assert error_text(InstallerError("no"), PLAIN) == "error: no"
