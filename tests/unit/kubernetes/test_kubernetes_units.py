"""The units, and what systemd says to them."""

from __future__ import annotations

import configparser
import shutil
import subprocess

import pytest
from kube_samples import external, spec

from tui_installer.kubernetes import unit
from tui_installer.kubernetes.components import APISERVER, COMPONENTS, ETCD, SCHEDULER
from tui_installer.model.spec import Layout


def read(component, chosen=None):
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str
    parser.read_string(unit(component, chosen or spec(), spec().hosts[0]).decode())
    return parser


@pytest.mark.parametrize("component", COMPONENTS, ids=str)
def test_a_missing_options_file_stops_the_start(component):
    path = read(component)["Service"]["EnvironmentFile"]
    assert path == component.options_path(spec().layout)
    assert path.startswith("/")


@pytest.mark.parametrize("component", COMPONENTS, ids=str)
def test_it_runs_the_program_with_its_options_and_for_ever(component):
    found = read(component)
    assert found["Service"]["ExecStart"] == (
        f"{component.binary(spec().layout)} ${component.variable}"
    )
    assert found["Service"]["Restart"] == "always"
    assert found["Unit"]["StartLimitIntervalSec"] == "0"
    assert found["Install"]["WantedBy"] == "multi-user.target"


@pytest.mark.parametrize("component", COMPONENTS, ids=str)
def test_only_programs_that_notify_are_waited_for(component):
    notifies = component in (ETCD, APISERVER)
    assert (read(component)["Service"]["Type"] == "notify") is notifies


def test_the_api_server_starts_after_etcd_only_where_it_is_on_the_same_host():
    stacked = read(APISERVER)["Unit"]["After"].split()
    elsewhere = read(APISERVER, spec(etcd=external(on_hosts=True)))["Unit"]["After"]
    assert "etcd.service" in stacked
    assert elsewhere == "network-online.target"


@pytest.mark.parametrize("folder", ["kubernetes", "a b%h;c$HOME #", "é漢"])
@pytest.mark.parametrize("component", COMPONENTS, ids=str)
def test_systemd_finds_nothing_to_complain_about(component, folder, tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze on this machine")
    base = tmp_path / folder
    layout = Layout(str(base), str(base), str(tmp_path))
    program = base / "bin" / component.name
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for each in COMPONENTS:
        (tmp_path / each.unit).write_bytes(unit(each, spec(layout=layout), spec().hosts[0]))
    done = subprocess.run(
        [analyze, "verify", "--man=no", "--recursive-errors=no", str(tmp_path / component.unit)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_systemd_does_complain_about_a_unit_that_is_wrong(tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze on this machine")
    wrong = tmp_path / "kube-scheduler.service"
    wrong.write_bytes(
        unit(SCHEDULER, spec(), spec().hosts[0]).replace(b"Restart=always", b"Restart=yes!")
    )
    done = subprocess.run(
        [analyze, "verify", "--man=no", str(wrong)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Failed to parse service restart" in done.stdout + done.stderr
