"""Kubernetes flags found in old scripts that current releases refuse, and what took their place.

The last release line still checked by this table is v1.37: each row was tried against real
v1.36.3 and v1.37.2 programs. ``#N`` is a pull request of kubernetes/kubernetes.
"""

from __future__ import annotations

from tui_installer.kubernetes.component import Component
from tui_installer.kubernetes.flag_tables.flag import Flag

_API = Component.APISERVER
_CM = Component.CONTROLLER_MANAGER
_SCHEDULER = Component.SCHEDULER
_KEP_LOGS = "KEP-2845: klog flags removed in v1.26"

_LOGS = tuple(
    Flag(component, name, "Logs go to standard error, and so to the journal.", _KEP_LOGS,
         removed_in=(1, 26))
    for component in (_API, _CM, _SCHEDULER)
    for name in ("logtostderr", "alsologtostderr", "log-dir", "log-file", "log-file-max-size",
                 "log-backtrace-at", "add-dir-header", "one-output", "skip-headers",
                 "skip-log-headers", "stderrthreshold")
)  # fmt: skip

_INSECURE = "CHANGELOG-1.24; no effect since v1.20 (#95856)"
_BY_CONFIG = "The scheduler is configured by --config (KubeSchedulerConfiguration)."
_NO_EFFECT = "Had no effect."

# (component, name, first minor without it, what replaces it, why, source)
_ROWS = (
    (_API, "kubelet-https", 22, "", "Kubelets are always called by https.",
     "CHANGELOG-1.22; deprecated by #91630"),
    (_API, "insecure-port", 24, "--secure-port", "There is no insecure port.", _INSECURE),
    (_API, "insecure-bind-address", 24, "--bind-address", "There is no insecure port.", _INSECURE),
    (_API, "port", 24, "--secure-port", "There is no insecure port.", _INSECURE),
    (_API, "address", 24, "--bind-address", "There is no insecure port.", _INSECURE),
    (_API, "basic-auth-file", 19, "--token-auth-file",
     "Passwords in a file are no longer accepted.", "CHANGELOG-1.19"),
    (_API, "cloud-provider", 33, "", "Cloud providers run as programs of their own.", "#130162"),
    (_API, "cloud-config", 33, "", "Cloud providers run as programs of their own.", "#130162"),
    (_API, "experimental-encryption-provider-config", 24, "--encryption-provider-config",
     "Renamed.", "#108423"),
    (_API, "service-account-api-audiences", 25, "--api-audiences", "Renamed.", "#108624"),
    (_API, "enable-swagger-ui", 24, "", _NO_EFFECT, "kubernetes commit 206f3aeec274, v1.24"),
    (_API, "etcd-quorum-read", 13, "", "Reads are always consistent.", "#69527"),
    (_API, "repair-malformed-updates", 14, "", _NO_EFFECT, "#73663"),
    (_API, "target-ram-mb", 24, "", _NO_EFFECT, "#108457"),
    (_API, "deserialization-cache-size", 24, "", _NO_EFFECT, "#108448"),
    (_API, "master-service-namespace", 27, "", _NO_EFFECT, "#112797"),
    (_API, "storage-version", 11, "", "The server chooses.", "#61453"),
    (_CM, "address", 24, "--bind-address", "There is no insecure port.", "CHANGELOG-1.24"),
    (_CM, "port", 24, "--secure-port", "There is no insecure port.", "CHANGELOG-1.24"),
    (_CM, "experimental-cluster-signing-duration", 25, "--cluster-signing-duration",
     "Renamed in v1.19.", "CHANGELOG-1.25"),
    (_CM, "pod-eviction-timeout", 27,
     "--default-not-ready-toleration-seconds of kube-apiserver",
     "Pods leave a failed node by taints.", "#115840"),
    (_CM, "enable-taint-manager", 27, "", "Always on.", "#115840"),
    (_CM, "horizontal-pod-autoscaler-use-rest-clients", 19, "", "Always on.", "#90368"),
    (_CM, "horizontal-pod-autoscaler-upscale-delay", 31, "", _NO_EFFECT, "#124948"),
    (_CM, "horizontal-pod-autoscaler-downscale-delay", 31,
     "--horizontal-pod-autoscaler-downscale-stabilization", _NO_EFFECT, "#124948"),
    (_CM, "deleting-pods-qps", 25, "", _NO_EFFECT, "#109612"),
    (_CM, "deleting-pods-burst", 25, "", _NO_EFFECT, "#109612"),
    (_CM, "register-retry-count", 25, "", _NO_EFFECT, "#109612"),
    (_CM, "volume-host-cidr-denylist", 31, "", "Network volumes left the program.", "#124017"),
    (_CM, "volume-host-allow-local-loopback", 31, "", "Network volumes left the program.",
     "#124017"),
    (_CM, "concurrent-service-syncs", 37, "", "Had no effect since v1.31.", "#138002"),
    (_SCHEDULER, "address", 24, "--bind-address", "There is no insecure port.", "CHANGELOG-1.24"),
    (_SCHEDULER, "port", 24, "--secure-port", "There is no insecure port.", "CHANGELOG-1.24"),
    (_SCHEDULER, "algorithm-provider", 22, "--config", _BY_CONFIG, "#102239"),
    (_SCHEDULER, "scheduler-name", 22, "--config", _BY_CONFIG, "#102805"),
    (_SCHEDULER, "hard-pod-affinity-symmetric-weight", 22, "--config", _BY_CONFIG, "#102805"),
    (_SCHEDULER, "policy-config-file", 23, "--config", _BY_CONFIG, "#105424"),
    (_SCHEDULER, "policy-configmap", 23, "--config", _BY_CONFIG, "#105424"),
    (_SCHEDULER, "policy-configmap-namespace", 23, "--config", _BY_CONFIG, "#105424"),
    (_SCHEDULER, "use-legacy-policy-config", 23, "--config", _BY_CONFIG, "#105424"),
    (_SCHEDULER, "lock-object-name", 28, "--leader-elect-resource-name", "Renamed.", "#119130"),
    (_SCHEDULER, "lock-object-namespace", 28, "--leader-elect-resource-namespace", "Renamed.",
     "#119130"),
)  # fmt: skip

REMOVED = (
    *_LOGS,
    *(
        Flag(component, name, why, source, removed_in=(1, minor), replaced_by=instead)
        for component, name, minor, instead, why, source in _ROWS
    ),
)
