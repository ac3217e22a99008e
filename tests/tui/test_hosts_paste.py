"""The dialog that lists of hosts are pasted into."""

from __future__ import annotations

import pytest
from repo_root import ROOT
from ssh_configs import client
from support import SIZE, WIDE, hosts, shown, until, wizard
from textual.widgets import TextArea

from tui_installer.actions.host_checks import host_pool
from tui_installer.front.tui.screens.hosts.host_paste import PasteHosts
from tui_installer.remote import ssh_config

INVENTORY = """\
[all]
node1 ansible_host=192.0.2.11 ip=10.3.0.1 etcd_member_name=etcd1 ansible_user=ubuntu
node2 ansible_host=192.0.2.12 ip=10.3.0.2 ansible_ssh_private_key_file=~/.ssh/id_rsa
node3 ansible_host=192.0.2.13

[kube_control_plane]
node1
node2

[kube_node]
node3

[all:vars]
ansible_user=ubuntu
ansible_port=2222
"""


class NoProbe:
    """Checks nothing: the tests are of the dialog."""

    async def probe(self, target, secrets, check, *, accept_new):
        pass


@pytest.fixture(autouse=True)
def no_probe(monkeypatch):
    async def module():
        return NoProbe()

    monkeypatch.setattr(host_pool, "_probe", module)


def page(*addresses):
    data = {"apiVersion": "tui-installer/v1", "hosts": hosts(*addresses)}
    return wizard(data if addresses else None, "hosts")


async def pasted(pilot, text):
    """Opens the dialog by its key and pastes as a terminal does."""
    app = pilot.app
    await pilot.press("p")
    await until(pilot, lambda: isinstance(app.screen, PasteHosts))
    area = app.screen.query_one("#pasted", TextArea)
    await until(pilot, lambda: app.focused is area)
    area.insert(text)
    await until(pilot, lambda: app.screen._read_text == text)
    await pilot.pause()


@pytest.mark.parametrize("size", [SIZE, WIDE])
async def test_an_inventory_is_read_and_said_so_before_it_is_added(size):
    app = page()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pasted(pilot, INVENTORY)
        text = shown(app)
        assert "read as Ansible inventory (INI): 2 masters, 1 worker left out" in text
        assert "10.3.0.1" in text
        assert "ssh to 192.0.2.11" in text
        assert "etcd_member_name" in text
        assert "Ctrl+N adds 2 hosts." in text
        await pilot.press("ctrl+n")
        await until(pilot, lambda: not isinstance(app.screen, PasteHosts))
        login = {"user": "ubuntu", "port": 2222}
        assert app.draft.data["hosts"] == [
            {"address": "10.3.0.1", "name": "node1", "sshAddress": "192.0.2.11", "ssh": login},
            {
                "address": "10.3.0.2", "name": "node2", "sshAddress": "192.0.2.12",
                "ssh": {**login, "identityFiles": ["~/.ssh/id_rsa"]},
            },
        ]  # fmt: skip


async def test_lines_are_previewed_then_added():
    app = page("192.0.2.11")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pasted(pilot, "m2 192.0.2.14\nops@192.0.2.15:2222\n192.0.2.11")
        text = shown(app)
        assert "192.0.2.11 is already listed" in text
        assert "read as a list of hosts: 2 hosts, 1 line left out" in text
        await pilot.press("ctrl+n")
        await until(pilot, lambda: not isinstance(app.screen, PasteHosts))
        assert app.draft.data["hosts"] == [
            {"address": "192.0.2.11"},
            {"address": "192.0.2.14", "name": "m2"},
            {"address": "192.0.2.15", "ssh": {"user": "ops", "port": 2222}},
        ]


async def test_ctrl_n_right_after_the_paste_adds_what_was_pasted():
    app = page()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, PasteHosts))
        app.screen.query_one("#pasted", TextArea).insert("192.0.2.11\n192.0.2.12")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: not isinstance(app.screen, PasteHosts))
        assert app.draft.data["hosts"] == [{"address": "192.0.2.11"}, {"address": "192.0.2.12"}]


async def test_a_host_without_an_address_is_added_and_its_address_is_asked_for():
    app = page()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pasted(pilot, "Host m1\n  HostName 127.0.0.1\n  Port 2222\n  User vagrant\n")
        assert "1 without an IP address" in shown(app)
        assert "enter 1 address then" in shown(app)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: not isinstance(app.screen, PasteHosts))
        host = {"name": "m1", "sshAddress": "127.0.0.1", "ssh": {"user": "vagrant", "port": 2222}}
        assert app.draft.data["hosts"] == [host]
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press(*"192.0.2.11", "escape")
        await pilot.pause()
        assert app.draft.data["hosts"] == [{**host, "address": "192.0.2.11"}]
        assert not [p for p in app.draft.problems if p.path.startswith("hosts")]


async def test_workers_alone_add_nothing_and_the_reason_is_shown():
    app = page()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pasted(pilot, "[workers]\nw1 ansible_host=192.0.2.21\n")
        assert "0 hosts, 1 worker left out" in shown(app)
        assert "Nothing to add yet" in shown(app)
        await pilot.press("ctrl+n")
        await pilot.pause(0.1)
        assert isinstance(app.screen, PasteHosts)
        await pilot.press("escape")
        await pilot.pause()
        assert not app.draft.data.get("hosts")


async def test_ssh_aliases_are_resolved_by_ssh(monkeypatch, tmp_path):
    ssh_config.forget()
    config = "Host m1\n HostName 192.0.2.11 # one\nHost cp-*\n ProxyJump m1\n"
    monkeypatch.setenv("PATH", client(tmp_path, config))
    app = page()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pasted(pilot, "m1\ncp-1 192.0.2.12\n")
        assert "ssh to m1" in shown(app)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: not isinstance(app.screen, PasteHosts))
        assert app.draft.data["hosts"] == [
            {"address": "192.0.2.11", "name": "m1", "sshAddress": "m1"},
            {"address": "192.0.2.12", "name": "cp-1", "sshAddress": "cp-1"},
        ]
    ssh_config.forget()


async def test_a_mistake_in_the_ssh_configuration_is_shown(monkeypatch, tmp_path):
    ssh_config.forget()
    monkeypatch.setenv("PATH", client(tmp_path, "Host m1\n Port none\n"))
    app = page()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pasted(pilot, "m1\n")
        assert "ssh cannot resolve m1" in shown(app)
    ssh_config.forget()


async def test_hostile_text_is_shown_cleaned():
    app = page()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pasted(pilot, "m1 192.0.2.11 [/foo]\x1b]52;c;x\x07 [red]\n[b]\x1b[31m 192.0.2.12\n")
        assert "\x1b" not in shown(app)
        assert "read as" in shown(app)


def test_the_readme_names_every_format():
    readme = (ROOT / "README.md").read_text()
    for name in ("Ansible", "/etc/hosts", "CSV", "kubectl get nodes", "terraform", "vagrant"):
        assert name in readme
