"""The options of a run: those of every run, and those that only some operations take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.actions.runs.ca_keys import NOWHERE
from tui_installer.engine.core.operation import RunOption
from tui_installer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tui_installer.engine.core.operation import Operation
    from tui_installer.model.secret import Secret
    from tui_installer.model.spec import SecretRef
    from tui_installer.remote.credentials import Credentials

    Ask = Callable[[str], Awaitable[Secret | None]]


@dataclass(frozen=True, slots=True)
class Options:
    """verify: run every check even if nothing changes. ask: how to get a password, if at all.

    merge_kubeconfig: the user's own files to add the cluster to, as kubectl merges them;
    empty: the cluster is not added. use_context: also make it kubectl's current context.
    break_lock: take the hosts' locks from another run.
    passphrase: source of the passphrase of encrypted CA keys, if it is not typed.
    credentials: those of earlier work in this process, so that nothing is asked for twice.
    """

    accept_new_host_keys: bool = False
    verify: bool = False
    new_token: bool = False
    merge_kubeconfig: tuple[Path, ...] = ()
    use_context: bool = False
    break_lock: bool = False
    passphrase: SecretRef = NOWHERE
    ask: Ask | None = None
    credentials: Credentials | None = None

    @property
    def particular(self) -> frozenset[RunOption]:
        """The given options that only some operations take."""
        given = {
            RunOption.VERIFY: self.verify,
            RunOption.NEW_TOKEN: self.new_token,
            RunOption.MERGE_KUBECONFIG: bool(self.merge_kubeconfig),
            RunOption.PASSPHRASE: self.passphrase != NOWHERE,
        }
        return frozenset(option for option, is_given in given.items() if is_given)


def require_taken(operation: Operation, options: Options) -> None:
    """Raises UsageError for an option that the operation does not take."""
    if refused := sorted(options.particular - operation.options):
        raise UsageError(
            f"{operation.title} does not take {', '.join(refused)}",
            hint="leave it out; nothing was changed",
        )
