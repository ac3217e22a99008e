"""What the installer is compared with does the same work."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from kube_samples import hosts, spec
from repo_root import ROOT

from tui_installer.kubernetes import options
from tui_installer.kubernetes.components import APISERVER, COMPONENTS, ETCD

if TYPE_CHECKING:
    from pathlib import Path

BENCHMARKS = ROOT / "benchmarks"
PARAMETERS = """
folder=$1 binaries=$1/bin hosts=master01=192.0.2.11 domain=cluster.local
service_cidr=10.0.0.0/24 pod_cidr=10.244.0.0/16 encryption_key=x
"""


def by_hand(tmp_path: Path) -> dict[str, dict[str, str]]:
    """The flags of each program that by_hand.sh writes for one host."""
    (tmp_path / "bin").mkdir()
    for name in ("admission.yaml", "audit-policy.yaml"):
        (tmp_path / "bin" / name).touch()
    lines = (BENCHMARKS / "by_hand.sh").read_text().splitlines()
    suites = "\n".join(line for line in lines if line.startswith("suites="))
    script = f"set -eu{PARAMETERS}{suites}\n. {BENCHMARKS}/hand/files.sh\n"
    subprocess.run(
        ["sh", "-c", script + "host_files master01 192.0.2.11", "sh", str(tmp_path)], check=True
    )
    root = tmp_path / "hosts/master01"
    layout = spec().layout
    return {
        one.name: _flags((root / one.options_path(layout).lstrip("/")).read_text())
        for one in COMPONENTS
    }


def _flags(text: str) -> dict[str, str]:
    words = text.replace("\\\n", " ").replace('"', " ").split()
    pairs = (word.removeprefix("--").partition("=") for word in words if word.startswith("--"))
    return {name: value for name, _, value in pairs}


@pytest.mark.parametrize("component", COMPONENTS, ids=str)
def test_the_same_flags_are_set_by_hand(component, tmp_path: Path) -> None:
    chosen = spec(hosts=hosts(1))
    ours = dict(options(component, chosen, chosen.hosts[0]))
    theirs = by_hand(tmp_path)[component.name]
    names = {"initial-cluster-token"} if component is ETCD else set()
    if component is APISERVER:
        names = {"bind-address"}  # 0.0.0.0 is its own default
    else:
        names |= {"service-account-private-key-file"}  # there all programs are root, so one copy
    assert {n: v for n, v in theirs.items() if n not in names} == {
        n: v for n, v in ours.items() if n not in names
    }


def test_a_service_accounts_token_is_issued_and_reviewed_by_hand_too() -> None:
    steps = (BENCHMARKS / "hand/api.sh").read_text()
    assert "create token default" in steps
    assert "TokenReview" in steps
