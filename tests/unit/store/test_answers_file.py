from __future__ import annotations

import os
import stat
import threading
import time
from pathlib import Path

import pytest
from answers_samples import FINGERPRINT, masters, three
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_installer.errors import InstallerError, UsageError
from tui_installer.model.answers.document import Answers, Host
from tui_installer.model.answers.ssh import HostSsh, HostSudo, Jump, SecretSource
from tui_installer.model.check.problems import AnswersInvalid, Problem
from tui_installer.model.check.resolve import resolve
from tui_installer.store import answers_file
from tui_installer.store.example import example

HOSTS = "hosts: [{address: 192.0.2.1}]\n"


def loads(text):
    data = text if isinstance(text, bytes) else text.encode()
    return answers_file.loads(data, "a.yaml", Path("/work"))


def refused(text):
    """The lines that a person reads."""
    with pytest.raises(AnswersInvalid) as caught:
        answers_file.resolve(loads(text))
    return [str(problem) for problem in caught.value.problems]


BAD = {
    "a misspelt key": (
        "ssh:\n  prot: 22\n",
        "a.yaml:3:3: ssh.prot: unknown key 'prot' (did you mean port?)",
    ),
    "a key of another spelling": (
        "cluster:\n  service_cidr: 10.0.0.0/24\n",
        "a.yaml:3:3: cluster.service_cidr: unknown key 'service_cidr' (did you mean serviceCIDR?)",
    ),
    "a key of python's": (
        "token: {mode: csv}\ncertificates:\n  key_type: rsa-2048\n",
        "a.yaml:4:3: certificates.key_type: unknown key 'key_type' (did you mean keyType?)",
    ),
    "a key in the wrong place": (
        "podCIDR: 10.1.0.0/16\n",
        "a.yaml:2:1: podCIDR: unknown key 'podCIDR' (it belongs under cluster)",
    ),
    "a key of nowhere": (
        "token:\n  zzzzzz: 1\n",
        "a.yaml:3:3: token.zzzzzz: unknown key 'zzzzzz' (known here: mode, ttl)",
    ),
    "a key that would clear the screen": (
        'token:\n  "\\e[2J": 1\n',
        "a.yaml:3:3: token.'\\x1b[2J': unknown key '\\x1b[2J' (known here: mode, ttl)",
    ),
    "a choice that is none": (
        "etcd:\n  mode: extrenal\n",
        (
            "a.yaml:3:9: etcd.mode: want one of stacked, external; got the text 'extrenal' "
            "(did you mean external?)"
        ),
    ),
    "another form of the file": (
        "apiVersion: v1\n",
        "a.yaml:2:13: apiVersion: want tui-installer/v1; got the text 'v1'",
    ),
    "no for false": (
        "ssh:\n  agent: no\n",
        (
            "a.yaml:3:10: ssh.agent: want true or false, got the text 'no' (write false, without "
            "quotes; yes, no, on and off are plain text in YAML 1.2)"
        ),
    ),
    "an octal number": (
        "ssh:\n  port: 022\n",
        (
            "a.yaml:3:9: ssh.port: want a whole number, got the text '022' (write 22, without "
            "quotes and leading zeros)"
        ),
    ),
    "a sexagesimal number": (
        "token:\n  ttl: 1:30\n",
        (
            "a.yaml:3:8: token.ttl: want a number and a unit (s, m, h or d, the largest first), "
            "such as 90m, 24h or 365d; got '1:30'"
        ),
    ),
    "a version that is a number": (
        "kubernetes:\n  version: 1.37\n",
        (
            "a.yaml:3:12: kubernetes.version: want a version with all three numbers, got a number "
            "with a fraction (write it as text, such as v1.37.2)"
        ),
    ),
    "a name that is a number": (
        "cluster:\n  name: 7\n",
        "a.yaml:3:9: cluster.name: want text, got the number 7 (put it in quotes to make it text)",
    ),
    "a name that is true": (
        "cluster:\n  name: true\n",
        "a.yaml:3:9: cluster.name: want text, got true (put it in quotes to make it text)",
    ),
    "text in the place of a list": (
        "sans: a.example\n",
        (
            "a.yaml:2:7: sans: want a list, got a text of 9 characters (write one item per line, "
            "each after a dash)"
        ),
    ),
    "a list in the place of keys": (
        "cluster: []\n",
        "a.yaml:2:10: cluster: want keys and values, got a list",
    ),
    "nothing in the place of keys": (
        "cluster:\n",
        "a.yaml:2:9: cluster: want keys and values, got nothing (write {} or leave the key out)",
    ),
    "nothing in the place of text": (
        "layout:\n  etcd:\n",
        'a.yaml:3:8: layout.etcd: want text, got nothing (write "" for an empty text)',
    ),
    "a fraction for a flag": (
        "kubernetes: {extraArgs: {scheduler: {x: 0.5}}}\n",
        (
            "a.yaml:2:41: kubernetes.extraArgs.scheduler.x: want text, got a number with a "
            "fraction (put it in quotes to make it text)"
        ),
    ),
    "an enormous number": (
        f"ssh: {{port: {'9' * 40}}}\n",
        "a.yaml:2:13: ssh.port: want a port from 1 to 65535, got '" + "9" * 40 + "'",
    ),
    "an anchor": (
        "token: &x {mode: csv}\n",
        (
            "a.yaml:2:8: token: an anchor is not accepted (remove it; put text that starts with & "
            "in quotes)"
        ),
    ),
    "a duplicate key": (
        "token: {mode: csv}\ntoken: {}\n",
        "a.yaml:3:1: token: the key 'token' occurs twice (first at 2:1)",
    ),
    "a san with a newline": (
        'sans:\n  - ok\n  - "a\\nb"\n',
        "a.yaml:4:5: sans.1: want one IP address or DNS name; got a newline in 'a\\nb'",
    ),
    "a service network inside of a host's": (
        "cluster: {serviceCIDR: 192.0.2.0/24}\n",
        (
            "a.yaml:2:24: cluster.serviceCIDR: 192.0.2.0/24 contains hosts.0.address 192.0.2.1 "
            "(want a network without hosts' addresses, such as 10.0.0.0/24)"
        ),
    ),
}


@pytest.mark.parametrize(("text", "line"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_with_one_line_that_says_where_and_what(text, line):
    assert refused(HOSTS + text) == [line]


def test_hosts_that_are_bare_addresses_are_told_apart():
    first, second = refused("hosts: [192.0.2.1, 7, {address: 192.0.2.3}]\n")
    assert first.startswith("a.yaml:1:9: hosts.0: want keys and values, got a text of")
    assert second.startswith("a.yaml:1:20: hosts.1: want keys and values, got a number")


def test_a_missing_address_is_told_at_its_host():
    assert refused("hosts:\n  - name: a\n")[0].startswith(
        "a.yaml:2:5: hosts.0.address: is required"
    )


def test_a_default_that_does_not_fit_is_told_at_the_block_around_it():
    (line,) = refused("hosts: [{address: 10.0.0.7}]\ncluster:\n  name: a\n")
    assert line.startswith("a.yaml:3:3: cluster.serviceCIDR: 10.0.0.0/24 contains hosts.0.address")


def test_all_problems_of_a_file_are_told_in_its_order():
    text = (
        "cluster:\n"
        "  nmae: x\n"
        "  podCIDR: 10.0.0.0/25\n"
        "hosts:\n"
        "  - address: 5\n"
        "  - address: 192.0.2.2\n"
        "    fingerprint: abc\n"
        "  - address: 192.0.2.2\n"
        "  - {adress: 192.0.2.4}\n"
        "ssh: {agent: on}\n"
        "ssh: {}\n"
        "token: *t\n"
        "etcd: {version: &v v3.6.16}\n"
        "sans: ['*', 7]\n"
    )
    places = [line.removeprefix("a.yaml:").partition(": ")[0] for line in refused(text)]
    assert " ".join(places) == (
        "2:3 3:12 5:3 5:14 7:18 8:14 9:5 9:6 10:14 11:1 12:8 13:17 14:8 14:13"
    )


def test_a_wrong_part_causes_no_further_problem():
    text = HOSTS + "cluster: {serviceCIDR: 10}\netcd: {mode: extern, external: {endpoints: [x]}}\n"
    assert len(refused(text)) == 2
    assert len(refused("hosts: 192.0.2.1\n")) == 1


def test_hundreds_of_problems_are_cut():
    lines = refused("sans:\n" + "  - a b\n" * 400 + HOSTS)
    assert len(lines) == 101
    assert lines[-1] == "and 300 more problems"


def test_thousands_of_unknown_keys_are_done_with_in_a_second():
    started = time.process_time()
    lines = refused("".join(f"hosst{n}: 1\n" for n in range(4_900)))
    assert time.process_time() - started < 1
    assert "did you mean hosts?" in lines[0]


def test_thousands_of_hosts_are_done_with_in_a_second():
    text = "hosts:\n" + "".join(f"- {{address: 10.0.{n >> 8}.{n & 255}}}\n" for n in range(3_000))
    started = time.process_time()
    assert any("got 3000" in line for line in refused(text))
    assert time.process_time() - started < 1


def test_the_problems_are_the_details_of_a_usage_error():
    with pytest.raises(UsageError) as caught:
        loads("hots: 1\n")
    assert "2 problems in the answers; nothing was changed" in caught.value.message
    assert "did you mean hosts?" in caught.value.details[0]


def test_problems_of_other_judges_get_their_place():
    loaded = loads(HOSTS + "kubernetes:\n  extraArgs:\n    apiserver:\n      v: 4\n")
    path = "kubernetes.extraArgs.apiserver.v"
    there, around, nowhere = answers_file.placed(
        loaded, [Problem(path, "x"), Problem("hosts.0.ssh.identityFiles", "y"), Problem("", "z")]
    )
    assert (there.file, there.line, there.column) == ("a.yaml", 5, 10)
    assert (around.line, around.column) == (1, 9)
    assert (nowhere.line, nowhere.column) == (1, 1)


def test_flags_may_be_true_or_whole_numbers():
    text = HOSTS + "kubernetes: {extraArgs: {apiserver: {v: 4, profiling: true, a: 'x'}}}\n"
    spec = answers_file.resolve(loads(text))
    assert spec.extra_args.apiserver == (("v", "4"), ("profiling", "true"), ("a", "x"))


def test_a_time_to_live_of_0_needs_no_quotes():
    assert answers_file.resolve(loads(HOSTS + "token: {ttl: 0}\n")).token.ttl == 0


def test_relative_paths_are_relative_to_the_file(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(HOSTS + "ssh: {identityFiles: [keys/id]}\n")
    spec = answers_file.resolve_file(path)
    assert spec.hosts[0].ssh.identity_files == (tmp_path / "keys" / "id",)


def test_home_is_the_users(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/someone")
    path = tmp_path / "a.yaml"
    path.write_text(HOSTS + "ssh: {identityFiles: [~/.ssh/id_rsa]}\n")
    spec = answers_file.resolve_file(path)
    assert spec.hosts[0].ssh.identity_files == (Path("/home/someone/.ssh/id_rsa"),)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (".", "is a folder"),
        ("none.yaml", "No such file"),
        ("a\0b", "null"),
        ("f/x", "Not a directory"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, name, says):
    (tmp_path / "f").touch()
    with pytest.raises(UsageError) as caught:
        answers_file.load(tmp_path / name)
    assert says in caught.value.message
    assert "answers example" in caught.value.hint


def test_an_unreadable_file_says_so(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UsageError, match="Permission denied"):
        answers_file.load(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\xff", "not UTF-8"),
        (b"x" * 10_000_000, "256 KiB"),
        (b"[" * 10_000, "50 levels"),
    ],
    ids=["empty", "bad UTF-8", "10 MB", "10,000 levels"],
)
def test_a_file_that_is_no_answers_file_says_why(tmp_path, content, says):
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    with pytest.raises(AnswersInvalid) as caught:
        answers_file.load(path)
    assert says in caught.value.details[0]
    assert str(path) in caught.value.details[0]


def test_an_endless_file_ends():
    with pytest.raises(AnswersInvalid, match="nothing was changed"):
        answers_file.load(Path("/dev/zero"))


def test_a_pipe_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reading, writing = os.pipe()
    threading.Thread(target=lambda: (os.write(writing, HOSTS.encode()), os.close(writing))).start()
    loaded = answers_file.load(Path(f"/dev/fd/{reading}"))
    os.close(reading)
    assert loaded.answers.hosts[0].address == "192.0.2.1"
    assert loaded.folder == tmp_path


def test_only_what_differs_from_the_defaults_is_written():
    answers = masters("192.0.2.1")
    answers.cluster.name = "no"
    answers.kubernetes.extra_args.apiserver = {"v": "4"}
    answers.token.ttl = "0"
    assert answers_file.dump(answers) == (
        "apiVersion: tui-installer/v1\n"
        "cluster:\n"
        "  name: 'no'\n"
        "kubernetes:\n"
        "  extraArgs:\n"
        "    apiserver:\n"
        '      v: "4"\n'
        "hosts:\n"
        "  - address: 192.0.2.1\n"
        "token:\n"
        '  ttl: "0"\n'
    )


def test_no_jump_host_for_one_host_is_written_and_read():
    answers = three()
    answers.ssh.jump = Jump(address="j.example")
    answers.hosts[0].ssh = HostSsh(jump=None)
    answers.hosts[1].ssh = HostSsh(sudo=HostSudo(password=SecretSource(file="~/p")))
    again = loads(answers_file.dump(answers)).answers
    assert resolve(again) == resolve(answers)
    assert resolve(again).hosts[0].ssh.jump is None


def test_an_incomplete_draft_is_written_and_read():
    draft = Answers(hosts=[Host(), Host(name="b")])
    assert loads(answers_file.dump(draft)).answers == draft


def test_saving_is_for_ones_own_eyes_and_leaves_nothing_beside(tmp_path):
    folder = tmp_path / "answers"
    folder.mkdir()
    path = folder / "a.yaml"
    path.write_text("old")
    path.chmod(0o644)
    answers_file.save(path, three())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [path]
    assert answers_file.load(path).answers == three()


def test_a_file_that_cannot_be_saved_says_so(tmp_path):
    (tmp_path / "f").touch()
    with pytest.raises(InstallerError, match="cannot write"):
        answers_file.save(tmp_path / "f" / "a.yaml", three())


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["no", "017", "1:30", "0x1", "1e5", "~", "null", "", " ", "<<", "#", "a: b", "- a", FINGERPRINT]
)


@given(name=TEXT, sans=st.lists(TEXT, max_size=4), flags=st.dictionaries(TEXT, TEXT, max_size=3),
       port=st.none() | st.integers(), jump=st.booleans())  # fmt: skip
def test_any_answers_are_read_as_they_were_written(name, sans, flags, port, jump):
    answers = Answers(sans=sans, hosts=[Host(address=name, name=name, ssh=HostSsh(port=port))])
    answers.cluster.name = name
    answers.etcd.extra_args = flags
    answers.ssh.jump = Jump(user=name) if jump else None
    written = answers_file.dump(answers)
    if abs(port or 0) < 10**30:
        assert loads(written).answers.model_dump() == answers.model_dump()


PIECES = st.sampled_from(
    [
        "\n",
        "  ",
        " ",
        ":",
        "- ",
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        "#",
        "&a ",
        "*a",
        "!",
        "|",
        ">",
        "?",
        "null",
        "no",
        "true",
        "1.5",
        "7",
        "<<: ",
        "---\n",
        "\t",
        "\0",
        "é",
        "address",
        "%",
        "@",
        "\\",
    ]
)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_damaged_example_is_read_or_refused_and_nothing_else(data):
    text = example()
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 30))
        text = text[:start] + data.draw(PIECES) + text[start + cut :]
    check_is_read_or_refused(text.encode())


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_an_example_with_a_line_of_its_own_elsewhere_is_read_or_refused(data):
    lines = [line for line in example().splitlines() if line.strip() and "# " not in line]
    source = data.draw(st.integers(0, len(lines) - 1))
    lines.insert(data.draw(st.integers(0, len(lines))), lines[source].replace("#", ""))
    check_is_read_or_refused("\n".join(lines).encode())


@settings(max_examples=200, deadline=None)
@given(start=st.integers(0, 8000), junk=st.binary(max_size=6))
def test_an_example_with_bad_bytes_is_read_or_refused(start, junk):
    text = example().encode()
    check_is_read_or_refused(text[:start] + junk + text[start + len(junk) :])


def check_is_read_or_refused(content):
    """A spec, or problems that have a file, and a path or a place; any other exception fails."""
    try:
        answers_file.resolve(answers_file.loads(content, "a.yaml", Path("/")))
    except AnswersInvalid as error:
        told = error.problems
    else:
        told = ()
    assert all(problem.file and str(problem).isprintable() for problem in told)
