"""The lock files: everything pinned with hashes, and in step with pyproject.toml."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from repo_root import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = {"runtime": (), "development": ("dev", "signatures"), "release": ("release",)}
_LINE = re.compile(r"([A-Za-z0-9._-]+)==(\S+)")
WHEELS = {"cryptography", "bcrypt", "cffi", "pydantic-core", "pyyaml", "zstandard"}


def locked(name):
    """{library: (version, its hashes)}"""
    text = (ROOT / f"requirements/{name}.txt").read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text.partition("\n")[2])
    found = {}
    for entry in entries:
        if match := _LINE.match(entry):
            found[match[1]] = (match[2], re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_library_is_pinned_and_has_hashes(name):
    found = locked(name)
    assert len(found) > 20
    assert [library for library, (_, hashes) in found.items() if not hashes] == []
    assert all(len(found[library][1]) > 10 for library in WHEELS)  # a wheel for each platform


@pytest.mark.parametrize(("name", "extras"), LOCKS.items())
def test_what_the_project_wants_is_what_is_locked(name, extras):
    found = locked(name)
    more = PROJECT["optional-dependencies"]
    for line in [*PROJECT["dependencies"], *(line for extra in extras for line in more[extra])]:
        wanted = Requirement(line)
        version, _ = found[canonicalize_name(wanted.name)]
        assert wanted.specifier.contains(version), f"{line}: {version} is locked; make lock"


@pytest.mark.parametrize("name", ["development", "release"])
def test_what_is_tested_and_built_with_is_what_people_run(name):
    runtime, other = locked("runtime"), locked(name)
    assert {library: other[library][0] for library in runtime} == {
        library: version for library, (version, _) in runtime.items()
    }
