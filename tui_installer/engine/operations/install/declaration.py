"""Install: new hosts, and every later change of the answers."""

from __future__ import annotations

from tui_installer.engine.core.operation import Operation, RunOption, Work


def _load() -> Work:
    from tui_installer.engine.operations.install.work import WORK  # noqa: PLC0415 - it imports every step

    return WORK


INSTALL = Operation(
    name="install",
    title="Install",
    load=_load,
    restarts="every service whose files or options change, one host at a time",
    options=frozenset(RunOption),
    asks="the passphrase of encrypted CA keys, if a certificate is to be issued",
)
