"""The wizard in a terminal of 80 by 24, by keys alone: from bare hosts to a verified cluster."""

from __future__ import annotations

import sys

import pytest
import yaml
from site_under_test import V137, Site, assert_nothing_to_do
from tmux import Terminal

HOSTS = ("master01", "master02", "master03")
SOURCES = ("mirror", "tarball", "folder", "go")
"""In the order of the page's list."""


@pytest.fixture(scope="module")
def site(new_site):
    made: Site = new_site(*HOSTS)
    (made.home / "person").mkdir()
    return made


@pytest.fixture(scope="module")
def walked(site):
    """(the last screen, the exit code) of one walk through all pages."""
    argv = [sys.executable, "-m", "tui_installer"]
    env = {k: site.environ()[k] for k in ("HOME", "TUI_INSTALLER_HOME", "TUI_INSTALLER_CACHE")}
    with Terminal(site.home, argv, env) as terminal:
        start(terminal)
        hosts(terminal, site)
        cluster(terminal, site)
        further_pages(terminal)
        screen = deploy(terminal)
        terminal.press("C-q")
        return screen, terminal.ended()


def start(terminal):
    terminal.wait("New installation")
    terminal.press("Enter")
    terminal.wait("No host yet")


def hosts(terminal, site):
    """Pastes three lines, says which key logs in, reviews the host keys."""
    terminal.press("p")
    terminal.wait("Paste a list of hosts")
    for host in site.answers["hosts"]:
        terminal.type(f"{host['name']} {host['address']}")
        terminal.press("Enter")
    terminal.wait("adds 3 hosts")
    terminal.press("C-n")
    terminal.wait("3 hosts")
    terminal.press("s")
    terminal.wait("Login for all hosts")
    terminal.press("Tab", "Tab")
    terminal.type(site.answers["ssh"]["identityFiles"][0])
    terminal.press("Escape")
    terminal.wait("3 new host keys")
    terminal.press("k")
    screen = terminal.wait("3 new host keys")
    terminal.press("a")
    screen = terminal.wait("✓ accept")
    for host in site.answers["hosts"]:
        assert host["fingerprint"] in screen
    terminal.press("Enter")
    terminal.wait("✓ 3 ready", 60)
    terminal.press("Enter")
    terminal.wait("Cluster name")


def cluster(terminal, site):
    terminal.press("C-u")
    terminal.type(site.answers["cluster"]["name"])
    source = site.answers["kubernetes"]["source"]
    terminal.press("Tab", "Tab", "C-u")
    terminal.type(V137)
    terminal.press("Tab", "Enter")
    terminal.wait("Server tarball")
    terminal.press(*["Down"] * SOURCES.index(source["kind"]), "Enter")
    if source["location"]:
        terminal.press("Tab", "C-u")
        terminal.type(source["location"])
    terminal.press("C-n")


def further_pages(terminal):
    terminal.wait("kubernetes.default.svc")
    terminal.press("C-n")
    terminal.wait("bootstrap.kubernetes.io/token")
    terminal.press("C-n")
    terminal.wait("super-admin")
    terminal.press("C-n")


def deploy(terminal):
    terminal.wait("changes, 0 restarts", 120)
    terminal.press("F8")
    terminal.wait("operator", 30)
    return terminal.wait("Control plane verified", 300)


def test_it_ends_on_a_verified_cluster(walked):
    screen, code = walked
    assert "✓ Control plane verified" in screen
    assert code == 0


def test_the_cluster_is_there_and_a_headless_run_has_nothing_to_do(site, walked):
    kept = site.state / "answers.yaml"
    drafts = list((site.home / "state").glob("*/answers.yaml"))
    assert len(drafts) == 1
    answers = yaml.safe_load((kept if kept.exists() else drafts[0]).read_text())
    assert [host["name"] for host in answers["hosts"]] == list(HOSTS)
    headless = site.variant(**answers)
    assert_nothing_to_do(headless)


def test_the_components_answer(site, walked):
    assert "ok" in site.kubectl("get", "--raw", "/readyz")
