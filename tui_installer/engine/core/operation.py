"""An operation as a value: what a run does to a cluster, and everything specific to it.

The declaration imports no steps, so that command lines, session lists and the wizard's first frame
can read it at once; `work` imports them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from tui_installer.engine.checks.result import Check
    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run
    from tui_installer.engine.core.step import Step
    from tui_installer.engine.core.wants import Wants
    from tui_installer.model.spec import HostSpec
    from tui_installer.store.session_folder import SessionFolder


class RunOption(StrEnum):
    """An option that only some operations take. The value: what the user types."""

    VERIFY = "--verify"
    NEW_TOKEN = "--new-token"  # noqa: S105 - the name of an option
    MERGE_KUBECONFIG = "--merge-kubeconfig, --use-context"
    PASSPHRASE = "--passphrase-file, --passphrase-env"  # noqa: S105 - the names of options

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(self.split(", "))


@dataclass(frozen=True, slots=True)
class Work:
    """What an operation does.

    pipeline: its steps in order.
    declared_by: the steps whose wants together are what a host, or the cluster, should have.
        Facts are gathered about these wants, and preflight checks them.
    prepare: gathers what the plan needs besides the hosts' facts; changes nothing on a host.
    preflight: raises InstallerError for everything that forbids a run, before anything changes.
    quick_checks: (host, check) from facts alone, for a plan without changes. None: the steps run.
    """

    pipeline: tuple[Step, ...]
    declared_by: tuple[Step, ...]
    prepare: Callable[[Run], Awaitable[None]]
    preflight: Callable[[Context, Mapping[str, Wants]], None]
    quick_checks: Callable[[Context], Iterator[tuple[str, Check]]] | None = None

    def wants_of(self, ctx: Context, host: HostSpec | None) -> Wants:
        """Everything that one host should have, or not have; None: the cluster, its API objects."""
        from tui_installer.engine.core.wants import merged  # noqa: PLC0415 - the declaration is light

        return merged(step.wants(ctx, host) for step in self.declared_by)


def _never(session: SessionFolder) -> bool:
    del session
    return False


@dataclass(frozen=True, slots=True)
class Operation:
    """name: its ID in journals, orders and results; it never changes.

    title: what users read, such as ``Rotate the encryption key``.
    load: its work; imports the steps. Use `work`.
    options: the options it takes besides those of every run.
    restarts: which services it may restart, and how, in words.
    asks: what the user may have to type besides the hosts' logins, in words; '' for nothing.
    under_way: whether a run of it was interrupted in this session, from the session's files.
        Blocking. Raises InstallerError.
    """

    name: str
    title: str
    load: Callable[[], Work]
    restarts: str
    options: frozenset[RunOption] = frozenset()
    asks: str = ""
    under_way: Callable[[SessionFolder], bool] = _never

    @property
    def work(self) -> Work:
        return self.load()

    @property
    def takes_verify(self) -> bool:
        """Whether its checks run only with --verify; other operations check in every run."""
        return RunOption.VERIFY in self.options
