"""Shared by the tests of downloads: a site on this machine, reached without a proxy or a wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from release_support import Getter, Site, Tls, kubernetes_site

from tui_installer.release import download

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "FIRST_PAUSE", 0.01)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "netrc"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def get(tmp_path: Path) -> Getter:
    return Getter(tmp_path / "cache")


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return Tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(kubernetes_site()) as running:
        yield running
