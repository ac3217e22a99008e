"""Failures of real hosts in the wizard, in a terminal of 80 by 24: keys alone lead to each fix."""

from __future__ import annotations

import copy
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tmux import Terminal

from tui_installer.store.yaml_dump import dumped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from site_under_test import Site

HOSTS = ("master01", "master02", "master03")
KEYS_ALONE = (
    "printf '%s\\n' 'PasswordAuthentication no' 'KbdInteractiveAuthentication no' "
    ">/etc/ssh/sshd_config.d/00-keys-alone.conf; systemctl reload ssh"
)
SQUATTER = "my $s = IO::Socket::INET->new(LocalPort => 6443, Listen => 1) or die; sleep 600"
SQUAT = (
    f"echo '{SQUATTER}' >/root/squatter.pl; systemd-run -q --collect --unit=squatter "
    "perl -MIO::Socket::INET /root/squatter.pl; "
    "timeout 20 sh -c 'until ss -Hltn sport = :6443 | grep -q .; do sleep 0.1; done'"
)
AHEAD = (
    "cat >/usr/sbin/date <<'END'\n#!/bin/sh\n"
    '[ "$1" = +%s.%N ] && [ $# = 1 ] && exec /bin/date -d "+10 minutes" "$@"\n'
    'exec /bin/date "$@"\nEND\nchmod 755 /usr/sbin/date'
)
BROKEN = {
    "port taken": (
        SQUAT,
        "systemctl stop squatter",
        "port 6443 is in use by perl",
        "squatter.service",
    ),
    "clock off": (
        AHEAD,
        "rm /usr/sbin/date",
        "600 s ahead of this machine's",
        "timedatectl set-ntp true",
    ),
    "disk full": (
        "mount -t tmpfs -o size=50m tmpfs /opt",
        "umount /opt",
        "/opt has 50 MB free",
        "g goes to the folders",
    ),
}
"""What breaks the host, what mends it, the cause on Review, the hint on Hosts."""
NOBODY = 99
"""The last number of an address on the hosts' bridge at which nothing answers."""


@pytest.fixture(scope="module")
def site(new_site: Callable[..., Site]) -> Site:
    made: Site = new_site(*HOSTS)
    return made


def terminal(site: Site, folder: Path, answers: dict[str, Any], *options: str) -> Terminal:
    """The wizard on complete answers, with a state folder of its own."""
    file = folder / "answers.yaml"
    file.write_text(dumped(answers))
    env = {
        "HOME": str(folder),
        "TUI_INSTALLER_HOME": str(folder / "state"),
        "TUI_INSTALLER_CACHE": site.environ()["TUI_INSTALLER_CACHE"],
    }
    argv = [sys.executable, "-m", "tui_installer", "--answers", str(file), "--interactive"]
    return Terminal(folder, [*argv, *options], env)


def nobody(site: Site) -> str:
    """An address on the bridge that no host has."""
    return f"{site.answers['hosts'][0]['address'].rpartition('.')[0]}.{NOBODY}"


def broken(site: Site, folder: Path) -> dict[str, Any]:
    """An unknown host key, a login that is refused, and an address where nothing answers."""
    key = folder / "wrong"
    subprocess.run(["ssh-keygen", "-qt", "ed25519", "-N", "", "-f", str(key)], check=True)
    answers = copy.deepcopy(site.answers)
    unknown, refused, silent = answers["hosts"]
    del unknown["fingerprint"]
    refused["ssh"] = {"identityFiles": [str(key)]}
    silent["address"] = nobody(site)
    return answers


def test_three_failures_lead_from_the_review_to_a_plan(site: Site, tmp_path: Path) -> None:
    right = {host["name"]: host for host in site.answers["hosts"]}
    site.ssh("master02", KEYS_ALONE)
    with terminal(site, tmp_path, broken(site, tmp_path)) as shown:
        screen = shown.wait("No plan", 60)
        for text in ("is not known", "accepts none of the identities", nobody(site)):
            assert text in screen
        screen = shown.wait("g Fix")
        assert "✓ Hosts" not in screen
        assert "f8 Start" not in screen
        shown.press("C-n")
        assert "Nothing can start: there is no plan" in shown.wait("Nothing can start")

        shown.press("Enter")  # the unknown key
        shown.wait("k: review and accept it", 30)
        shown.press("k")
        screen = shown.wait("Compare with")
        assert right["master01"]["fingerprint"] in screen
        shown.press("Space", "Enter")
        shown.wait("master01 is ready. Esc goes back to Review.", 30)

        shown.press("Down", "g")  # the login
        shown.wait("Identity files")
        shown.press("C-u")
        shown.press("Escape")
        shown.wait("✓ 2 ready", 60)

        shown.press("Down")
        shown.wait("e edits this host, d removes it")
        shown.press("g")  # the address
        shown.wait("Host 3")
        shown.press("C-u")
        shown.type(right["master03"]["address"])
        shown.press("Escape")
        shown.wait("✓ 3 ready", 60)
        assert "! Hosts" not in shown.wait("▸ Hosts")
        shown.press("Enter")
        shown.wait("F8 to start", 120)
        assert "✓ Hosts" in shown.screen
        shown.press("C-q")


@pytest.mark.parametrize("name", BROKEN)
def test_a_host_is_fixed_and_the_plan_is_made(site: Site, tmp_path: Path, name: str) -> None:
    breaks, mends, cause, there = BROKEN[name]
    site.ssh("master02", breaks)
    try:
        with terminal(site, tmp_path, site.answers) as shown:
            screen = " ".join(shown.wait("No plan", 120).split())
            assert cause in screen
            shown.press("Enter")
            shown.wait(there, 60)
            shown.wait("! Hosts", 60)  # the mark follows the check of every host
            site.ssh("master02", mends)
            mends = "true"
            shown.press("r")
            shown.wait("✓ 3 ready", 60)
            shown.wait("master02 is ready. Esc goes back to Review.")
            shown.press("Enter")
            shown.wait("F8 to start", 120)
            shown.press("C-q")
    finally:
        site.ssh("master02", mends)


def test_new_host_keys_are_accepted_where_the_option_says_so(site: Site, tmp_path: Path) -> None:
    answers = copy.deepcopy(site.answers)
    for host in answers["hosts"]:
        del host["fingerprint"]
    with terminal(site, tmp_path, answers, "--accept-new-host-keys") as shown:
        shown.wait("F8 to start", 120)
        shown.press("C-q")
    assert (tmp_path / "state" / "known_hosts").read_text().count("\n") == len(HOSTS)


def test_a_console_that_is_not_utf_8_is_drawn_in_ascii(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "TUI_INSTALLER_HOME": str(tmp_path / "state"), "LANG": "C"}
    with Terminal(tmp_path, [sys.executable, "-m", "tui_installer"], env) as shown:
        screen = shown.wait("LANG=C: symbols are shown in ASCII")
        assert screen.isascii()
        shown.wait("Try it on lab hosts")
        shown.press("Enter")
        assert shown.wait("No host yet").isascii()
        shown.press("C-q")
