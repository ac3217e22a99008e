"""`tui-installer attach` and `stop`: a run that goes on elsewhere, watched or ended."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode, UsageError
from tui_installer.front import event_loop

if TYPE_CHECKING:
    import argparse

    from tui_installer.actions.follow import Following
    from tui_installer.store.session_folder import SessionFolder


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds both commands."""
    attach = commands.add_parser(
        "attach", help="show a run live, from its beginning; Ctrl-C only ends the watching"
    )
    attach.add_argument("name", nargs="?", default="", help="default: the session changed last")
    attach.add_argument("--output", choices=("plain", "jsonl"), default="plain")
    attach.set_defaults(run=_attach)
    stop = commands.add_parser("stop", help="stop a session's run at its next safe point")
    stop.add_argument("name", nargs="?", default="", help="default: the session changed last")
    stop.set_defaults(run=_stop)


def _session(name: str) -> SessionFolder:
    from tui_installer.store import sessions  # noqa: PLC0415 - --help needs none of it

    return sessions.find(name) if name else sessions.only()


def _attach(args: argparse.Namespace) -> ExitCode:
    from tui_installer.actions.follow import Following  # noqa: PLC0415 - --help needs none of it

    session = _session(args.name)
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


def _stop(args: argparse.Namespace) -> ExitCode:
    from tui_installer.actions import follow  # noqa: PLC0415 - --help needs none of it

    holder = follow.stop(_session(args.name))
    print(f"asked to stop at the next safe point: {holder}", file=sys.stderr)
    return ExitCode.OK
