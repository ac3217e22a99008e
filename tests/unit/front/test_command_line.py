"""The command line: every option is honoured or refused, and a mistake is named with its fix."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING

import pytest
from repo_root import ROOT

from tui_installer import cli
from tui_installer.errors import UsageError
from tui_installer.front import command_line, commands
from tui_installer.front.command_line import leaves, parse, parser_of

if TYPE_CHECKING:
    from tui_installer.front.command import Command

LEAVES = dict(leaves())
ARGUMENTS = {
    "attach": [],
    "stop": [],
    "audit": ["--hosts", "192.0.2.1"],
    "certificates requests": ["folder", "--answers", "x.yaml"],
    "certificates accept": ["folder", "--answers", "x.yaml"],
    "sessions show": ["lab"],
    "sessions rename": ["lab", "other"],
    "sessions delete": ["lab"],
    "answers from": ["file"],
    "sessions export": ["lab", "file"],
    "sessions import": ["file"],
    "sessions encrypt": ["lab"],
    "sessions decrypt": ["lab"],
    "sessions recover": ["--hosts", "192.0.2.1"],
    "lab ssh": ["master01"],
    "completion": ["bash"],
}
"""What a command cannot do without."""
VALUES = {
    "--answers": ["x.yaml"],
    "--as": ["other"],
    "--base": ["trixie"],
    "--folder": ["f"],
    "--hosts": ["3"],
    "--name": ["n"],
    "--output": ["jsonl"],
    "--passphrase-env": ["V"],
    "--passphrase-file": ["f"],
    "--source": ["go"],
    "--yes": ["lab"],
}


def options(command: Command) -> list[str]:
    return list(parser_of(command, "").options())


EVERY = sorted({option for command in LEAVES.values() for option in options(command)})


def line(path: str) -> list[str]:
    return [*path.split(), *ARGUMENTS.get(path, [])]


def refusal(argv: list[str]) -> UsageError:
    with pytest.raises(UsageError) as caught:
        parse(argv)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("path", LEAVES)
def test_a_command_refuses_every_option_that_is_not_its_own(path: str) -> None:
    for option in EVERY:
        if option not in options(LEAVES[path]):
            # Before what follows: the rest of `lab ssh HOST` is the host's.
            words = path.split()
            given = [*words, option, *VALUES.get(option, []), *ARGUMENTS.get(path, [])]
            assert f"has no option {option}" in refusal(given).message


@pytest.mark.parametrize("path", LEAVES)
def test_an_option_before_a_command_is_refused_with_its_place(path: str) -> None:
    own = options(LEAVES["install"])
    for option in own:
        if option in ("--resume", "--merge-kubeconfig", "--use-context"):
            continue  # the first two take the command as their value
        error = refusal([option, *VALUES.get(option, []), *line(path)])
        assert error.message.startswith(
            f"{option} stands before the command {path.split(maxsplit=1)[0]!r}"
        )
        takes = option in options(LEAVES[path]) and option not in line(path)
        if takes and not LEAVES[path].modes and option not in ("--output", "--answers"):
            moved = [*line(path), option, *VALUES.get(option, [])]
            needed = LEAVES[path].needs.get(option)
            assert needed or f"tui-installer {' '.join(moved)}" in error.hint


@pytest.mark.parametrize(
    ("argv", "place"),
    [
        (["--plan", "encryption", "rotate", "lab"], "tui-installer encryption rotate lab --plan"),
        (["encryption", "--plan", "rotate"], "tui-installer encryption rotate --plan"),
        (["--accept-new-host-keys", "audit", "--resume"], "audit --resume --accept-new-host-keys"),
        (["--detach", "encryption", "rotate"], "tui-installer encryption rotate --detach"),
        (["--answers", "x", "encryption", "rotate"], "encryption rotate has no option --answers"),
        (["--answers", "stop", "--output=jsonl", "stop"], "leave it out: tui-installer stop has"),
        (["--session-dir", "lab", "--detach", "encryption", "rotate"], "encryption rotate --det"),
        (["--plan", "encryption", "rotate", "--output", "jsonl"], "rotate --output jsonl --plan"),
        (["lab", "--folder", "a b", "up"], "tui-installer lab up --folder 'a b'"),
    ],
)
def test_the_right_place_is_a_line_to_copy(argv: list[str], place: str, capsys) -> None:
    assert cli.run(argv) == 2
    done = capsys.readouterr()
    assert done.out == ""
    assert done.err.startswith("error: --")
    assert place in done.err


@pytest.mark.parametrize("option", ["--resume", "--merge-kubeconfig"])
def test_an_option_that_takes_the_command_as_its_value_starts_nothing(option: str) -> None:
    refusal([option, "encryption", "rotate", "lab"])
    refusal([f"{option}=lab", "encryption", "rotate", "lab"])


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["instal"], "unknown command 'instal': did you mean 'install'?"),
        (["encription", "rotate"], "did you mean 'encryption'?"),
        (["encryption", "rotat"], "unknown command 'rotat': did you mean 'rotate'?"),
        (["xyzzy"], "unknown command 'xyzzy'"),
        (["lab"], "tui-installer lab needs a command: up, status, ssh, answers, down"),
        (["sessions", "--output"], "tui-installer sessions needs a command: list,"),
        (["--anwsers", "x"], "has no option --anwsers: did you mean '--answers'?"),
        (["audit", "--plan"], "tui-installer audit has no option --plan"),
        (["encryption", "rotate", "--verify"], "encryption rotate has no option --verify"),
        (["audit"], "one of the arguments --answers --resume --hosts is required"),
        (["--answers"], "--answers: expected one argument"),
        (["--answers", "a", "--output", "xml"], "--output: invalid choice: 'xml'"),
        (["--answers", "a", "--resume", "b"], "--resume: not allowed with argument --answers"),
        (["lab", "up", "--hosts", "many"], "--hosts: invalid int value: 'many'"),
        (["lab", "status", "x"], "tui-installer lab status takes no argument 'x'"),
        (["--answers", "a", "--use-context"], "--use-context has no effect without --merge-kub"),
        (["sessions", "export", "a", "b", "--passphrase-env", "V"], "has no effect without --wh"),
    ],
)
def test_wrong_usage_is_2_and_a_card_instead_of_the_usage(argv, said, capsys) -> None:
    assert cli.run(argv) == 2
    done = capsys.readouterr()
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert said in done.err
    assert "\n  Next: " in done.err
    assert "usage:" not in done.err


def test_an_option_of_another_command_is_named_with_its_commands(capsys) -> None:
    cli.run(["encryption", "rotate", "--verify"])
    assert "Next: --verify belongs to tui-installer install\n" in capsys.readouterr().err


def test_a_value_beside_an_unknown_option_is_not_repeated(capsys) -> None:
    assert cli.run(["--pass-phrase=hunter2"]) == 2
    assert cli.run(["encryption", "status", "--pass-phrase", "hunter2"]) == 2
    assert "hunter2" not in capsys.readouterr().err


@pytest.mark.parametrize("path", LEAVES)
def test_no_option_is_abbreviated(path: str) -> None:
    for option in options(LEAVES[path]):
        words = path.split()
        refusal([*words, option[:-1], *VALUES.get(option, []), *ARGUMENTS.get(path, [])])


@pytest.mark.parametrize("path", [*LEAVES, ""])
def test_the_sessions_folder_is_named_before_or_after_a_command_alike(path: str) -> None:
    words = line(path)
    places = [["--session-dir", "d", *words], ["--session-dir=d", *words]]
    if path != "lab ssh":  # what follows its host is for the host
        places += [[*words, "--session-dir", "d"], [*words[:1], "--session-dir", "d", *words[1:]]]
    assert [str(parse(argv).session_dir) for argv in places] == ["d"] * len(places)
    assert "session_dir" not in parse(words)


@pytest.mark.parametrize("before", [[], ["lab"], ["encryption", "rotate"], ["install"]])
@pytest.mark.parametrize("option", ["--version", "--help"])
def test_every_command_has_help_and_version(before: list[str], option: str, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.run([*before, option])
    assert caught.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith(f"usage: tui-installer {' '.join(before)}") or option == "--version"


def test_help_names_every_command_and_none_that_is_hidden(capsys) -> None:
    with pytest.raises(SystemExit):
        cli.run(["--help"])
    out = capsys.readouterr().out
    assert all(f"    {name} " in out for name in commands.NAMES)
    assert not any(f"    {name} " in out for name in commands.HIDDEN)


def test_the_readme_names_every_option_and_command() -> None:
    text = (ROOT / "README.md").read_text()
    for path, command in LEAVES.items():
        if not path.startswith("lab "):  # --help is enough for rehearsing
            assert [option for option in options(command) if option not in text] == []
        words = path.split()
        assert f"{words[0]} {words[-1]}" in text or f"`{words[-1]}`" in text or len(words) == 1


def test_installing_is_what_is_meant_without_a_command() -> None:
    bare, named = (parse([*name, "--answers", "x", "--plan"]) for name in ([], ["install"]))
    assert (bare.named, named.named) == (False, True)
    assert vars(bare) | {"named": True} == vars(named)


def test_what_follows_a_host_is_for_the_host() -> None:
    args = parse(["lab", "ssh", "master01", "kubectl", "--plan", "--session-dir", "x"])
    assert args.remote == ["kubectl", "--plan", "--session-dir", "x"]


@pytest.mark.parametrize(
    "path", [path for path in LEAVES if path not in ("install", "encryption rotate")]
)
def test_a_command_reads_every_argument_that_it_takes(path: str) -> None:
    """What `install` and `rotate` do with theirs is tried in test_modes.py."""
    command = LEAVES[path]
    assert command.run is not None
    name = f"tui_installer.front.commands.{path.split(maxsplit=1)[0]}"
    if deferred := getattr(command.run, "args", ()):
        name = f"tui_installer.front.{deferred[0]}"
        assert callable(getattr(importlib.import_module(name), deferred[1]))
    source = inspect.getsource(importlib.import_module(name))
    parser = parser_of(command, "")
    taken = {action.dest for action in parser.every_action()} - {"help", "version", "session_dir"}
    # Options of a run reach it by their names.
    by_name = {"accept_new_host_keys"} if "runs.options_of(args)" in source else set()
    assert [dest for dest in taken - by_name if f"args.{dest}" not in source] == []


def test_every_command_has_the_name_of_its_module() -> None:
    for name in (*commands.NAMES, *commands.HIDDEN):
        assert commands.load(name).name == name
    assert command_line.BARE in commands.NAMES
