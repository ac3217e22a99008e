"""`tui-installer attach`: shows a run of another process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode, UsageError
from tui_installer.front.command import Command
from tui_installer.front.commands import options

if TYPE_CHECKING:
    import argparse

    from tui_installer.actions.runs.follow import Following
    from tui_installer.store.session_folder import SessionFolder


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    options.add_session(parser)
    options.add_output(parser, "jsonl")


def _attach(args: argparse.Namespace) -> ExitCode:
    from tui_installer.actions.runs.follow import Following  # noqa: PLC0415 - --help needs none of it
    from tui_installer.front import event_loop  # noqa: PLC0415
    from tui_installer.store import sessions  # noqa: PLC0415

    session = sessions.named(args.name)
    following = Following.last_run(session)
    try:
        return event_loop.run(_watch(following, args.output))
    except KeyboardInterrupt:
        if following.live:
            print(f"stopped watching; the run of {session.root.name} continues", file=sys.stderr)
        return ExitCode.INTERRUPTED


async def _watch(following: Following, output: str) -> ExitCode:
    from tui_installer.front.text.jsonl import jsonl  # noqa: PLC0415
    from tui_installer.front.text.plain import Plain  # noqa: PLC0415

    show = jsonl if output == "jsonl" else Plain(clock=following.clock)
    await following.to_end(show)
    state, name = following.state, following.session.root.name
    if state.start is None:
        raise UsageError(
            f"the session {name} has no run to show",
            hint=f"start one: tui-installer --resume {name}",
        )
    return ExitCode(state.finish.exit_code) if state.finish else _cut(following.session)


def _cut(session: SessionFolder) -> ExitCode:
    print(
        f"the run's process died unexpectedly\n"
        f"  to continue: tui-installer --resume {session.root.name}",
        file=sys.stderr,
    )
    return ExitCode.INTERRUPTED


COMMAND = Command(
    name="attach",
    help="show a run live, from its beginning; Ctrl-C only stops watching",
    add_arguments=_add_arguments,
    run=_attach,
)
