"""Stopping: at once where nothing is half done, after it where something is."""

from __future__ import annotations

import asyncio

import pytest

from tui_installer.engine.core.stop import Stop


async def running(work, stop: Stop) -> asyncio.Task[None]:
    task = asyncio.create_task(work())
    stop.task = task
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return task


async def test_where_nothing_is_under_way_it_ends_at_once() -> None:
    stop = Stop()
    task = await running(lambda: asyncio.sleep(60), stop)
    stop.request()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_piece_that_was_begun_is_ended_and_no_other_begins() -> None:
    stop, done, go = Stop(), [], asyncio.Event()

    async def pieces() -> None:
        for number in range(3):
            async with stop.whole():
                await go.wait()
                done.append(number)

    task = await running(pieces, stop)
    stop.request()
    await asyncio.sleep(0.01)
    assert not task.done()
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == [0]


async def test_all_pieces_that_were_begun_side_by_side_are_ended() -> None:
    stop, done = Stop(), []
    gates = [asyncio.Event() for _ in range(3)]

    async def piece(number: int) -> None:
        async with stop.whole():
            await gates[number].wait()
            done.append(number)

    async def pieces() -> None:
        await asyncio.gather(*map(piece, range(3)))

    task = await running(pieces, stop)
    stop.request()
    for number, gate in enumerate(gates):
        assert not task.done()
        assert done == list(range(number))
        gate.set()
        await asyncio.sleep(0.01)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == [0, 1, 2]


async def test_asked_twice_it_ends_within_a_piece() -> None:
    stop, done = Stop(), []

    async def piece() -> None:
        async with stop.whole():
            await asyncio.sleep(60)
            done.append(0)

    task = await running(piece, stop)
    stop.request()
    stop.request()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == []
