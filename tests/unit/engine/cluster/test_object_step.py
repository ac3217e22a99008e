"""API objects of any kind: found by the discovery documents, applied, deleted, left."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from engine_samples import context, run_of

from tui_installer.engine.cluster import discovery
from tui_installer.engine.cluster.api import Api
from tui_installer.engine.cluster.object_step import ObjectStep
from tui_installer.engine.core.wants import Absent, ObjectWant, Wants
from tui_installer.errors import InstallerError
from tui_installer.kubernetes.objects import FIELD_MANAGER, applied_by_us, shown
from tui_installer.model.run.events import CLUSTER, LogLine
from tui_installer.model.run.facts import ClusterFacts, ObjectKey

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tui_installer.engine.core.run import Run


def group(name: str, version: str, *resources: tuple[str, str, str]) -> dict[str, Any]:
    """As an API server describes it. resources: (plural, kind, scope)"""
    return {
        "metadata": {"name": name} if name else {},
        "versions": [
            {
                "version": version,
                "resources": [
                    {
                        "resource": plural,
                        "responseKind": {"group": name, "version": version, "kind": kind},
                        "scope": scope,
                        "subresources": [{"subresource": "status"}],
                        "verbs": ["get", "patch", "delete"],
                    }
                    for plural, kind, scope in resources
                ],
                "freshness": "Current",
            }
        ],
    }


CORE = {"items": [group("", "v1", ("secrets", "Secret", "Namespaced"),
                        ("nodes", "Node", "Cluster"))]}  # fmt: skip
GROUPS = {
    "items": [
        group("apps", "v1", ("daemonsets", "DaemonSet", "Namespaced")),
        group("cilium.io", "v2alpha1", ("ciliumbgppolicies", "CiliumBGPPolicy", "Cluster")),
        group("rbac.authorization.k8s.io", "v1",
              ("clusterrolebindings", "ClusterRoleBinding", "Cluster")),
    ]
}  # fmt: skip
OURS = {"managedFields": [{"manager": "kubectl"}, {"manager": FIELD_MANAGER}]}
SECRET = ObjectKey("v1", "Secret", "kube-system", "t")
DAEMONS = ObjectKey("apps/v1", "DaemonSet", "net", "agent")
BINDING = ObjectKey("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "", "a:b")
POLICY = ObjectKey("cilium.io/v2alpha1", "CiliumBGPPolicy", "", "p")
PATHS = {
    SECRET: "/api/v1/namespaces/kube-system/secrets/t",
    DAEMONS: "/apis/apps/v1/namespaces/net/daemonsets/agent",
    BINDING: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/a:b",
    POLICY: "/apis/cilium.io/v2alpha1/ciliumbgppolicies/p",
}


class Server(Api):
    """FAKE: an API server's answers by path; remembers what it is asked."""

    def __init__(self, objects: Mapping[str, Any]) -> None:
        self._kinds: discovery.Kinds = {}
        self.replies: dict[str, Any] = {"/api": CORE, "/apis": GROUPS, **objects}
        self.asked: list[tuple[str, str]] = []
        self.bodies: list[Any] = []

    async def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        kind: str = "json",
        accept: str = "*/*",
    ) -> tuple[int, str]:
        del kind
        self.asked.append((method, path))
        if path in discovery.ROOTS:
            assert "apidiscovery" in accept
        if method != "GET":
            self.bodies.append(body)
        found = self.replies.get(path.partition("?")[0])
        if method == "PATCH":
            return 201, json.dumps(body)
        return (404, "{}") if found is None else (200, json.dumps(found))


def live(key: ObjectKey, **meta: Any) -> dict[str, Any]:
    metadata = {"name": key.name, "namespace": key.namespace, "uid": f"u-{key.name}", **meta}
    return {"apiVersion": key.api_version, "kind": key.kind, "metadata": metadata}


def want(key: ObjectKey) -> ObjectWant:
    meta = {"name": key.name, **({"namespace": key.namespace} if key.namespace else {})}
    return ObjectWant({"apiVersion": key.api_version, "kind": key.kind, "metadata": meta})


@pytest.mark.parametrize("key", PATHS)
async def test_an_object_of_any_kind_has_its_place_in_the_api(key: ObjectKey) -> None:
    assert want(key).key == key
    server = Server({})
    assert [await server.path(key) for _ in range(2)] == [PATHS[key]] * 2
    assert server.asked == [("GET", "/api"), ("GET", "/apis")], "asked for once"


async def test_a_kind_that_is_new_is_found_and_one_that_is_not_there_is_none() -> None:
    server = Server({})
    new = ObjectKey("example.com/v1", "Thing", "", "t")
    assert await server.path(SECRET) is not None
    assert await server.path(new) is None
    more = group("example.com", "v1", ("things", "Thing", "Cluster"))
    server.replies["/apis"] = {"items": [*GROUPS["items"], more]}
    assert await server.path(new) == "/apis/example.com/v1/things/t"


@pytest.mark.parametrize(
    "document",
    [{}, {"items": 1}, {"items": [None, {"versions": [{"version": 1, "resources": "x"}]}]},
     {"items": [{"metadata": {"name": "a"}, "versions": [{"version": "v1", "resources": [[]]}]}]}],
)  # fmt: skip
def test_a_document_of_any_shape_has_no_kind(document: dict[str, Any]) -> None:
    assert discovery.kinds_of("/apis", document) == {}


async def test_a_path_is_one_path_whatever_a_host_calls_its_resources() -> None:
    odd = group("../x?y", "v1", ("../../secrets?a=b", "Thing", "Cluster"))
    kinds = discovery.kinds_of("/apis", {"items": [odd]})
    path = discovery.path_of(ObjectKey("../x?y/v1", "Thing", "", "t"), kinds)
    assert path is not None
    assert "?" not in path
    assert "secrets" in path.split("/")[-2]


async def test_those_that_exist_are_gathered_in_one_wave() -> None:
    server = Server({PATHS[SECRET]: live(SECRET), PATHS[POLICY]: live(POLICY)})
    nothing = ObjectKey("no/v1", "Such", "", "x")
    found = await server.objects([SECRET, DAEMONS, POLICY, nothing])
    assert found == {SECRET: live(SECRET), POLICY: live(POLICY)}


def step(wants: Wants) -> ObjectStep:
    return ObjectStep("objects", "", lambda _: wants)


def at_work(folder: Path, **objects: Any) -> tuple[Run, Server, Any]:
    ctx = context(folder / "c", make=False)
    found = {key: objects[key.kind] for key in PATHS if key.kind in objects}
    ctx.cluster = ClusterFacts(objects=found)
    run, log = run_of(ctx, folder)
    server = Server({PATHS[key]: one for key, one in found.items()})
    run.apis["master01"] = server
    return run, server, log


async def test_missing_objects_are_applied_whatever_their_kind(tmp_path: Path) -> None:
    run, server, _ = at_work(tmp_path, Secret=live(SECRET))
    item = await step(Wants(objects=tuple(map(want, PATHS)))).run(run, CLUSTER)
    assert (item.reason, run.changes) == ("apply 3 objects", 3)
    applied = {path.partition("?")[0] for verb, path in server.asked if verb == "PATCH"}
    assert applied == {PATHS[DAEMONS], PATHS[BINDING], PATHS[POLICY]}


async def test_a_kind_that_the_cluster_does_not_have_cannot_be_applied(tmp_path: Path) -> None:
    run, _, _ = at_work(tmp_path)
    unknown = want(ObjectKey("no/v1", "Such", "", "x"))
    with pytest.raises(InstallerError, match=r"has no kind Such in no/v1"):
        await step(Wants(objects=(unknown,))).run(run, CLUSTER)


async def test_absent_objects_are_deleted_if_this_program_applied_them(tmp_path: Path) -> None:
    ours, theirs = live(DAEMONS, **OURS), live(POLICY, managedFields=[{"manager": "helm"}])
    run, server, log = at_work(tmp_path, DaemonSet=ours, CiliumBGPPolicy=theirs)
    wants = Wants(absent=Absent(objects=(DAEMONS, POLICY, BINDING)))
    (item,) = step(wants).plan(run.ctx, {})
    assert item.reason == "delete 1 object; left in place: CiliumBGPPolicy p"
    (change,) = item.changes
    assert (change.verb, change.target) == ("delete", "DaemonSet net/agent")
    assert '-  "kind": "DaemonSet",' in change.diff
    assert "managedFields" not in change.diff
    assert await step(wants).run(run, CLUSTER) == item
    deletes = [path for verb, path in server.asked if verb == "DELETE"]
    assert deletes == [PATHS[DAEMONS]]
    assert server.bodies == [{"preconditions": {"uid": "u-agent"}}]
    assert [line.text for line in log.of(LogLine)] == [
        "CiliumBGPPolicy p is left in place: this program did not apply it"
    ]


async def test_where_absent_objects_are_gone_nothing_is_asked(tmp_path: Path) -> None:
    run, server, _ = at_work(tmp_path)
    item = await step(Wants(absent=Absent(objects=(DAEMONS,)))).run(run, CLUSTER)
    assert (item.run, item.reason, server.asked) == (False, "nothing to delete", [])


def test_a_deleted_secret_is_not_shown() -> None:
    assert shown({**live(SECRET), "data": {"k": "aHVudGVyMg=="}}) == b""


@pytest.mark.parametrize("meta", [None, [], {}, {"managedFields": 1}, {"managedFields": [1, {}]}])
def test_notes_of_any_shape_are_not_ours(meta: Any) -> None:
    assert not applied_by_us({"metadata": meta})
