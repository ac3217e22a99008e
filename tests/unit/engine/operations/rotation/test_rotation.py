"""The order of a rotation: from wherever the hosts are, and wherever it was cut."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import authority, run_of
from rotation_world import Cut, World

from tui_installer.engine.cluster import at_rest, stored
from tui_installer.engine.core import planner
from tui_installer.engine.operations.install import apiserver
from tui_installer.engine.operations.rotation.keys import FORGET_KEY, NEW_KEY
from tui_installer.engine.operations.rotation.work import ROTATION
from tui_installer.errors import ExitCode, InstallerError
from tui_installer.kubernetes.encryption import EncryptionKey, Stage
from tui_installer.model.run.events import Failed
from tui_installer.model.run.facts import ClusterFacts
from tui_installer.model.secret import Secret
from tui_installer.model.spec import ExtraArgs
from tui_installer.pki import tokens

if TYPE_CHECKING:
    from tui_installer.engine.cluster.authority import Authority

ALL = list(itertools.product(Stage, repeat=3))
ORDERLY = [found for found in ALL if max(found) - min(found) <= 1]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Authority:
    """Made once: its keys take long."""
    return authority(tmp_path_factory.mktemp("keys") / "session", kube_samples.spec())


@pytest.fixture
def world(tmp_path, monkeypatch, made) -> World:
    return World(tmp_path, made, monkeypatch)


def under_way(world: World, *stages: Stage) -> tuple[EncryptionKey, EncryptionKey]:
    (old,) = world.made.encryption_keys
    new = EncryptionKey("key2", tokens.encryption_key())
    world.made.keep_encryption_keys(new, old)
    world.place(new, old, stages)
    return new, old


def names(world: World) -> set[tuple[str, ...]]:
    return {tuple(key.name for key in keys) for keys in world.running.values()}


def in_session(world: World) -> list[str]:
    return [key.name for key in stored.encryption_keys(world.ctx().authority.folder)]


def assert_done(world: World, name: str = "key2") -> None:
    assert names(world) == {(name,)}
    assert world.running == world.files
    assert {key.name for key in world.stored} == {name}
    assert in_session(world) == [name]


@pytest.mark.parametrize("masters", [1, 3])
async def test_a_rotation_restarts_each_master_three_times_and_leaves_the_new_key(
    tmp_path, monkeypatch, made, masters
):
    world = World(tmp_path, made, monkeypatch, masters)
    assert await world.rotate() is ExitCode.OK
    assert_done(world)
    assert world.actions == masters * 3 * 2 + 1
    assert await world.rotate() is ExitCode.OK
    assert_done(world, "key3")


@pytest.mark.parametrize("cut", range(19))
async def test_cut_after_any_action_it_goes_on_with_the_same_key(world, cut):
    world.cut = cut
    with pytest.raises(Cut):
        await world.rotate()
    assert in_session(world) == ["key2", "key1"]
    new = world.ctx().authority.encryption_keys[0]
    assert world.unreadable() == set()
    done, world.cut = world.actions, -1
    assert await world.rotate() is ExitCode.OK
    assert_done(world)
    assert world.stored == {new}
    # A rewriting is looked at again, a restart that was owed is made up for; nothing else twice.
    assert world.actions <= 19 + 1
    assert done == cut


@pytest.mark.parametrize("stages", ALL, ids=lambda found: "-".join(stage.name for stage in found))
async def test_from_wherever_the_hosts_are_no_step_makes_a_secret_unreadable(world, stages):
    under_way(world, *stages)
    assert await world.rotate() is ExitCode.OK
    assert_done(world)


@pytest.mark.parametrize("stages", ORDERLY, ids=str)
async def test_between_neighbouring_stages_everything_can_be_read(world, stages):
    under_way(world, *stages)
    if Stage.NEW in stages:
        world.stored = {world.ctx().authority.encryption_keys[0]}
    assert world.unreadable() == set()


@pytest.mark.parametrize("step", range(3))
async def test_nothing_is_removed_while_a_master_fails(world, step):
    """In whichever step it fails: its peers stop there, and all goes on once it is back."""
    places = (Stage.OLD, Stage.ADDED, Stage.WRITES)
    under_way(world, *[places[step]] * 3)
    world.broken = {world.hosts[1]}
    last = world.running[world.hosts[2]]
    assert await world.rotate() is ExitCode.STEP_FAILED
    assert [card.host for card in world.log.of(Failed)] == [world.hosts[1]]
    assert world.running[world.hosts[2]] == last, "no other is restarted after one that failed"
    assert world.unreadable() == set()
    assert in_session(world) == ["key2", "key1"]
    world.broken = set()
    assert await world.rotate() is ExitCode.OK
    assert_done(world)


@pytest.mark.parametrize(
    ("name", "least"),
    [("add-key", Stage.OLD), ("use-key", Stage.ADDED), ("remove-key", Stage.WRITES)],
)
async def test_a_step_is_refused_while_any_host_lacks_what_it_builds_upon(world, name, least):
    step = next(step for step in ROTATION if step.name == name)
    new, old = under_way(world, *[Stage.OLD] * 3)
    for stages in ALL:
        world.place(new, old, stages)
        world.stored = {new}  # as after the Secrets were written anew
        before = dict(world.running)
        run, _ = run_of(world.ctx(), world.folder)
        if min(stages) >= least:
            await step.run(run, world.hosts[0])
            continue
        with pytest.raises(InstallerError, match="is not ready for it"):
            await step.run(run, world.hosts[0])
        assert world.running == before


@pytest.mark.parametrize("stages", ALL, ids=lambda found: "-".join(stage.name for stage in found))
def test_where_the_old_key_still_writes_all_have_both_after_the_first_step(stages):
    after = {at_rest.target(Stage.ADDED, mine, min(stages)) for mine in stages}
    if min(stages) < Stage.WRITES:
        assert after <= {Stage.ADDED, Stage.WRITES}
    else:
        assert after == set(stages)


async def test_an_api_server_that_was_not_restarted_counts_as_behind(world):
    """The file of the last stage, and a process that still has the stage before."""
    new, old = under_way(world, *[Stage.WRITES] * 3)
    host = world.hosts[2]
    world.running[host], world.changed[host] = (old, new), 50.0
    step = next(step for step in ROTATION if step.name == "remove-key")
    run, _ = run_of(world.ctx(), world.folder)
    with pytest.raises(InstallerError, match="master03 is not ready"):
        await step.run(run, world.hosts[0])
    assert await world.rotate() is ExitCode.OK
    assert_done(world)


async def test_the_old_key_is_kept_while_a_host_may_have_it(world):
    under_way(world, Stage.NEW, Stage.NEW, Stage.WRITES)
    run, _ = run_of(world.ctx(), world.folder)
    with pytest.raises(InstallerError, match="master03 may still have it"):
        await FORGET_KEY.run(run, "operator")
    assert in_session(world) == ["key2", "key1"]


@pytest.mark.parametrize("stages", ALL, ids=lambda found: "-".join(stage.name for stage in found))
def test_an_install_leaves_a_cut_rotation_where_it_is(world, stages):
    under_way(world, *stages)
    ctx = world.ctx()
    for host in ctx.spec.hosts:
        wants = apiserver.APISERVER_FILES.wants(ctx, host).files
        want = next(want for want in wants if want.path == at_rest.path(ctx))
        assert list(planner.file_changes((want,), ctx.facts[host.name])) == []


@pytest.mark.parametrize(
    ("others", "mine"),
    [
        ([None, None], Stage.ADDED),
        ([Stage.OLD, Stage.ADDED], Stage.ADDED),
        ([Stage.ADDED, Stage.WRITES], Stage.ADDED),
        ([Stage.WRITES, Stage.WRITES], Stage.WRITES),
        ([Stage.WRITES, Stage.NEW], Stage.WRITES),
        ([Stage.NEW, None], Stage.WRITES),
    ],
)
def test_a_master_that_joins_meanwhile_reads_all_and_writes_what_all_can_read(others, mine):
    assert at_rest.joining(others) is mine


def test_the_plan_names_the_keys_before_the_new_one_is_made(world):
    plan = planner.plan(world.ctx(), ROTATION)
    told = [change.summary.split(", made")[0] for item in plan.items for change in item.changes]
    assert plan.restarts == 9
    for text in ("key2 replaces key1", "key1 writes, key2 can be read", "key2 alone"):
        assert text in told
    assert in_session(world) == ["key1"]


def test_no_key_is_made_while_an_api_server_is_not_ready(world):
    ctx = world.ctx()
    ctx.cluster = ClusterFacts(ready={world.hosts[0]: "readyz check passed"})
    with pytest.raises(InstallerError) as caught:
        planner.plan(ctx, ROTATION)
    assert caught.value.details == tuple(
        f"{host}: its API server is not ready" for host in world.hosts[1:]
    )


def test_a_certificate_that_is_due_and_a_file_of_the_operators_own_are_told(world):
    ctx = world.ctx()
    flag = (("encryption-provider-config", "/etc/own.yaml"),)
    ctx.spec = replace(ctx.spec, extra_args=ExtraArgs(apiserver=flag))
    ctx.authority = replace(ctx.authority, missing={"super-admin": "it ends soon"})
    with pytest.raises(InstallerError) as caught:
        NEW_KEY.look(ctx)
    assert caught.value.details == (
        "the operator's certificate super-admin is to be issued: it ends soon",
        (
            "the API servers' --encryption-provider-config is /etc/own.yaml, "
            "not /opt/kubernetes/cfg/encryption.yaml"
        ),
    )


def test_a_session_without_a_key_has_nothing_to_rotate(world):
    ctx = world.ctx()
    ctx.authority = replace(ctx.authority, encryption_keys=())
    with pytest.raises(InstallerError, match="nothing was changed") as caught:
        planner.plan(ctx, ROTATION)
    assert caught.value.details == ("this session has not installed its cluster",)


def test_a_missing_file_is_told_and_nothing_begun(world):
    ctx = world.ctx()
    ctx.facts = {**ctx.facts, "master02": replace(ctx.facts["master02"], files={})}
    with pytest.raises(InstallerError) as caught:
        NEW_KEY.look(ctx)
    assert caught.value.details == ("master02: /opt/kubernetes/cfg/encryption.yaml is missing",)
    assert "--resume" in caught.value.hint


def test_keys_come_back_from_the_session_as_they_were(world):
    folder = world.ctx().authority.folder
    keys = [EncryptionKey(f"key{n}", tokens.encryption_key()) for n in (10, 9)]
    stored.write_encryption_keys(folder, keys)
    assert list(stored.encryption_keys(folder)) == keys
    assert (folder.pki / "encryption.key").stat().st_mode & 0o777 == 0o600
    first = EncryptionKey("key1", tokens.encryption_key())
    stored.write_encryption_keys(folder, [first])
    assert folder.read_pki("encryption.key") == first.secret.reveal(), "as it was before rotations"
    assert stored.encryption_keys(folder) == (first,)


@pytest.mark.parametrize("name", ["key0", "key", "KEY1", "key1:", "key1\n", "other", ""])
def test_a_key_has_one_of_our_names(name):
    with pytest.raises(ValueError, match="named key1"):
        EncryptionKey(name, Secret(b""))
