"""The operations as values: their declarations, and which one resuming a session goes on with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import Log, context
from loaded_modules import HEAVY, importing, ours

from tui_installer.actions.runs import run_operation
from tui_installer.actions.runs.run_options import Options
from tui_installer.engine.cluster import stored
from tui_installer.engine.core.operation import RunOption
from tui_installer.engine.operations import (
    INSTALL,
    OPERATIONS,
    ROTATE_ENCRYPTION,
    operation,
    to_resume,
)
from tui_installer.engine.operations.install.pipeline import PIPELINE
from tui_installer.errors import InstallerError, UsageError
from tui_installer.kubernetes.encryption import EncryptionKey
from tui_installer.model.run.events import RunStarted
from tui_installer.model.spec import SecretRef
from tui_installer.pki import tokens
from tui_installer.store.session_folder import SessionFolder

if TYPE_CHECKING:
    from collections.abc import Callable


def keys(folder: SessionFolder, *numbers: int) -> None:
    made = [EncryptionKey(f"key{n}", tokens.encryption_key()) for n in numbers]
    stored.write_encryption_keys(folder, made)


def test_names_are_those_that_journals_and_orders_hold() -> None:
    assert list(OPERATIONS) == ["install", "encryption-rotate"]
    assert all(operation(name) is one and one.name == name for name, one in OPERATIONS.items())


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InstallerError, match="no operation 'upgrade'") as caught:
        operation("upgrade")
    assert caught.value.details == ("it has: install, encryption-rotate",)


def test_a_run_without_an_operation_in_its_journal_is_of_an_install() -> None:
    old = RunStarted("c", "v1", (), ())
    assert (old.operation, old.title) == (INSTALL.name, INSTALL.title)


def test_declarations_are_read_without_the_libraries_that_steps_need() -> None:
    found = importing("tui_installer.engine.operations")
    assert not found & {*HEAVY, "httpx"}
    assert ours(found) == {"tui_installer.engine", "tui_installer.errors"}


@pytest.mark.parametrize("one", OPERATIONS.values(), ids=lambda one: one.name)
def test_each_operation_has_steps_with_names_of_their_own_and_says_what_it_restarts(one) -> None:
    names = [step.name for step in one.work.pipeline]
    assert names
    assert len(set(names)) == len(names)
    assert one.title
    assert one.restarts


def test_hosts_are_asked_of_by_a_rotation_what_an_install_wants_of_them(tmp_path: Path) -> None:
    ctx = context(tmp_path / "c")
    (host,) = ctx.spec.hosts
    assert ROTATE_ENCRYPTION.work.declared_by is PIPELINE
    assert ROTATE_ENCRYPTION.work.wants_of(ctx, host) == INSTALL.work.wants_of(ctx, host)


@pytest.mark.parametrize(
    ("prepare", "found"),
    [
        (lambda folder: None, INSTALL),
        (lambda folder: keys(folder, 1), INSTALL),
        (lambda folder: keys(folder, 2), INSTALL),
        (lambda folder: keys(folder, 2, 1), ROTATE_ENCRYPTION),
        (lambda folder: keys(folder, 12, 11), ROTATE_ENCRYPTION),
    ],
    ids=["new", "installed", "rotated", "cut", "cut later"],
)
def test_a_session_is_resumed_with_the_operation_that_was_cut(
    tmp_path: Path, prepare: Callable[[SessionFolder], None], found: object
) -> None:
    folder = SessionFolder(tmp_path / "s")
    prepare(folder)
    assert to_resume(folder) is found


def test_a_newline_that_an_editor_added_is_no_second_key(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path / "s")
    keys(folder, 1)
    path = folder.pki / "encryption.key"
    path.write_bytes(path.read_bytes() + b"\n")
    assert to_resume(folder) is INSTALL


GIVEN = {
    RunOption.VERIFY: Options(verify=True),
    RunOption.NEW_TOKEN: Options(new_token=True),
    RunOption.MERGE_KUBECONFIG: Options(merge_kubeconfig=(Path("config"),)),
    RunOption.PASSPHRASE: Options(passphrase=SecretRef(env="CA")),
}


@pytest.mark.parametrize("option", RunOption)
async def test_an_option_that_an_operation_does_not_take_is_refused_before_anything(
    tmp_path: Path, option: RunOption
) -> None:
    session, log = SessionFolder(tmp_path / "s"), Log()
    work = (ROTATE_ENCRYPTION, kube_samples.spec(), session, GIVEN[option], log)
    for do in (run_operation.plan_only, run_operation.carry_out):
        with pytest.raises(UsageError) as caught:
            await do(*work)
        assert caught.value.message == f"Rotate the encryption key does not take {option}"
    assert not session.root.exists()
    assert log.events == []


def test_an_install_takes_every_option() -> None:
    assert frozenset(GIVEN) == INSTALL.options
