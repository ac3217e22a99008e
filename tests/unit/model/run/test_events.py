"""Events: each to JSON and back, and nothing else accepted."""

from __future__ import annotations

import dataclasses
import json
import typing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.model.run import events
from tui_installer.model.run.events import (
    SCHEMA,
    Level,
    LogLine,
    Outcome,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    from_json,
    to_json,
)

KINDS = typing.get_args(events.Event)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NUMBERS = {"float": st.floats(-1e15, 1e15), "int": st.integers(-(10**15), 10**15)}
"""Such as can be shown and computed with."""
EVENT = st.sampled_from(KINDS).flatmap(
    lambda kind: st.builds(
        kind, **{f.name: NUMBERS[f.type] for f in dataclasses.fields(kind) if f.type in NUMBERS}
    )
)


def over_the_wire(event: events.Event) -> Any:
    return json.loads(json.dumps(to_json(event)))


@given(EVENT)
def test_an_event_comes_back_from_json_as_it_was(event: events.Event) -> None:
    back = from_json(over_the_wire(event))
    assert back == event
    assert type(back) is type(event)


def test_enumerated_values_come_back_as_themselves() -> None:
    line = from_json(over_the_wire(LogLine("m1", "etcd", Level.WARNING, "slow")))
    end = from_json(over_the_wire(StepFinished("etcd", "m1", Outcome.STOPPED, "", 0.0)))
    assert isinstance(line, LogLine)
    assert line.level is Level.WARNING
    assert isinstance(end, StepFinished)
    assert end.outcome is Outcome.STOPPED


def test_an_event_is_named_and_its_values_are_plain() -> None:
    done = RunFinished(0, 1.5, 2, 1, (("kubeconfig", "/k"),))
    assert over_the_wire(done) == {
        "event": "RunFinished",
        "exit_code": 0,
        "seconds": 1.5,
        "changes": 2,
        "restarts": 1,
        "artefacts": [["kubeconfig", "/k"]],
    }


def test_the_first_event_of_a_run_carries_the_schema() -> None:
    assert to_json(RunStarted("c", "v1.37.2", ("m1",), ("etcd",)))["schema"] == SCHEMA == 1


def test_the_kinds_that_can_be_read_are_those_that_there_are() -> None:
    assert set(events._KINDS.values()) == set(KINDS)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"event": "Nothing"},
        {"event": None},
        {"event": ["StepStarted"]},
        {"event": "StepStarted"},
        {"event": "StepStarted", "step": "etcd"},
        {"event": "StepStarted", "step": "etcd", "host": "m1", "more": 1},
        {"event": "StepStarted", "step": "etcd", "host": "m1", 5: 1},
        {**to_json(StepFinished("e", "m", Outcome.OK, "", 0.0)), "outcome": "splendid"},
        {**to_json(StepFinished("e", "m", Outcome.OK, "", 0.0)), "outcome": ["ok"]},
        {**to_json(LogLine("m", "e", Level.INFO, "")), "level": None},
        [],
        [["event", "StepStarted"]],
        [1],
        "StepStarted",
        None,
        7,
    ],
)
def test_what_is_no_event_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(data)


@given(JSON)
def test_any_json_is_an_event_or_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="an event is one of"):
        from_json(data)


@given(EVENT, st.text(), JSON)
def test_a_spoilt_event_is_an_event_or_refused(event: events.Event, key: str, value: Any) -> None:
    fields = [field.name for field in dataclasses.fields(event)]
    name = fields[len(key) % len(fields)]
    try:
        back = from_json({**over_the_wire(event), name: value})
    except ValueError:
        return
    assert type(back) is type(event)


def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(ValueError, match="StepStarted"):
        from_json({**to_json(StepStarted("etcd", "m1")), "host": 5})


@pytest.mark.parametrize("number", [10**400, float("inf"), float("nan"), -(1 << 63), 1 << 63])
def test_a_number_that_cannot_be_shown_is_refused(number: float) -> None:
    finished = events.to_json(events.RunFinished(0, 1.5, 2, 0, ()))
    with pytest.raises(ValueError, match="of another type"):
        events.from_json({**finished, "seconds": number})
