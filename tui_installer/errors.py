"""The one error type that users see, and the exit codes."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The program's documented exit codes."""

    OK = 0
    STEP_FAILED = 1
    USAGE = 2
    CONNECTION = 3
    INTERNAL = 4
    INTERRUPTED = 130


class InstallerError(Exception):
    """An error that the user can act on.

    message: what failed, one sentence. details: evidence, one fact per line.
    hint: what to do next. host, step: where it failed, or ''.
    answer: the dotted path of the answer to look at, such as ``kubernetes.version``, or ''.
    parts: the single failures that it sums up, each with its own host, answer and hint.
    """

    code: ExitCode = ExitCode.STEP_FAILED

    def __init__(
        self,
        message: str,
        *,
        details: tuple[str, ...] = (),
        hint: str = "",
        host: str = "",
        step: str = "",
        answer: str = "",
        parts: tuple[InstallerError, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.hint = hint
        self.host = host
        self.step = step
        self.answer = answer
        self.parts = parts


class UsageError(InstallerError):
    """The command line or the answers are wrong; nothing was changed."""

    code = ExitCode.USAGE


class ConnectionFailed(InstallerError):
    """A host could not be reached, or the connection to it was lost."""

    code = ExitCode.CONNECTION


class ConnectionLost(ConnectionFailed):
    """An established connection broke; the command in progress may or may not have finished."""


class AuthenticationFailed(ConnectionFailed):
    """The host refused every identity, or sudo refused its password."""


class HostKeyRefused(ConnectionFailed):
    """The host's key is unknown, or differs from the known one."""


class HostKeyUnknown(HostKeyRefused):
    """The host's key is unknown; the user may accept it."""
