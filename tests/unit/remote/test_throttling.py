"""How long a host is waited for that turns connections away."""

from __future__ import annotations

import asyncio

import pytest

from tui_installer.remote.throttling import AT_ONCE, Greeting, Throttled, Turns, Waiting


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (b"Exceeded MaxStartups\r\n", "MaxStartups"),
        (b"Not allowed at this time\r\n", "PerSourcePenalties"),
        (b"\x1b[31mnot ALLOWED at this time", "PerSourcePenalties"),
        (b"HTTP/1.1 400 Bad Request\r\n", ""),
        (b"", ""),
    ],
)
def test_what_sshd_says_instead_of_its_version_is_understood(text, meaning):
    assert meaning in Greeting(text).meaning
    assert bool(Greeting(text).meaning) is bool(meaning)


async def test_waiting_says_so_once_and_ends_with_the_error():
    said, error = [], Throttled("m1: busy", details=("evidence",))
    error.patience = 0.1
    waiting = Waiting(said.append, [0.01, 0.02])
    for _ in range(2):
        await waiting.pause(error)
    with pytest.raises(Throttled) as caught:
        await until_the_end(waiting, error)
    assert said == ["m1: busy; trying again for up to 0.1 s"]
    assert caught.value.details[0] == "evidence"
    assert caught.value.details[-1].startswith("tried for")


async def until_the_end(waiting, error):
    for _ in range(20):
        await waiting.pause(error)


async def test_no_more_logins_than_sshd_takes_are_under_way_at_one_place():
    turns, running, most = Turns(), 0, 0

    async def log_in():
        nonlocal running, most
        async with turns.at("192.0.2.1"):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.001)
            running -= 1

    await asyncio.gather(*(log_in() for _ in range(3 * AT_ONCE)))
    assert most == AT_ONCE < 10
