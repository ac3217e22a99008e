"""The planner: what differs, what is done about it, and why."""

from __future__ import annotations

import copy
import dataclasses
from typing import TYPE_CHECKING

import kube_samples
import pytest
from engine_samples import NOW, context, facts, file_fact, finish, unit_fact, with_facts
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.engine.core import planner
from tui_installer.engine.core.wants import FileWant, ObjectWant, UnitWant, Wants, secret, text
from tui_installer.engine.operations.install.pipeline import PIPELINE
from tui_installer.engine.operations.install.work import WORK
from tui_installer.kubernetes.objects import subset_differences
from tui_installer.model.run.facts import ClusterFacts
from tui_installer.model.run.plan import Change, ChangeKind
from tui_installer.model.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

    from tui_installer.engine.core.context import Context

HOST = kube_samples.host("m1", "192.0.2.11")
CONF = text("/opt/kubernetes/cfg/a.conf", b"one\ntwo\n", "its options")
UNIT = UnitWant("a.service", (CONF.path,))


def changes(wants: Wants, **found: object) -> tuple[Change, ...]:
    return planner.host_item("step", wants, facts(HOST, **found), set()).changes


def only(wants: Wants, **found: object) -> Change:
    (change,) = changes(wants, **found)
    return change


def test_a_missing_file_is_created_and_shown_as_added_lines() -> None:
    change = only(Wants((CONF,)))
    assert (change.kind, change.verb, change.target) == (ChangeKind.FILE, "create", CONF.path)
    assert (change.summary, change.size) == ("its options", 8)
    assert change.diff == (
        "--- /opt/kubernetes/cfg/a.conf (host)\n"
        "+++ /opt/kubernetes/cfg/a.conf (wanted)\n"
        "@@ -0,0 +1,2 @@\n+one\n+two"
    )


def test_a_different_file_is_updated_and_shown_as_a_diff() -> None:
    fact = file_fact(CONF, sha256="0" * 64, content=b"one\nthree\n")
    change = only(Wants((CONF,)), files={CONF.path: fact})
    assert change.verb == "update"
    assert change.diff.splitlines()[3:] == [" one", "-three", "+two"]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"mode": 0o600}, "0600 root:root → 0644 root:root"),
        ({"owner": "bin:bin"}, "0644 bin:bin → 0644 root:root"),
    ],
)
def test_another_mode_or_owner_alone_is_a_change_of_mode(
    found: dict[str, object], told: str
) -> None:
    change = only(Wants((CONF,)), files={CONF.path: file_fact(CONF, **found)})
    assert (change.verb, change.summary, change.diff) == ("mode", told, "")


def test_a_file_and_a_unit_up_to_date_are_no_change() -> None:
    wants = Wants((CONF,), (UNIT,))
    there = facts(HOST, files={CONF.path: file_fact(CONF)}, units={UNIT.name: unit_fact()})
    item = planner.host_item("step", wants, there, set())
    assert not item.run
    assert item.reason == "1 file up to date; a.service running and enabled"


def test_something_odd_in_a_files_place_is_updated() -> None:
    fact = file_fact(CONF, sha256="a directory", mode=0, owner="", content=None)
    assert only(Wants((CONF,)), files={CONF.path: fact}).verb == "update"


def test_a_secret_is_never_in_a_diff_or_summary() -> None:
    want = secret("/k", Secret("hunter2"), "a key")
    for found in ({}, {"/k": file_fact(want, sha256="f" * 64, content=b"hunter1")}):
        change = only(Wants((want,)), files=found)
        assert change.diff == ""
        assert "hunter" not in repr(change)
    assert change.summary == f"a key, sha256 ffffffffffffffff… → sha256 {want.sha256[:16]}…"


def test_an_opaque_file_is_reported_by_digests_not_by_a_diff() -> None:
    want = FileWant("/c.pem", data=b"CERT\n", opaque=True, about="ca")
    change = only(Wants((want,)), files={"/c.pem": file_fact(want, sha256="e" * 64)})
    assert change.diff == ""
    assert change.summary == f"ca, sha256 {'e' * 16}… → sha256 {want.sha256[:16]}…"


def test_a_file_that_is_not_made_yet_is_reported() -> None:
    change = only(Wants((secret("/k", None, "a key"),)))
    assert (change.verb, change.summary) == ("create", "a key, made when the run starts")


def test_a_file_that_is_no_text_has_no_diff() -> None:
    fact = file_fact(CONF, sha256="0" * 64, content=b"\xff\xfe")
    assert only(Wants((CONF,)), files={CONF.path: fact}).diff == ""


def test_what_a_terminal_would_act_upon_is_spelled_out_in_a_diff() -> None:
    fact = file_fact(CONF, sha256="0" * 64, content=b"one\x1b[2J\r\ntwo\n\xe2\x80\xae\tthree\n")
    diff = only(Wants((CONF,)), files={CONF.path: fact}).diff
    assert "-one\\x1b[2J\\r\n" in diff
    assert diff.endswith("-\\u202e\tthree")


@pytest.mark.parametrize(
    ("fact", "verbs"),
    [
        (None, ["enable starts at boot", "start not there yet"]),
        (unit_fact(enabled="disabled"), ["enable starts at boot"]),
        (unit_fact(active="inactive", sub="dead"), ["start inactive"]),
        (unit_fact(active="failed"), ["start failed"]),
        (unit_fact(load="not-found", active="inactive"), ["start not there yet"]),
        (unit_fact(stale=True), ["restart its unit file changed"]),
        (unit_fact(active="activating"), []),
        (unit_fact(active="reloading"), []),
    ],
)
def test_a_units_state_decides_what_is_done_with_it(fact: object, verbs: list[str]) -> None:
    found = {UNIT.name: fact} if fact else {}
    done = changes(Wants((CONF,), (UNIT,)), files={CONF.path: file_fact(CONF)}, units=found)
    assert [f"{change.verb} {change.summary}" for change in done] == verbs


def test_a_running_unit_is_restarted_when_a_file_of_its_changes() -> None:
    item = planner.host_item(
        "step", Wants((CONF,), (UNIT,)), facts(HOST, units={UNIT.name: unit_fact()}), set()
    )
    assert [change.verb for change in item.changes] == ["create", "restart"]
    assert item.changes[1].summary == "a.conf changes"
    assert item.reason == "create a.conf; restart a.service"


def test_a_unit_is_restarted_for_a_file_that_an_earlier_step_changes() -> None:
    there = facts(HOST, files={CONF.path: file_fact(CONF)}, units={UNIT.name: unit_fact()})
    item = planner.host_item("start", Wants(units=(UNIT,)), there, {CONF.path})
    assert [change.verb for change in item.changes] == ["restart"]


def test_a_unit_is_left_alone_when_files_of_others_change() -> None:
    there = facts(HOST, files={CONF.path: file_fact(CONF)}, units={UNIT.name: unit_fact()})
    assert not planner.host_item("start", Wants(units=(UNIT,)), there, {"/other"}).changes


def test_a_unit_that_runs_since_before_its_file_changed_is_restarted() -> None:
    found = {CONF.path: file_fact(CONF, changed=NOW - 10)}
    change = only(
        Wants((CONF,), (UNIT,)), files=found, units={UNIT.name: unit_fact(started=NOW - 20)}
    )
    assert (change.verb, change.summary) == ("restart", "started before a.conf changed")


def test_a_unit_started_after_its_files_changed_is_left_alone() -> None:
    found = {CONF.path: file_fact(CONF, changed=NOW - 20)}
    started = {UNIT.name: unit_fact(started=NOW - 19.99)}
    assert not changes(Wants((CONF,), (UNIT,)), files=found, units=started)


def test_a_unit_whose_start_is_not_known_is_not_restarted_for_it() -> None:
    found = {CONF.path: file_fact(CONF, changed=NOW)}
    started = {UNIT.name: unit_fact(started=0.0, active="activating")}
    assert not changes(Wants((CONF,), (UNIT,)), files=found, units=started)


def test_long_lists_are_cut_to_three_names() -> None:
    files = tuple(text(f"/f/{number}", b"") for number in range(5))
    reason = planner.host_item("step", Wants(files), facts(HOST), set()).reason
    assert reason == "create 0, 1, 2 and 2 more"


BINDING = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "b"},
    "roleRef": {"name": "r"},
}
TOKEN = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "t", "namespace": "kube-system"},
    "stringData": {"token-secret": "hunter2"},
}


def object_changes(want: ObjectWant, *live: tuple[ObjectWant, object]) -> list[Change]:
    found = ClusterFacts(objects={known.key: manifest for known, manifest in live})
    return list(planner.object_changes((want,), found, subset_differences))


def test_a_missing_object_is_applied() -> None:
    (change,) = object_changes(ObjectWant(TOKEN, about="the token"))
    assert change == Change(ChangeKind.OBJECT, "apply", "Secret kube-system/t", "the token")


def test_an_object_with_more_than_is_wanted_is_up_to_date() -> None:
    want = ObjectWant(BINDING)
    live = {**BINDING, "metadata": {"name": "b", "uid": "1"}, "subjects": []}
    assert not object_changes(want, (want, live))


def test_an_object_that_differs_is_applied_and_the_field_is_named() -> None:
    want = ObjectWant(BINDING)
    (change,) = object_changes(want, (want, {**BINDING, "roleRef": {"name": "other"}}))
    assert change.target == "ClusterRoleBinding b"
    assert "roleRef" in change.summary


def test_an_object_made_once_is_never_put_back() -> None:
    want = ObjectWant(TOKEN, once=True)
    assert not object_changes(want, (want, {**TOKEN, "stringData": {"token-secret": "other"}}))
    assert [change.summary for change in object_changes(want)] == ["missing"]


@pytest.fixture(params=["stacked", "external here", "external on the hosts"])
def spec(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param == "stacked":
        return kube_samples.spec()
    etcd = kube_samples.external(on_hosts=request.param.endswith("hosts"))
    files = {name: str(tmp_path / name) for name in ("ca", "cert", "key")}
    for path in files.values():
        (tmp_path / path).write_text(path)
    if not etcd.files.on_hosts:
        etcd = dataclasses.replace(etcd, files=dataclasses.replace(etcd.files, **files))
    return kube_samples.spec(etcd=etcd)


def test_a_bare_host_gets_every_file_and_unit(spec, tmp_path: Path) -> None:
    ctx = context(tmp_path / "c", spec)
    found = planner.plan(ctx, PIPELINE)
    verbs = {change.verb for item in found.items for change in item.changes}
    assert verbs == {"create", "enable", "start", "apply", "write"}
    assert found.restarts == 0
    units = [
        c.target
        for i in found.items
        if i.host == "master01"
        for c in i.changes
        if c.verb == "start"
    ]
    assert units[-3:] == [
        "kube-apiserver.service",
        "kube-controller-manager.service",
        "kube-scheduler.service",
    ]


def test_a_first_plan_says_what_the_run_will_make(tmp_path: Path) -> None:
    ctx = context(tmp_path / "c", make=False)
    found = planner.plan(ctx, PIPELINE)
    issued = [c.target for c in found.items[0].changes]
    assert issued[:4] == ["ca", "front-proxy-ca", "signing-ca", "etcd-ca"]
    assert issued[-3:] == ["sa.key", "encryption.key", "bootstrap.token"]
    fetched = [c.target for c in found.items[1].changes]
    assert fetched[0] == "kube-apiserver v1.37.2 amd64"
    assert fetched[-1] == "etcdctl v3.7.3 amd64"
    assert "Secret kube-system/bootstrap-token-…" in [
        c.target for i in found.items for c in i.changes
    ]


def test_a_plan_after_everything_was_applied_is_empty(spec, tmp_path: Path) -> None:
    ctx = context(tmp_path / "c", spec)
    finish(ctx)
    found = planner.plan(ctx, PIPELINE)
    assert [(i.step, i.reason) for i in found.items if i.changes] == []
    assert [item.step for item in found.items if item.run] == ["verify"]


def test_a_changed_flag_restarts_only_the_unit_that_reads_it(tmp_path: Path) -> None:
    ctx = context(tmp_path / "c")
    finish(ctx)
    extra = dataclasses.replace(ctx.spec.extra_args, scheduler=(("v", "4"),))
    ctx.spec = dataclasses.replace(ctx.spec, extra_args=extra)
    told = [f"{c.verb} {c.target}" for i in planner.plan(ctx, PIPELINE).items for c in i.changes]
    assert told == ["update /opt/kubernetes/cfg/kube-scheduler", "restart kube-scheduler.service"]


def test_a_file_swapped_behind_our_back_is_put_back_and_its_readers_restarted(
    tmp_path: Path,
) -> None:
    ctx = context(tmp_path / "c")
    finish(ctx)
    (host,) = ctx.spec.hosts
    path = "/opt/kubernetes/ssl/signing-ca-key.pem"
    there = ctx.facts[host.name].files
    with_facts(ctx, files={**there, path: dataclasses.replace(there[path], sha256="0" * 64)})
    told = [f"{c.verb} {c.target}" for i in planner.plan(ctx, PIPELINE).items for c in i.changes]
    assert f"update {path}" in told
    assert "restart kube-controller-manager.service" in told
    assert "restart kube-apiserver.service" not in told


def test_the_same_inputs_give_the_same_plan_and_stay_as_they_are(tmp_path: Path) -> None:
    ctx = context(tmp_path / "c", kube_samples.spec())
    before = copy.copy(ctx.facts), dict(ctx.binaries), list(ctx.authority.issued)
    assert planner.plan(ctx, PIPELINE) == planner.plan(ctx, PIPELINE)
    assert before == (ctx.facts, ctx.binaries, list(ctx.authority.issued))


@given(
    wanted=st.dictionaries(st.sampled_from("abcdef"), st.binary(max_size=8)),
    found=st.dictionaries(
        st.sampled_from("abcdef"),
        st.tuples(st.binary(max_size=8), st.sampled_from([0o644, 0o600])),
    ),
)
def test_exactly_what_differs_is_changed_and_then_nothing(wanted, found) -> None:
    files = tuple(text(f"/{name}", data) for name, data in wanted.items())
    there = {
        f"/{name}": file_fact(text(f"/{name}", data), mode=mode)
        for name, (data, mode) in found.items()
    }
    done = planner.host_item("s", Wants(files), facts(HOST, files=there), set()).changes
    differ = {f"/{name}" for name, data in wanted.items() if found.get(name) != (data, 0o644)}
    assert {change.target for change in done} == differ
    applied = {**there, **{f.path: file_fact(f) for f in files if f.path in differ}}
    again = planner.host_item("s", Wants(files), facts(HOST, files=applied), set())
    assert not again.run


def programs_of(ctx: Context) -> dict[str, Change]:
    """The changes of the first host that bring a program."""
    host = ctx.spec.hosts[0].name
    return {
        change.target.rpartition("/")[2]: change
        for item in planner.plan(ctx, PIPELINE).items
        if item.host == host
        for change in item.changes
        if "/bin/" in change.target
    }


def test_programs_that_a_source_does_not_tell_the_size_of_are_unsized(tmp_path: Path) -> None:
    ctx = context(tmp_path / "c", make=False)
    found = programs_of(ctx)
    assert len(found) == 6
    assert {(change.size, change.unsized) for change in found.values()} == {(0, True)}
    assert found["etcd"].summary.endswith("fetched when the run starts, size not known yet")
    assert planner.plan(ctx, PIPELINE).unsized == 6


def test_programs_that_are_not_fetched_yet_have_the_size_that_their_source_tells(
    tmp_path: Path,
) -> None:
    ctx = context(tmp_path / "c", make=False)
    ctx.sizes = {("amd64", name): 1000 for name in programs_of(ctx)}
    found = programs_of(ctx)
    assert {(change.size, change.unsized) for change in found.values()} == {(1000, False)}
    assert found["etcd"].summary.endswith("fetched when the run starts")
    assert planner.plan(ctx, PIPELINE).unsized == 0
    assert planner.plan(ctx, PIPELINE).upload >= 6000


def test_the_plan_sends_what_the_cached_programs_and_the_files_weigh(tmp_path: Path) -> None:
    ctx = context(tmp_path / "c")
    (host,) = ctx.spec.hosts
    plan = planner.plan(ctx, PIPELINE)
    wants = {want.path: want.size for want in WORK.wants_of(ctx, host).files}
    assert plan.upload == sum(wants.values())
    told = {(line.step, line.host): line.upload for line in map(planner.announced, plan.items)}
    assert sum(told.values()) == plan.upload
    assert told["kubectl", host.name] == 50 << 20
