"""What a sub-command declares, and the parser that is made from it."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tui_installer.errors import UsageError
from tui_installer.front.commands import options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tui_installer.errors import ExitCode

    Run = Callable[[argparse.Namespace], ExitCode]


def deferred(module: str, function: str) -> Run:
    """Returns a call of a function of the package `front`; the call imports its module."""
    return partial(_call, module, function)


def _call(module: str, function: str, args: argparse.Namespace) -> ExitCode:
    code: ExitCode = getattr(import_module(f"tui_installer.front.{module}"), function)(args)
    return code


def _none(_: argparse.ArgumentParser) -> None:
    """Adds no arguments."""


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode of a command; it refuses the options that it does not honour.

    name: the option that chooses it, or a description. honours: options, without `name`.
    chosen: whether it applies, if no option chooses it. hint: what to do instead.
    """

    name: str
    honours: tuple[str, ...]
    chosen: Callable[[argparse.Namespace], bool] | None = None
    hint: str = ""

    def applies(self, args: argparse.Namespace, given: Mapping[str, Any]) -> bool:
        return self.chosen(args) if self.chosen is not None else self.name in given

    def refuse(self, option: str) -> UsageError:
        return UsageError(
            f"{option} has no effect in {self.name}"
            if self.chosen is not None
            else f"{option} has no effect together with {self.name}",
            hint=self.hint or f"leave out {option} or {self.name}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A sub-command: either it runs, or it has sub-commands of its own.

    needs: option → the option without which it has no effect.
    """

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None] = _none
    run: Run | None = None
    commands: tuple[Command, ...] = ()
    modes: tuple[Mode, ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict)
    epilog: str = ""

    @property
    def about(self) -> str:
        """The help as a sentence."""
        return f"{self.help[0].upper()}{self.help[1:]}."

    def refuse_unused(self, args: argparse.Namespace, given: Mapping[str, Any]) -> None:
        """Raises UsageError for an option that has no effect beside the others.

        given: option → value, of all that were given.
        """
        for mode in self.modes:
            if mode.applies(args, given):
                for option in given:
                    if option not in (mode.name, *mode.honours):
                        raise mode.refuse(option)
        for option, needed in self.needs.items():
            if option in given and needed not in given:
                raise UsageError(f"{option} has no effect without {needed}", hint=f"add {needed}")


class Parser(argparse.ArgumentParser):
    """Reports wrong usage as a UsageError; options cannot be abbreviated."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **rest,
        )

    def error(self, message: str) -> Any:
        """Raises UsageError."""
        raise UsageError(message.removeprefix("argument "), hint=f"see {self.prog} --help")

    def add_command(self, command: Command) -> Parser:
        """Adds the command's arguments and its sub-commands."""
        self.epilog = command.epilog
        command.add_arguments(self)
        options.add_every_command(self)
        if command.commands:
            below = self.add_subparsers(title="commands", metavar="COMMAND", prog=self.prog)
            for one in command.commands:
                below.add_parser(one.name, help=one.help, description=one.about).add_command(one)
        return self

    def every_action(self) -> Iterator[argparse.Action]:
        """Yields every argument, those of sub-commands included."""
        for action in self._actions:
            yield action
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - has no public name
                for parser in action.choices.values():
                    yield from parser.every_action()

    def options(self) -> dict[str, argparse.Action]:
        """Option → its action, without help and the options of every command."""
        return {
            action.option_strings[0]: action
            for action in self._actions
            if action.option_strings and action.default is not argparse.SUPPRESS
        }

    def unknown(self, words: Sequence[str]) -> str:
        """Returns the first word that looks like an option but is unknown here, or ''."""
        options = (word.partition("=")[0] for word in words if word.startswith("--"))
        return next((one for one in options if one not in self._option_string_actions), "")

    def given(self, args: argparse.Namespace) -> dict[str, Any]:
        """Option → value, of the options that differ from their defaults."""
        return {
            name: getattr(args, action.dest)
            for name, action in self.options().items()
            if getattr(args, action.dest) != action.default
        }
