"""Parses a command line into a command and its options; an unknown word is an error."""

from __future__ import annotations

import shlex
from functools import cache
from typing import TYPE_CHECKING

from tui_installer.errors import UsageError
from tui_installer.front import commands
from tui_installer.front.command import Command, Parser
from tui_installer.front.commands.options import EVERY_COMMAND

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

PROGRAM = "tui-installer"
BARE = "install"
"""The default command."""
EPILOG = """\
tui-installer COMMAND --help shows the options of a command. Options stand after the command.

exit codes: 0 ok, 1 a step failed, 2 usage or answers, 3 connection, authentication or host key,
4 internal error, 130 interrupted
"""
_HELP = ("-h", "--help")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Returns the options, with the command's function as `run`.

    named: whether the command line named the command.
    Raises UsageError; SystemExit after --help and --version.
    """
    before, words = _for_every_command(argv)
    if {*words[:1]} & {*_HELP}:
        whole().print_help()
        raise SystemExit(0)
    if not words or words[0].startswith("-"):
        return _parsed(commands.load(BARE), f"{PROGRAM} {BARE}", [*before, *words], bare=True)
    name = _known(words[0], (*commands.NAMES, *commands.HIDDEN), PROGRAM)
    command, program, words = commands.load(name), f"{PROGRAM} {name}", words[1:]
    while command.commands:
        more, words = _for_every_command(words)
        before += more
        if {*words[:1]} & {*_HELP} or "--version" in more:
            return parser_of(command, program).parse_args([*more, *words])
        name = _next(command, program, words)
        command = _below(command)[name]
        program, words = f"{program} {name}", words[1:]
    return _parsed(command, program, [*before, *words])


def whole() -> Parser:
    """Returns the parser of all commands, for --help and completion; imports every command."""
    bare = commands.load(BARE)
    parser = Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [COMMAND] [OPTION …]",
        description="Installs a Kubernetes control plane from release binaries over SSH.\n"
        f"Without a command, {PROGRAM} means {PROGRAM} {BARE}; without options it opens the "
        "wizard.",
    )
    root = Command(
        name=PROGRAM,
        help=bare.help,
        add_arguments=bare.add_arguments,
        commands=tuple(map(commands.load, commands.NAMES)),
        epilog=EPILOG,
    )
    return parser.add_command(root)


def leaves() -> Iterator[tuple[str, Command]]:
    """Yields (path such as `sessions list`, command) of every command without sub-commands."""

    def below(path: str, command: Command) -> Iterator[tuple[str, Command]]:
        if not command.commands:
            yield path, command
        for one in command.commands:
            yield from below(f"{path} {one.name}", one)

    for name in commands.NAMES:
        yield from below(name, commands.load(name))


def parser_of(command: Command, program: str) -> Parser:
    """Returns the parser of one command. program: its name in messages."""
    return Parser(prog=program, description=command.about).add_command(command)


def _parsed(
    command: Command, program: str, words: list[str], *, bare: bool = False
) -> argparse.Namespace:
    parser = parser_of(command, program)
    try:
        args, left = parser.parse_known_args(words)
    except UsageError:
        if unknown := parser.unknown(words):  # the cause of a complaint about a missing option
            raise _unknown(unknown, parser, program) from None
        raise
    if left:
        named = next((word for word in left if bare and word in commands.NAMES), None)
        if named is not None:
            raise _misplaced(*_parted(words, left[left.index(named) :]))
        raise _unknown(left[0].partition("=")[0], parser, program)
    command.refuse_unused(args, parser.given(args))
    args.run, args.named = command.run, not bare
    return args


def _parted(words: list[str], left: list[str]) -> tuple[list[str], list[str]]:
    """Splits the words at the misplaced command. left: words that the parser did not consume."""
    _, words = _for_every_command(words)
    at = len(words) - len(left)
    if words[at:] != left:  # the parser consumed options after the command
        at = words.index(left[0])
    return words[:at], words[at:]


def _for_every_command(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Splits leading options of every command from the other words."""
    at = 0
    while at < len(words) and words[at].partition("=")[0] in EVERY_COMMAND:
        at += 1 if "=" in words[at] else EVERY_COMMAND[words[at]]
    return list(words[:at]), list(words[at:])


def _below(command: Command) -> dict[str, Command]:
    return {one.name: one for one in command.commands}


def _next(command: Command, program: str, words: list[str]) -> str:
    """Returns the name of the sub-command. Raises UsageError."""
    names = tuple(_below(command))
    if words and not words[0].startswith("-"):
        return _known(words[0], names, program)
    for at, word in enumerate(words):
        if word in names:
            raise _misplaced(words[:at], words[at:], program.split()[1:])
    raise UsageError(f"{program} needs a command: {', '.join(names)}", hint=f"see {program} --help")


def _known(word: str, names: tuple[str, ...], program: str) -> str:
    """Returns the word. Raises UsageError with the nearest name for an unknown one."""
    if word in names:
        return word
    shown = tuple(name for name in names if name not in commands.HIDDEN)
    raise UsageError(
        f"unknown command {word!r}{_nearest(word, shown)}",
        details=(f"commands of {program}: {', '.join(shown)}",),
        hint=f"see {program} --help",
    )


def _nearest(word: str, known: Iterable[str]) -> str:
    import difflib  # noqa: PLC0415 - only a mistake needs it

    near = difflib.get_close_matches(word, known, n=1)
    return f": did you mean {near[0]!r}?" if near else ""


def _misplaced(given: list[str], line: list[str], path: Sequence[str] = ()) -> UsageError:
    """The error for options before a command.

    given: the words before the command. line: the command and what follows it. path: its parents.
    """
    option = next(word for word in given if word.startswith("-")).partition("=")[0]
    message = f"{option} stands before the command {line[0]!r}, where it has no effect"
    meant = [*path, *line, *given]
    try:
        parse(meant)
    except UsageError as error:
        return UsageError(message, hint=f"leave it out: {error.message}")
    return UsageError(
        message,
        hint=f"{option} belongs after the command: {PROGRAM} {shlex.join(meant)}",
    )


def _unknown(word: str, parser: Parser, program: str) -> UsageError:
    if not word.startswith("-"):
        return UsageError(f"{program} takes no argument {word!r}", hint=f"see {program} --help")
    near = _nearest(word, parser.options())
    takers = [f"{PROGRAM} {path}" for path, options in _options().items() if word in options]
    message = f"{program} has no option {word}{near}"
    if not near and takers:
        return UsageError(message, hint=f"{word} belongs to {', '.join(takers)}")
    return UsageError(message, hint=f"see {program} --help")


@cache
def _options() -> dict[str, frozenset[str]]:
    """`sessions list` → the options that it takes."""
    return {path: frozenset(parser_of(one, path).options()) for path, one in leaves()}
