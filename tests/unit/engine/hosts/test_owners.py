"""Users and folders: what is planned, what forbids them, and the script as this machine runs it."""

# ruff: noqa: ASYNC240 - nothing else runs in these loops

from __future__ import annotations

import dataclasses
import os
import shutil
from typing import TYPE_CHECKING, Any

import kube_samples
import pytest
from engine_samples import (
    ShellHost,
    account_fact,
    context,
    facts,
    finish,
    run_of,
    sh,
    with_facts,
)

from tui_installer.engine.core import planner
from tui_installer.engine.core.wants import FolderWant, Wants
from tui_installer.engine.hosts import owners
from tui_installer.engine.hosts.facts import Query, gather, script
from tui_installer.engine.hosts.preflight import problems as preflight
from tui_installer.engine.operations.install.pipeline import PIPELINE
from tui_installer.engine.operations.install.work import WORK
from tui_installer.errors import InstallerError
from tui_installer.model.run.facts import Closed, FileFact, FolderFact
from tui_installer.model.run.plan import Change, ChangeKind
from tui_installer.model.security import SecuritySpec, Services
from tui_installer.model.spec import ExtraArgs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tui_installer.engine.core.context import Context
    from tui_installer.model.run.facts import HostFacts

HOST = kube_samples.host("m1", "192.0.2.11")
DATA = "/var/lib/etcd"
OTHER = "daemon:daemon"


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    made = context(tmp_path / "c")
    finish(made)
    return made


def planned(ctx: Context) -> list[str]:
    return [
        f"{c.verb} {c.target}" for item in planner.plan(ctx, PIPELINE).items for c in item.changes
    ]


def test_a_bare_host_gets_its_users_before_any_file_and_etcds_folder(ctx: Context) -> None:
    with_facts(ctx, files={}, units={}, accounts={}, folders={})
    told = planned(ctx)
    users = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]
    assert told[:4] == [f"create {name}" for name in users]
    assert f"create {DATA}" in told
    assert told.index(f"create {DATA}") < told.index("start etcd.service")


@pytest.mark.parametrize(
    "fact",
    [
        FolderFact(0o700, "root:root", mixed=True),
        FolderFact(0o755, "etcd:etcd", mixed=False),
        FolderFact(0o700, "etcd:etcd", mixed=True),
    ],
)
def test_a_data_folder_of_another_is_handed_over_and_its_member_restarted(
    ctx: Context, fact: FolderFact
) -> None:
    with_facts(ctx, folders={DATA: fact})
    assert planned(ctx) == [f"mode {DATA}", "restart etcd.service"]


def test_a_key_of_another_is_given_back_and_its_program_restarted(ctx: Context) -> None:
    path = "/opt/kubernetes/ssl/sa.key"
    (host,) = ctx.spec.hosts
    there = ctx.facts[host.name].files
    with_facts(ctx, files={**there, path: dataclasses.replace(there[path], owner="root:root")})
    assert planned(ctx) == [f"mode {path}", "restart kube-apiserver.service"]


def test_what_only_etcds_user_reads_changes_in_the_step_that_restarts_it(ctx: Context) -> None:
    declared = {
        step.name: {f.path for f in step.wants(ctx, ctx.spec.hosts[0]).files}
        for step in PIPELINE
        if step.name.startswith("etcd")
    }
    assert not [path for path in declared["etcd-files"] if "key" in path]
    assert {"/opt/etcd/ssl/server-key.pem", "/etc/systemd/system/etcd.service"} < declared["etcd"]


def obstacles(ctx: Context, **found: Any) -> list[str]:
    with_facts(ctx, **found)
    (host,) = ctx.spec.hosts
    return list(preflight(ctx, host, ctx.facts[host.name], WORK.wants_of(ctx, host)))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"uid": 0, "alias": "root"}, "the user etcd is another name of root"),
        ({"alias": "oracle"}, "the user etcd is another name of oracle"),
        ({"group": "users"}, "the user etcd exists, in the group users"),
        ({"shell": "/bin/bash"}, "the user etcd exists and logs in with /bin/bash"),
        ({"uid": -1, "gid": 0}, "the group etcd exists (members: root)"),
        ({"uid": -1, "members": ("ann", "bob")}, "the group etcd exists (members: ann, bob)"),
    ],
)
def test_a_name_that_is_somebody_elses_is_reported(
    ctx: Context, changes: dict[str, Any], told: str
) -> None:
    there = dict(ctx.facts[ctx.spec.hosts[0].name].accounts)
    assert obstacles(ctx, accounts={**there, "etcd": account_fact("etcd", **changes)}) == [
        f"{told}; a system user of that name runs etcd: rename it, or set security.services to root"
    ]


def test_a_system_user_or_an_empty_group_that_is_there_is_taken(ctx: Context) -> None:
    there = {"etcd": account_fact("etcd"), "kube-apiserver": account_fact("kube-apiserver", uid=-1)}
    assert obstacles(ctx, accounts=there) == []


def test_a_folder_on_the_way_that_is_closed_is_reported_unless_the_user_may_pass(
    ctx: Context,
) -> None:
    place = Closed("/opt", 0o750, "root:etcd")
    closed = {"/opt/etcd/bin": (place,), "/opt/kubernetes/bin": (place,)}
    told = obstacles(ctx, closed=closed)
    assert [line.split(":")[2].split(" ")[3] for line in told] == [
        "kube-apiserver", "kube-controller-manager", "kube-scheduler",
    ]  # fmt: skip
    assert "chmod o+x /opt, or set security.services to root" in told[0]


def test_a_folder_of_the_system_is_not_handed_to_a_program(tmp_path: Path) -> None:
    extra = ExtraArgs(apiserver=(("audit-log-path", "/var/log/audit.log"),))
    spec = kube_samples.spec(hosts=kube_samples.hosts(1), extra_args=extra)
    (told,) = obstacles(context(tmp_path / "c", spec))
    assert told.startswith(
        "/var/log is a system folder and cannot belong to kube-apiserver.service alone"
    )


@pytest.mark.parametrize(
    ("mode", "owner", "readable"),
    [
        (0o600, "root:root", False),
        (0o600, "kube-apiserver:root", True),
        (0o640, "root:kube-apiserver", True),
        (0o640, "etcd:etcd", False),
        (0o644, "root:root", True),
        (0o604, "kube-apiserver:root", True),
        (0o044, "kube-apiserver:root", False),
    ],
)
def test_an_external_etcds_key_on_the_master_must_be_readable(
    tmp_path: Path, mode: int, owner: str, readable: bool
) -> None:
    etcd = kube_samples.external(on_hosts=True)
    spec = kube_samples.spec(hosts=kube_samples.hosts(1), etcd=etcd)
    ctx = context(tmp_path / "c", spec)
    assert etcd.files is not None
    open_to_all = FileFact("1", 0o644, "root:root", 1, 0.0, ours=False)
    files = {etcd.files.ca: open_to_all, etcd.files.cert: open_to_all}
    key = dataclasses.replace(open_to_all, mode=mode, owner=owner)
    told = obstacles(ctx, files={**files, etcd.files.key: key})
    assert [line.split(" ")[0] for line in told] == ([] if readable else [etcd.files.key])
    ctx.spec = dataclasses.replace(spec, security=SecuritySpec(services=Services.ROOT))
    assert obstacles(ctx) == []


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "host" / "a b"
    (folder / "member" / "snap").mkdir(parents=True)
    (folder / "member" / "snap" / "db").write_bytes(b"data")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_text("of root")
    yield folder
    shutil.rmtree(folder.parent)


async def told(tmp_path: Path, *, owner: str = OTHER, path: Path) -> FolderFact | None:
    query = Query(str(tmp_path / "manifest"), filled=((owner, str(path)),))
    found: HostFacts = await gather(ShellHost(HOST), query)
    return found.folders.get(str(path))


def hand_over(tmp_path: Path, path: Path, owner: str = OTHER) -> tuple[int, str]:
    word = f"o:0700:{owner}:no-such-unit.service:{path}"
    done = sh(script("owners.sh"), str(tmp_path / "cfg" / "manifest"), word)
    return done.status, done.stderr


async def test_a_folder_is_handed_over_with_all_in_it_and_reported(
    tmp_path: Path, data: Path
) -> None:
    data.chmod(0o755)
    assert await told(tmp_path, path=data) == FolderFact(0o755, "root:root", mixed=True)
    assert hand_over(tmp_path, data) == (0, "")
    assert await told(tmp_path, path=data) == FolderFact(0o700, OTHER, mixed=False)
    assert (tmp_path / "elsewhere").owner() == "root", "a link is not followed"
    listed = (tmp_path / "cfg" / "manifest").read_text()
    assert listed == f"- 0755 root:root - - {tmp_path}/cfg\n", "what was there is not ours"


async def test_a_hand_over_that_was_cut_is_seen(tmp_path: Path, data: Path) -> None:
    hand_over(tmp_path, data)
    shutil.chown(data / "member" / "snap" / "db", "root", "root")
    found = await told(tmp_path, path=data)
    assert found is not None
    assert found.mixed


async def test_of_a_user_that_is_not_there_nothing_is(tmp_path: Path, data: Path) -> None:
    found = await told(tmp_path, path=data, owner="nobody-such:nobody-such")
    assert found == FolderFact(0o755, "root:root", mixed=True)
    status, why = hand_over(tmp_path, data, "nobody-such:nobody-such")
    assert status != 0
    assert "invalid user" in why
    assert data.owner() == "root"


async def test_a_folder_that_is_missing_is_made_and_listed(tmp_path: Path) -> None:
    path = tmp_path / "new" / "data"
    assert await told(tmp_path, path=path) is None
    assert hand_over(tmp_path, path) == (0, "")
    assert await told(tmp_path, path=path) == FolderFact(0o700, OTHER, mixed=False)
    assert path.parent.stat().st_mode & 0o777 == 0o755
    hand_over(tmp_path, path)
    lines = (tmp_path / "cfg" / "manifest").read_text().splitlines()
    assert lines == [
        f"- 0755 root:root - - {tmp_path}/cfg",
        f"- 0755 root:root - - {path.parent}",
        f"- 0700 {OTHER} - - {path}",
    ]


async def test_accounts_and_closed_folders_are_reported(tmp_path: Path) -> None:
    inner = tmp_path / "closed" / "inner"
    inner.mkdir(parents=True)
    inner.parent.chmod(0o750)
    query = Query(
        str(tmp_path / "manifest"),
        accounts=("daemon", "root", "nobody-such"),
        passages=(f"{inner}/not/there",),
    )
    found = await gather(ShellHost(HOST), query)
    assert found.accounts.keys() == {"daemon", "root"}
    daemon = found.accounts["daemon"]
    assert (daemon.uid, daemon.alias, daemon.group, daemon.gid) == (1, "daemon", "daemon", 1)
    assert daemon.shell.endswith("nologin")
    assert Closed(str(inner.parent), 0o750, "root:root") in found.closed[f"{inner}/not/there"]


async def test_a_folder_that_cannot_be_handed_over_is_named(tmp_path: Path, data: Path) -> None:
    layout = dataclasses.replace(kube_samples.spec().layout, kubernetes=str(tmp_path / "k"))
    spec = kube_samples.spec(hosts=kube_samples.hosts(1), layout=layout)
    run, _ = run_of(context(tmp_path / "c", spec, make=False), tmp_path, ShellHost)
    want = FolderWant(str(data), "nobody-such:nobody-such", "no-such-unit.service")
    change = Change(ChangeKind.FOLDER, "mode", want.path)
    with pytest.raises(InstallerError) as caught:
        await owners.fill(run, "master01", "etcd", [want], [change])
    assert caught.value.message == f"master01 could not change the owner of {data}"
    assert "invalid user" in "".join(caught.value.details)


def test_a_plan_tells_of_users_that_are_there() -> None:
    (host,) = kube_samples.hosts(1)
    found = facts(host, accounts={"etcd": account_fact("etcd")})
    item = planner.host_item("accounts", Wants(accounts=("etcd",)), found, set())
    assert (item.run, item.reason) == (False, "1 user present")


def linked(tmp_path: Path, data: Path) -> Path:
    """The folder itself is another's link."""
    link = tmp_path / "link"
    link.symlink_to(data)
    os.chown(link, 12345, 12345, follow_symlinks=False)
    return link


def in_theirs(tmp_path: Path, data: Path) -> Path:
    os.chown(data.parent, 12345, 12345)
    return data


def in_everybodys(tmp_path: Path, data: Path) -> Path:
    data.parent.chmod(0o777)
    return data


def in_a_groups(tmp_path: Path, data: Path) -> Path:
    os.chown(data.parent, 0, 12345)
    data.parent.chmod(0o775)
    return data


def through_theirs(tmp_path: Path, data: Path) -> Path:
    """Root's link leads to another's link, which leads to root's folder."""
    between = tmp_path / "theirs"
    between.mkdir()
    os.chown(between, 12345, 12345)
    (between / "link").symlink_to(data)
    os.chown(between / "link", 0, 0, follow_symlinks=False)
    (tmp_path / "link").symlink_to("theirs/link")
    return tmp_path / "link"


def not_there_yet(tmp_path: Path, data: Path) -> Path:
    os.chown(data, 12345, 12345)
    return data / "new" / "folder"


@pytest.mark.parametrize(
    "way", [linked, in_theirs, in_everybodys, in_a_groups, through_theirs, not_there_yet]
)
def test_a_folder_that_others_could_exchange_is_not_handed_over(
    tmp_path: Path, data: Path, way: Callable[[Path, Path], Path]
) -> None:
    path = way(tmp_path, data)
    (tmp_path / "cfg").mkdir()
    before = listed(tmp_path)
    status, why = hand_over(tmp_path, path)
    assert status == 1
    assert f"{path}: a user other than root can write to {tmp_path}" in why
    assert listed(tmp_path) == before


def listed(folder: Path) -> list[tuple[str, int, int]]:
    """All that is there, with its owner and mode."""
    found = sorted(folder.rglob("*"))
    return [(str(one), one.lstat().st_uid, one.lstat().st_mode) for one in found]


def test_a_list_in_a_folder_of_another_user_is_not_written(tmp_path: Path, data: Path) -> None:
    os.chown(data, 12345, 12345)
    done = sh(
        script("owners.sh"), f"{data}/cfg/manifest", f"o:0700:{OTHER}:no.service:{tmp_path}/d"
    )
    assert (done.status, (tmp_path / "d").exists(), (data / "cfg").exists()) == (1, False, False)
    assert f"a user other than root can write to {data}" in done.stderr


@pytest.mark.parametrize("own", [12345, 1])
async def test_whose_the_folder_itself_was_does_not_matter_nor_a_group_of_the_system(
    tmp_path: Path, data: Path, own: int
) -> None:
    os.chown(data, own, own)
    os.chown(data.parent, 0, 4)
    data.parent.chmod(0o775)
    (tmp_path / "disk").symlink_to(data.parent)
    assert hand_over(tmp_path, tmp_path / "disk" / data.name) == (0, "")
    assert await told(tmp_path, path=data) == FolderFact(0o700, OTHER, mixed=False)


def test_a_manifest_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "passwd").write_text("theirs")
    (tmp_path / "manifest").symlink_to(tmp_path / "passwd")
    word = f"o:0700:{OTHER}:none.service:{tmp_path / 'data'}"
    done = sh(script("owners.sh"), str(tmp_path / "manifest"), word)
    assert done.status == 1
    assert "is not a regular file; remove it" in done.stderr
    assert (tmp_path / "passwd").read_text() == "theirs"
    assert not (tmp_path / "data").exists()
