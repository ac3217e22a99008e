"""1.3: kube-controller-manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.audit.control import (
    Control,
    at_least,
    controllers,
    files_named,
    flag_is,
    judged,
    said,
)

if TYPE_CHECKING:
    from tui_installer.engine.audit.host import Program
    from tui_installer.model.audit import Verdict

LOOPBACK = frozenset({"127.0.0.1", "::1"})
ROTATE = "RotateKubeletServerCertificate"


def on_loopback(program: Program) -> Verdict:
    """The default is every address. Source: k8s.io/apiserver/pkg/server/options/serving.go."""
    return judged(program.flags.get("bind-address") in LOOPBACK, said(program, "bind-address"))


def _rotates(program: Program) -> Verdict:
    gates = program.flags.many("feature-gates")
    off = any(gate.lower() == f"{ROTATE}=false".lower() for gate in gates)
    return judged(not off, f"{ROTATE} is {'off' if off else 'not off'}")


CONTROLS = (
    Control("1.3.1", "Controller manager garbage collection of finished pods: on",
            "--terminated-pod-gc-threshold with a number that fits the cluster",
            controllers(at_least("terminated-pod-gc-threshold", 1))),
    Control("1.3.2", "Controller manager profiling: off", "--profiling=false",
            controllers(flag_is("profiling", wanted=False, default=True))),
    Control("1.3.3", "Controller manager: a service account for each controller",
            "--use-service-account-credentials=true",
            controllers(flag_is("use-service-account-credentials", wanted=True, default=False))),
    Control("1.3.4", "Service account signing key file: set",
            "--service-account-private-key-file",
            controllers(files_named("service-account-private-key-file"))),
    Control("1.3.5", "Controller manager root CA file for pods: set", "--root-ca-file",
            controllers(files_named("root-ca-file"))),
    Control("1.3.6", "Kubelet serving certificate rotation: not switched off",
            f"remove {ROTATE}=false from --feature-gates", controllers(_rotates)),
    Control("1.3.7", "Controller manager bind address: loopback only",
            "--bind-address=127.0.0.1", controllers(on_loopback)),
)  # fmt: skip
