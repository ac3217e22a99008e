"""The scripts that remove: what this program put there, and nothing else."""

# ruff: noqa: ASYNC240 - nothing else runs in these loops

from __future__ import annotations

import dataclasses
import pwd
import subprocess
from typing import TYPE_CHECKING, Any

import kube_samples
import pytest
from engine_samples import (
    FakeHost,
    ShellHost,
    context,
    facts,
    run_of,
    sh,
)
from removal_samples import ALL, CONF, THERE, UNIT, step

from tui_installer.engine.core.wants import (
    Absent,
    AbsentFile,
    FileWant,
    FolderWant,
    Wants,
    merged,
    secret,
    text,
)
from tui_installer.engine.hosts.deliver import deliver
from tui_installer.engine.hosts.facts import gather, script
from tui_installer.engine.hosts.query import query
from tui_installer.errors import InstallerError
from tui_installer.model.run.events import Level, LogLine
from tui_installer.model.secret import Secret
from tui_installer.model.spec import Layout, Role
from tui_installer.remote.host import Completed

if TYPE_CHECKING:
    from pathlib import Path

    from engine_samples import Log

    from tui_installer.engine.core.run import Run
    from tui_installer.model.run.facts import HostFacts
    from tui_installer.model.run.plan import PlanItem


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "host"
    made.mkdir()
    return made


@pytest.fixture
def at_work(root: Path, tmp_path: Path) -> tuple[Run, Log]:
    layout = Layout(f"{root}/kubernetes", f"{root}/etcd", f"{root}/units")
    spec = kube_samples.spec(hosts=kube_samples.hosts(1), layout=layout)
    return run_of(context(tmp_path / "state", spec, make=False), tmp_path, ShellHost)


async def look(run: Run, *wants: Wants) -> HostFacts:
    """The facts of this machine, as a run has them."""
    (host,) = run.hosts.values()
    plain = run.ctx.facts["master01"]
    found = await gather(host, query(run.ctx.spec, merged(wants)))
    names = ("files", "folders", "accounts", "listed", "entries")
    seen = dataclasses.replace(plain, **{name: getattr(found, name) for name in names})
    run.ctx.facts = {"master01": seen}
    return seen


async def carry_out(run: Run, wants: Wants) -> PlanItem:
    run.touched = {}
    await look(run, wants)
    return await step(wants).run(run, "master01")


def manifest(root: Path) -> list[str]:
    path = root / "kubernetes/cfg/tui-installer.manifest"
    return sorted(line.split(" ")[-1] for line in path.read_text().splitlines())


def world(root: Path) -> tuple[Wants, Wants]:
    """(what is there, the same absent)"""
    there = Wants(
        files=(
            text(f"{root}/app/a.conf", b"one\n"),
            secret(f"{root}/app/key", Secret("hunter2"), "a key"),
        ),
        folders=(FolderWant(f"{root}/app/data", "daemon:daemon", "no-such-unit.service"),),
    )
    absent = Absent(
        files=(AbsentFile(f"{root}/app/a.conf"), AbsentFile(f"{root}/app/key", secret=True)),
        folders=(f"{root}/app", f"{root}/app/data"),
    )
    return there, Wants(absent=absent)


async def test_what_was_put_there_is_removed_with_its_lines_and_nothing_is_left_to_do(
    at_work: tuple[Run, Log], root: Path
) -> None:
    run, _ = at_work
    there, gone = world(root)
    await carry_out(run, there)
    assert (root / "app/data").is_dir()
    before = run.changes
    item = await carry_out(run, gone)
    assert item.reason == "remove a.conf, key, data and 1 more"
    assert "-one" in item.changes[0].diff
    assert "hunter" not in repr(item)
    assert run.changes - before == 4
    assert not (root / "app").exists()
    own = [f"{root}/kubernetes", f"{root}/kubernetes/cfg"]
    assert manifest(root) == own
    again = await carry_out(run, gone)
    assert (again.run, again.left, again.reason) == (False, (), "nothing to remove")


async def test_what_others_put_there_or_changed_stays_and_is_logged(
    at_work: tuple[Run, Log], root: Path
) -> None:
    run, log = at_work
    there, gone = world(root)
    await carry_out(run, there)
    (root / "app/a.conf").write_text("by hand")
    (root / "app/theirs").write_text("theirs")
    item = await carry_out(run, gone)
    assert [f"{c.verb} {c.target}" for c in item.changes] == [
        f"remove {root}/app/key",
        f"remove {root}/app/data",
    ]
    assert (root / "app/a.conf").read_text() == "by hand"
    assert (root / "app/theirs").read_text() == "theirs"
    told = [line.text for line in log.of(LogLine) if line.level is Level.WARNING]
    assert told == [
        f"{root}/app/a.conf is left in place: it was changed since this program wrote it",
        f"{root}/app is left in place: not empty: a.conf, theirs",
    ]
    again = await carry_out(run, gone)
    assert (again.run, len(again.left)) == (False, 2)


async def test_a_removal_that_was_cut_before_its_line_went_is_finished(
    at_work: tuple[Run, Log], root: Path
) -> None:
    run, _ = at_work
    there, gone = world(root)
    await carry_out(run, there)
    (root / "app/a.conf").unlink()
    (root / "app/data").rmdir()
    item = await carry_out(run, gone)
    assert len(item.changes) == 4
    assert not (root / "app").exists()
    assert manifest(root) == [f"{root}/kubernetes", f"{root}/kubernetes/cfg"]


async def test_a_file_that_changes_between_plan_and_removal_stays(
    at_work: tuple[Run, Log], root: Path
) -> None:
    run, _ = at_work
    there, gone = world(root)
    await carry_out(run, there)
    run.touched = {}
    await look(run, gone)
    (root / "app/a.conf").write_text("by hand")
    with pytest.raises(InstallerError) as caught:
        await step(gone).run(run, "master01")
    assert caught.value.message == (
        f"{root}/app/a.conf was not removed from master01: was changed after it was checked"
    )
    assert (root / "app/a.conf").read_text() == "by hand"
    assert (root / "app/key").exists(), "nothing after it was removed"


async def test_a_link_is_removed_not_what_it_leads_to(at_work: tuple[Run, Log], root: Path) -> None:
    run, _ = at_work
    there, gone = world(root)
    await carry_out(run, there)
    (root / "app/a.conf").rename(root / "elsewhere")
    (root / "app/a.conf").symlink_to(root / "elsewhere")
    await carry_out(run, gone)
    assert not (root / "app").exists()
    assert (root / "elsewhere").read_bytes() == b"one\n"


async def test_a_file_in_a_folder_of_others_is_not_removed(
    at_work: tuple[Run, Log], root: Path
) -> None:
    run, _ = at_work
    there, gone = world(root)
    await carry_out(run, there)
    (root / "app").chmod(0o777)
    with pytest.raises(InstallerError, match="a user other than root"):
        await carry_out(run, gone)
    assert (root / "app/a.conf").exists()


async def test_files_sent_and_removed_in_one_step_are_one_stream(
    at_work: tuple[Run, Log], root: Path
) -> None:
    run, _ = at_work
    there, gone = world(root)
    await carry_out(run, there)
    new = FileWant(f"{root}/app/b.conf", data=b"new")
    await carry_out(run, Wants(files=(new,), absent=dataclasses.replace(gone.absent, folders=())))
    assert sorted(path.name for path in (root / "app").iterdir()) == ["b.conf", "data"]


async def test_a_folder_that_is_filled_after_the_plan_stays(
    at_work: tuple[Run, Log], root: Path
) -> None:
    run, _ = at_work
    there, gone = world(root)
    await carry_out(run, there)
    await look(run, gone)
    (root / "app/data/late").write_text("theirs")
    with pytest.raises(InstallerError, match="could not remove") as caught:
        await step(gone).run(run, "master01")
    assert "not empty" in "".join(caught.value.details)
    assert (root / "app/data/late").exists()
    assert f"{root}/app/data" in manifest(root)


async def test_names_in_a_folder_are_read_whatever_they_are(
    at_work: tuple[Run, Log], root: Path
) -> None:
    folder = root / "odd"
    folder.mkdir()
    for name in ("a\nb", "c\td", "e f", "-"):
        (folder / name).touch()
    found = await look(at_work[0], Wants(absent=Absent(folders=(str(folder),))))
    assert sorted(found.entries[str(folder)]) == ["-", "a?b", "c?d", "e f"]
    (root / "link").symlink_to(folder)
    found = await look(at_work[0], Wants(absent=Absent(folders=(f"{root}/link", f"{root}/no"))))
    assert found.entries == {}


def test_a_user_is_removed_with_its_group_and_its_line(tmp_path: Path) -> None:
    name = "tui-removals-test"
    listed = tmp_path / "cfg/manifest"
    assert sh(script("owners.sh"), str(listed), f"n:{name}").status == 0
    try:
        assert pwd.getpwnam(name).pw_shell.endswith("nologin")
        assert f"user:{name}" in listed.read_text()
        for _ in range(2):
            assert sh(script("owners.sh"), str(listed), f"u:{name}").status == 0
        assert not subprocess.run(
            ["getent", "passwd", name], check=False, capture_output=True
        ).stdout
        assert not subprocess.run(
            ["getent", "group", name], check=False, capture_output=True
        ).stdout
        assert f"user:{name}" not in listed.read_text()
    finally:
        subprocess.run(["userdel", name], check=False, capture_output=True)


class OrderedHost(FakeHost):
    """FAKE: agrees to everything; remembers what it was asked, in order."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.orders: list[str] = []

    async def run(self, script: str, *args: str, stdin: Any = None, **_: Any) -> Completed:
        done = await super().run(script, *args, stdin=stdin)
        if stdin is None:
            self.orders += args[1:]
            return done
        paths = [line.split(" ")[-1] for line in self.received.decode().splitlines()]
        self.received = b""
        self.orders += [f"files {' '.join(paths)}"]
        return Completed(0, "".join(f"ok {path} -\n" for path in paths).encode(), "")


async def test_on_a_host_the_unit_stops_first_in_its_turn_and_is_unloaded_after_its_file(
    tmp_path: Path,
) -> None:
    ctx = context(tmp_path / "c", make=False)
    ctx.facts = {"master01": facts(ctx.spec.first_master, **THERE)}
    run, _ = run_of(ctx, tmp_path, OrderedHost)
    run.turns[Role.CONTROL_PLANE].halted = "master02"
    with pytest.raises(InstallerError, match="the restart on master02 failed"):
        await step(Wants(absent=ALL)).run(run, "master01")
    host: Any = run.hosts["master01"]
    assert host.orders == []
    run.turns[Role.CONTROL_PLANE].halted = ""
    run.touched = {}
    await step(Wants(absent=ALL)).run(run, "master01")
    assert host.orders == [
        "stop:a.service",
        "disable:a.service",
        f"files {UNIT.file} {CONF.path}",
        "unload:a.service",
        "f:/opt/k",
        "u:app",
    ]
    assert (run.changes, run.restarts) == (7, 0)


async def test_nothing_to_remove_is_no_round_trip(at_work: tuple[Run, Log], root: Path) -> None:
    await deliver(at_work[0], "master01", "step", [], [])
    assert list(root.iterdir()) == []
