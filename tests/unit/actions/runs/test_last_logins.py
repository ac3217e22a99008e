"""A login that differs from the session's last run is reported."""

import json
from dataclasses import replace
from pathlib import Path

from tui_installer.actions.runs import last_logins, record
from tui_installer.model import login_lines
from tui_installer.model.answers.document import Answers, Host
from tui_installer.model.check.resolve import build
from tui_installer.store.session_folder import SessionFolder


def spec():
    made = build(Answers(hosts=[Host(address="192.0.2.11"), Host(address="192.0.2.12")]))
    first, second = made.hosts
    near = replace(first.ssh, address="2001:db8::5", user="near", port=2200)
    far = replace(first.ssh, address="192.0.2.8", jump=near)
    first = replace(first, ssh=replace(first.ssh, user="ubuntu", jump=far))
    second = replace(second, ssh=replace(second.ssh, proxy_command="nc 192.0.2.12 22"))
    return replace(made, hosts=(first, second))


def test_the_same_login_is_no_change(tmp_path: Path):
    session = SessionFolder(tmp_path)
    assert list(last_logins.changes(session, spec())) == []
    record.write(session, spec(), {})
    assert list(last_logins.changes(session, spec())) == []
    ways = [login_lines.way(host.ssh) for host in spec().hosts]
    assert list(last_logins.read(session).values()) == ways
    assert ways == [
        "ubuntu@192.0.2.11:22 through near@[2001:db8::5]:2200,root@192.0.2.8:22",
        "root@192.0.2.12:22 by ProxyCommand nc 192.0.2.12 22",
    ]


def test_another_login_is_reported_with_both(tmp_path: Path):
    session = SessionFolder(tmp_path)
    record.write(session, spec(), {})
    first, second = spec().hosts
    now = replace(spec(), hosts=(replace(first, ssh=replace(first.ssh, jump=None)), second))
    ((host, text),) = last_logins.changes(session, now)
    assert host == "master01"
    assert "was ubuntu@192.0.2.11:22 through near@[2001:db8::5]:2200" in text
    assert "is ubuntu@192.0.2.11:22 now" in text


def test_a_file_that_is_not_as_we_write_it_says_nothing(tmp_path: Path):
    for text in ("", "{}", '{"hosts": [1]}', json.dumps({"hosts": [{"name": "a", "ssh": {}}]})):
        (tmp_path / "spec.json").write_text(text)
        assert last_logins.read(SessionFolder(tmp_path)) == {}
