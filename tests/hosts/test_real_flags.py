"""The flag tables against the real programs: what they take, and what they refuse."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from flag_samples import RECORDED, gone, ours
from kube_samples import version

from tui_installer.model.spec import Source, SourceKind
from tui_installer.release.cache import Cache
from tui_installer.release.fetch import cached
from tui_installer.store.paths import cache_root

if TYPE_CHECKING:
    from tui_installer.kubernetes.components import Component


def ask(path, *args):
    done = subprocess.run(
        [path, *args, "--version"], capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(("component", "of_version"), RECORDED)
async def test_a_real_program_takes_all_our_options_and_refuses_every_removed_flag(
    component: Component, of_version: str, programs
):
    source = Source(SourceKind(programs["kind"]), programs["location"])
    wanted = version(of_version)
    found = await cached(
        source, wanted, "amd64", (component.name,), cache=Cache(cache_root()), say=print
    )
    path = found[component.name].path
    status, told = ask(path, *(f"--{name}={value}" for name, value in ours(component, of_version)))
    assert status == 0, told
    assert of_version.lstrip("v") in told
    for name in gone(component, of_version):
        status, told = ask(path, f"--{name}=1")
        assert status != 0, name
        assert re.search(rf"(unknown flag: --|not defined: -){name}\b", told), (name, told)
