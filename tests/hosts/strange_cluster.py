"""A control plane of somebody else's making: another layout, and all of it weak."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.lab import lab

if TYPE_CHECKING:
    from site_under_test import Site

SCRIPT = Path(__file__).with_suffix(".sh").read_text()
SECRETS = ("SECRETTOKENOFANADMIN", "c2VjcmV0LWtleS1vZi10aGUtY2x1c3Rlci0zMi1ieXQ=")


def make(site: Site, host: str, programs: str) -> None:
    """programs: the host that has them already."""
    site.ssh(host, "mkdir -p /srv/strange")
    paths = "opt/kubernetes/bin/kube-* opt/etcd/bin/etcd"
    pack = lab.ssh_argv(site.lab.folder, programs, f"cd /; tar -cf - {paths}")
    unpack = "tar -C /srv/strange --strip-components=3 -xf -"
    with subprocess.Popen(pack, stdout=subprocess.PIPE) as packed:
        argv = lab.ssh_argv(site.lab.folder, host, unpack)
        subprocess.run(argv, stdin=packed.stdout, check=True, timeout=120)
    site.ssh(host, SCRIPT)
