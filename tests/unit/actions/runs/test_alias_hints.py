"""An alias in place of an address, and hosts named by aliases on the command line."""

import pytest
from ssh_configs import CONFIG, client

from tui_installer.actions.runs.check import check
from tui_installer.actions.sessions import logins
from tui_installer.errors import UsageError
from tui_installer.model.check.problems import AnswersInvalid
from tui_installer.remote import ssh_config


@pytest.fixture(autouse=True)
def path(tmp_path, monkeypatch):
    ssh_config.forget()
    monkeypatch.setenv("PATH", client(tmp_path, CONFIG))
    yield
    ssh_config.forget()


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("master1", "{address: 192.0.2.11, sshAddress: master1}"),
        ("cp-2", "goes to cp-2; write {address: the IP address"),
        ("other", ""),
    ],
)
def test_an_alias_as_an_address_is_refused_with_what_is_right(tmp_path, address, hint):
    file = tmp_path / "answers.yaml"
    file.write_text(f"apiVersion: tui-installer/v1\nhosts:\n  - address: {address}\n")
    with pytest.raises(AnswersInvalid) as caught:
        check(file)
    (problem,) = caught.value.problems
    assert "a name or alias that ssh knows is `sshAddress`" in problem.message
    assert (problem.line, hint in problem.hint, bool(problem.hint)) == (3, True, bool(hint))


def test_three_lines_with_an_alias_are_enough(tmp_path):
    file = tmp_path / "answers.yaml"
    file.write_text(
        "apiVersion: tui-installer/v1\nhosts:\n  - {address: 192.0.2.11, sshAddress: master1}\n"
    )
    (host,) = check(file).hosts
    assert (host.address, host.ssh.address, host.ssh.config) == ("192.0.2.11", "master1", True)


def test_hosts_of_the_command_line_may_be_aliases(tmp_path):
    spec = logins.logins(logins.of_addresses("master1,root@m36,192.0.2.99:2022"), tmp_path)
    assert [(host.address, host.ssh.address) for host in spec.hosts] == [
        ("192.0.2.11", "master1"),
        ("192.0.2.36", "m36"),
        ("192.0.2.99", "192.0.2.99"),
    ]
    assert [sorted(host.ssh.given) for host in spec.hosts] == [[], ["user"], ["port"]]


def test_a_name_that_leads_to_no_address_is_refused():
    with pytest.raises(UsageError, match="goes to cp-2, which is no IP address"):
        logins.of_addresses("cp-2")
