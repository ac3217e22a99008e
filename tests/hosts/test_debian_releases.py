"""A full install on every Debian release that is supported, each verified and run again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from site_under_test import assert_nothing_to_do, assert_verified

if TYPE_CHECKING:
    from site_under_test import Site

HOST = "master01"
RELEASES = {
    "bullseye": "Debian GNU/Linux 11",
    "bookworm": "Debian GNU/Linux 12",
    "trixie": "Debian GNU/Linux 13",
}


@pytest.mark.parametrize("base", RELEASES)
def test_one_master_is_verified_and_a_second_run_has_nothing_to_do(new_site, base):
    site: Site = new_site(HOST, base=base)
    done = site.install("--verify")
    assert_verified(done, [HOST])
    assert RELEASES[base] in done.of("HostFound")[0]["system"]
    assert_nothing_to_do(site)
