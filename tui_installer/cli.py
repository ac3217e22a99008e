"""The console script: parses the command line and runs the command. The only sys.exit."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tui_installer.errors import ExitCode, InstallerError
from tui_installer.front import command_line, console, core_dumps
from tui_installer.front.text.card import error_text
from tui_installer.front.text.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> None:
    """The console script."""
    core_dumps.forbid()
    sys.exit(run(argv))


def run(argv: Sequence[str] | None = None) -> int:
    """The exit code of one command line. Raises SystemExit only after --help and --version."""
    console.prepare()
    style = Style.of(sys.stderr)
    try:
        args = command_line.parse(sys.argv[1:] if argv is None else argv)
        if "session_dir" in args:
            # For background runs as well.
            os.environ["TUI_INSTALLER_HOME"] = str(args.session_dir.absolute())
        code: ExitCode = args.run(args)
        sys.stdout.flush()
    except InstallerError as error:
        print(error_text(error, style), file=sys.stderr)
        return int(error.code)
    except KeyboardInterrupt:
        print("interrupted; run the same command again to continue", file=sys.stderr)
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # The reader of stdout is gone: write nothing more to it, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the user never sees a traceback
        return _internal(error, style)
    return int(code)


def _internal(error: Exception, style: Style) -> int:
    if os.environ.get("TUI_INSTALLER_DEBUG"):
        raise error
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "unknown"
    report = InstallerError(
        f"internal error: {type(error).__name__}",
        details=(f"at {where}",),
        hint="this is a bug; TUI_INSTALLER_DEBUG=1 shows the traceback, which may hold secrets",
    )
    print(error_text(report, style), file=sys.stderr)
    return int(ExitCode.INTERNAL)
