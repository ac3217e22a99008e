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
    """Left out, it is every address. Source: k8s.io/apiserver/pkg/server/options/serving.go."""
    return judged(program.flags.get("bind-address") in LOOPBACK, said(program, "bind-address"))


def _rotates(program: Program) -> Verdict:
    gates = program.flags.many("feature-gates")
    off = any(gate.lower() == f"{ROTATE}=false".lower() for gate in gates)
    return judged(not off, f"{ROTATE} is {'off' if off else 'not off'}")


CONTROLS = (
    Control("1.3.1", "Ended pods are cleared away",
            "--terminated-pod-gc-threshold with a number that fits the cluster",
            controllers(at_least("terminated-pod-gc-threshold", 1))),
    Control("1.3.2", "Profiling of the controller manager is off", "--profiling=false",
            controllers(flag_is("profiling", wanted=False, default=True))),
    Control("1.3.3", "Each controller has only its own rights",
            "--use-service-account-credentials=true",
            controllers(flag_is("use-service-account-credentials", wanted=True, default=False))),
    Control("1.3.4", "Service account tokens are signed with a key of their own",
            "--service-account-private-key-file",
            controllers(files_named("service-account-private-key-file"))),
    Control("1.3.5", "Pods can check the API server's certificate", "--root-ca-file",
            controllers(files_named("root-ca-file"))),
    Control("1.3.6", "Kubelets renew their serving certificates",
            f"take {ROTATE}=false out of --feature-gates", controllers(_rotates)),
    Control("1.3.7", "The controller manager listens on loopback only",
            "--bind-address=127.0.0.1", controllers(on_loopback)),
)  # fmt: skip
