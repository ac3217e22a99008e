"""Times that others wrote down: taken as a calendar has them, else refused."""

from __future__ import annotations

import time

import pytest

from tui_installer.model.moment import END, moment


@pytest.mark.parametrize("told", [0, 1.5, "1.5", 1_790_000_000, END - 1])
def test_a_time_is_unix_seconds(told: object) -> None:
    assert moment(told) == float(str(told))
    assert time.gmtime(moment(told))


@pytest.mark.parametrize(
    "told", [-1, END, 10**400, float("nan"), float("inf"), "nan", "1e999", "x", "", None, [], {}]
)
def test_what_no_calendar_has_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match=r"not a time|could not convert"):
        moment(told)
