"""`tui-installer attach`: a run that goes on elsewhere, watched."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode, UsageError
from tui_installer.front import event_loop

if TYPE_CHECKING:
    import argparse

    from tui_installer.actions.follow import Following
    from tui_installer.store.session_folder import SessionFolder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All that `attach` can be told."""
    parser.add_argument("name", nargs="?", default="", help="default: the session changed last")
    parser.add_argument("--output", choices=("plain", "jsonl"), default="plain")
    parser.set_defaults(run=_attach)


def _attach(args: argparse.Namespace) -> ExitCode:
    from tui_installer.actions.follow import Following  # noqa: PLC0415 - --help needs none of it
    from tui_installer.store import sessions  # noqa: PLC0415

    session = sessions.named(args.name)
    following = Following.last_run(session)
    try:
        return event_loop.run(_watch(following, args.output))
    except KeyboardInterrupt:
        if following.live:
            print(f"no longer watching; {session.root.name} goes on", file=sys.stderr)
        return ExitCode.INTERRUPTED


async def _watch(following: Following, output: str) -> ExitCode:
    from tui_installer.front.jsonl import jsonl  # noqa: PLC0415
    from tui_installer.front.plain import Plain  # noqa: PLC0415

    show = jsonl if output == "jsonl" else Plain(clock=following.clock)
    await following.to_end(show)
    state, name = following.state, following.session.root.name
    if state.start is None:
        raise UsageError(
            f"the session {name} has no run to show",
            hint=f"begin one: tui-installer --resume {name}",
        )
    return ExitCode(state.finish.exit_code) if state.finish else _cut(following.session)


def _cut(session: SessionFolder) -> ExitCode:
    print(
        f"the run ended without saying how: its process died\n"
        f"  go on from there: tui-installer --resume {session.root.name}",
        file=sys.stderr,
    )
    return ExitCode.INTERRUPTED
