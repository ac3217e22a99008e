"""kube-scheduler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.kubernetes.components import controllers
from tui_installer.kubernetes.components.apiserver import APISERVER
from tui_installer.kubernetes.components.descriptor import Component, Port
from tui_installer.kubernetes.flag_tables import controller_manager, removed, reserved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.kubernetes.components.descriptor import Pair
    from tui_installer.model.spec import HostSpec, Spec

NAME = "kube-scheduler"
KUBECONFIG = "scheduler.kubeconfig"


def _defaults(spec: Spec, host: HostSpec) -> Iterator[Pair]:  # noqa: ARG001 - the same on every host
    qps, burst = spec.api_rate.scheduler_qps, spec.api_rate.scheduler_burst
    yield from controllers.flags(spec, NAME, KUBECONFIG, qps=qps, burst=burst)


SCHEDULER = Component(
    name=NAME,
    title="the scheduler",
    description="Kubernetes Scheduler",
    documentation=f"https://kubernetes.io/docs/reference/command-line-tools-reference/{NAME}/",
    kind="exec",
    start=controllers.START,
    open_files=controllers.OPEN_FILES,
    oom=controllers.OOM,
    after=(APISERVER,),
    table=(*controller_manager.SCHEDULER, *removed.SCHEDULER),
    reserved=reserved.SCHEDULER,
    defaults=_defaults,
    added=lambda spec: spec.extra_args.scheduler,
    answers="kubernetes.extraArgs.scheduler",
    leaves=controllers.leaves(NAME),
    shared=("ca.pem",),
    kubeconfig=KUBECONFIG,
    ports=(Port(10259, "health and metrics", "scheduler-serving"),),
    health=controllers.HEALTH,
    lease=True,
)
