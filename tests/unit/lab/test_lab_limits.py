import pytest

from tui_installer.lab import limits


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LIMIT", tmp_path / "limit")
    monkeypatch.setattr(limits, "BEFORE", tmp_path / "before")
    limits.LIMIT.write_text("128\n")
    return limits.LIMIT


def test_a_low_limit_is_raised_once_said_and_put_back(kernel):
    said = []
    limits.raise_if_low(said.append)
    limits.raise_if_low(said.append)
    assert kernel.read_text() == "1024\n"
    assert len(said) == 1
    assert "128 -> 1024" in said[0]
    limits.restore()
    assert kernel.read_text() == "128\n"
    assert not limits.BEFORE.exists()


def test_a_limit_that_is_enough_is_left_alone(kernel):
    kernel.write_text("4096\n")
    limits.raise_if_low(pytest.fail)
    limits.restore()
    assert kernel.read_text() == "4096\n"


def test_a_limit_that_somebody_else_set_since_stays(kernel):
    limits.raise_if_low(lambda _line: None)
    kernel.write_text("2048\n")
    limits.restore()
    assert kernel.read_text() == "2048\n"
    assert not limits.BEFORE.exists()
