"""Kubernetes flags of old scripts that current releases refuse, and their replacements.

The last release line still checked by this table is v1.37: each row was tried against real
v1.36.3 and v1.37.2 programs. ``#N`` is a pull request of kubernetes/kubernetes.
"""

from __future__ import annotations

from tui_installer.kubernetes.flag_tables.flag import Flag

_KEP_LOGS = "KEP-2845: klog flags removed in v1.26"

_LOGS = tuple(
    Flag(name, "Logs go to standard error, and so to the journal.", _KEP_LOGS,
         removed_in=(1, 26))
    for name in ("logtostderr", "alsologtostderr", "log-dir", "log-file", "log-file-max-size",
                 "log-backtrace-at", "add-dir-header", "one-output", "skip-headers",
                 "skip-log-headers", "stderrthreshold")
)  # fmt: skip

_INSECURE = "CHANGELOG-1.24; no effect since v1.20 (#95856)"
_BY_CONFIG = "The scheduler is configured by --config (KubeSchedulerConfiguration)."
_NO_EFFECT = "Had no effect."

_Row = tuple[str, int, str, str, str]
# (name, first minor without it, what replaces it, why, source)
_APISERVER = (
    ("kubelet-https", 22, "", "Connections to kubelets always use https.",
     "CHANGELOG-1.22; deprecated by #91630"),
    ("insecure-port", 24, "--secure-port", "There is no insecure port.", _INSECURE),
    ("insecure-bind-address", 24, "--bind-address", "There is no insecure port.", _INSECURE),
    ("port", 24, "--secure-port", "There is no insecure port.", _INSECURE),
    ("address", 24, "--bind-address", "There is no insecure port.", _INSECURE),
    ("basic-auth-file", 19, "--token-auth-file",
     "Passwords in a file are no longer accepted.", "CHANGELOG-1.19"),
    ("cloud-provider", 33, "", "Cloud providers run as separate programs.", "#130162"),
    ("cloud-config", 33, "", "Cloud providers run as separate programs.", "#130162"),
    ("experimental-encryption-provider-config", 24, "--encryption-provider-config",
     "Renamed.", "#108423"),
    ("service-account-api-audiences", 25, "--api-audiences", "Renamed.", "#108624"),
    ("enable-swagger-ui", 24, "", _NO_EFFECT, "kubernetes commit 206f3aeec274, v1.24"),
    ("etcd-quorum-read", 13, "", "Reads are always consistent.", "#69527"),
    ("repair-malformed-updates", 14, "", _NO_EFFECT, "#73663"),
    ("target-ram-mb", 24, "", _NO_EFFECT, "#108457"),
    ("deserialization-cache-size", 24, "", _NO_EFFECT, "#108448"),
    ("master-service-namespace", 27, "", _NO_EFFECT, "#112797"),
    ("storage-version", 11, "", "The server chooses.", "#61453"),
)  # fmt: skip
_CONTROLLER_MANAGER = (
    ("address", 24, "--bind-address", "There is no insecure port.", "CHANGELOG-1.24"),
    ("port", 24, "--secure-port", "There is no insecure port.", "CHANGELOG-1.24"),
    ("experimental-cluster-signing-duration", 25, "--cluster-signing-duration",
     "Renamed in v1.19.", "CHANGELOG-1.25"),
    ("pod-eviction-timeout", 27,
     "--default-not-ready-toleration-seconds of kube-apiserver",
     "Taints evict the pods of a failed node.", "#115840"),
    ("enable-taint-manager", 27, "", "Always on.", "#115840"),
    ("horizontal-pod-autoscaler-use-rest-clients", 19, "", "Always on.", "#90368"),
    ("horizontal-pod-autoscaler-upscale-delay", 31, "", _NO_EFFECT, "#124948"),
    ("horizontal-pod-autoscaler-downscale-delay", 31,
     "--horizontal-pod-autoscaler-downscale-stabilization", _NO_EFFECT, "#124948"),
    ("deleting-pods-qps", 25, "", _NO_EFFECT, "#109612"),
    ("deleting-pods-burst", 25, "", _NO_EFFECT, "#109612"),
    ("register-retry-count", 25, "", _NO_EFFECT, "#109612"),
    ("volume-host-cidr-denylist", 31, "", "Support for network volumes was removed.", "#124017"),
    ("volume-host-allow-local-loopback", 31, "", "Support for network volumes was removed.",
     "#124017"),
    ("concurrent-service-syncs", 37, "", "Had no effect since v1.31.", "#138002"),
)  # fmt: skip
_SCHEDULER = (
    ("address", 24, "--bind-address", "There is no insecure port.", "CHANGELOG-1.24"),
    ("port", 24, "--secure-port", "There is no insecure port.", "CHANGELOG-1.24"),
    ("algorithm-provider", 22, "--config", _BY_CONFIG, "#102239"),
    ("scheduler-name", 22, "--config", _BY_CONFIG, "#102805"),
    ("hard-pod-affinity-symmetric-weight", 22, "--config", _BY_CONFIG, "#102805"),
    ("policy-config-file", 23, "--config", _BY_CONFIG, "#105424"),
    ("policy-configmap", 23, "--config", _BY_CONFIG, "#105424"),
    ("policy-configmap-namespace", 23, "--config", _BY_CONFIG, "#105424"),
    ("use-legacy-policy-config", 23, "--config", _BY_CONFIG, "#105424"),
    ("lock-object-name", 28, "--leader-elect-resource-name", "Renamed.", "#119130"),
    ("lock-object-namespace", 28, "--leader-elect-resource-namespace", "Renamed.",
     "#119130"),
)  # fmt: skip


def _rows(rows: tuple[_Row, ...]) -> tuple[Flag, ...]:
    return tuple(
        Flag(name, why, source, removed_in=(1, minor), replaced_by=instead)
        for name, minor, instead, why, source in rows
    )


APISERVER = (*_LOGS, *_rows(_APISERVER))
CONTROLLER_MANAGER = (*_LOGS, *_rows(_CONTROLLER_MANAGER))
SCHEDULER = (*_LOGS, *_rows(_SCHEDULER))
