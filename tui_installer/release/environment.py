"""Checks the environment variables that downloads depend on, before anything else is done."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tui_installer.release import certificates
from tui_installer.release.client import parse_url
from tui_installer.release.proxies import Proxies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui_installer.model.spec import Source


def check(sources: Iterable[Source]) -> None:
    """Raises UsageError for a variable that a download from one of these sources would refuse.

    Blocks: it reads the files of CAs, but parses no certificate, which would take longer.
    """
    locations = [source.location for source in sources if "://" in source.location]
    for location in locations:
        Proxies(os.environ).of(parse_url(location))
    if any(location.startswith("https:") for location in locations):
        certificates.of_environment()
