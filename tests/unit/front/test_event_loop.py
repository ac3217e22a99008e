"""What goes wrong in the event loop beside the work."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_installer.front.event_loop import run

if TYPE_CHECKING:
    import pytest


def test_it_returns_what_the_work_returns() -> None:
    assert run(asyncio.sleep(0, "done")) == "done"


def test_a_reader_that_was_closed_as_its_data_came_is_silent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def work() -> None:
        waiting = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(waiting.set_result, None)
        waiting.cancel()
        await asyncio.sleep(0)

    run(work())
    assert capsys.readouterr() == ("", "")


def test_another_fault_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    async def work() -> None:
        asyncio.get_running_loop().call_soon(lambda: int("x"))
        await asyncio.sleep(0)

    run(work())
    told = capsys.readouterr().err
    assert told.startswith("internal error, the command continues: ")
    assert told.count("\n") == 1
    assert "ValueError: invalid literal" in told
