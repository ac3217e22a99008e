"""Flags that this program sets for kube-controller-manager and kube-scheduler."""

from __future__ import annotations

from tui_installer.kubernetes.flag_tables.flag import Flag

_SERVING = "k8s.io/apiserver/pkg/server/options/serving.go"
_AUTHN = "k8s.io/apiserver/pkg/server/options/authentication.go"
_DELEGATED = "k8s.io/apiserver/pkg/server/options/authorization.go"
_LEADER = "k8s.io/component-base/config/options/leaderelectionconfig.go"
_GENERIC = "k8s.io/controller-manager/options/generic.go"
_CLOUD = "k8s.io/cloud-provider/options/kubecloudshared.go"
_CM = "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
_SCHEDULER = "k8s.io/kubernetes/cmd/kube-scheduler/app/options"


def _shared(kubeconfig: str, profiling: str) -> tuple[Flag, ...]:
    return (
        Flag(
            "authentication-kubeconfig",
            "Asks the API server to authenticate clients of its own port.",
            _AUTHN,
        ),
        Flag(
            "authorization-kubeconfig", "Asks the API server what that client may do.", _DELEGATED
        ),
        Flag("bind-address", "Health and metrics on this host only.", _SERVING),
        Flag(
            "kubeconfig",
            "Its own identity and the address of the API server on this host; v1.20 removed the "
            "insecure port.",
            kubeconfig,
        ),
        Flag("leader-elect", "One of the masters is active, the others stand by.", _LEADER),
        Flag(
            "profiling",
            "Off: the profiling pages cost memory and show internals (CIS 1.3, 1.4).",
            profiling,
        ),
        Flag(
            "tls-cert-file",
            "Its serving certificate from the cluster CA; without it, it would create a "
            "self-signed one at each start, which health checks cannot verify.",
            _SERVING,
        ),
        Flag(
            "tls-cipher-suites",
            "For TLS 1.2, only suites with forward secrecy and authenticated encryption, for "
            "ECDSA and RSA keys. TLS 1.3 has no others.",
            _SERVING,
        ),
        Flag("tls-min-version", "Refuses TLS below 1.2.", _SERVING),
        Flag("tls-private-key-file", "The key of the serving certificate.", _SERVING),
    )


CONTROLLER_MANAGER = (
    *_shared(
        f"{_CM}/options.go",
        "k8s.io/controller-manager/options/debugging.go",
    ),
    Flag("allocate-node-cidrs", "Assigns each node a range of the pod network.", _CLOUD),
    Flag("client-ca-file", "The CAs of client certificates that its own port accepts.", _AUTHN),
    Flag("cluster-cidr", "The pod network that the nodes' ranges come from.", _CLOUD),
    Flag("cluster-name", "The cluster's name for cloud integrations.", _CLOUD),
    Flag(
        "cluster-signing-cert-file",
        "The signing CA for kubelets' certificate requests.",
        f"{_CM}/csrsigningcontroller.go",
    ),
    Flag(
        "cluster-signing-key-file",
        "The signing CA's key: a separate CA, so that no master needs the root CA's key.",
        f"{_CM}/csrsigningcontroller.go",
    ),
    Flag(
        "controllers",
        "All default controllers, plus the two that sign and expire bootstrap tokens.",
        _GENERIC,
    ),
    Flag(
        "node-cidr-mask-size",
        "Set if a node's default range (/24; /64 for IPv6) does not fit the pod network.",
        f"{_CM}/nodeipamcontroller.go",
    ),
    Flag(
        "kube-api-burst",
        "Requests that it may send at once before kube-api-qps limits it: twice that rate; its own "
        "default is 30. The API server queues requests that it cannot serve yet.",
        _GENERIC,
    ),
    Flag(
        "kube-api-qps",
        "Requests per second that it may send to the API server. With its own default, 20, the "
        "service accounts and tokens of a new cluster take 4.5 s. 200 use 4 of the 98 concurrent "
        "requests that API priority and fairness grants it and the scheduler; leader election "
        "and nodes have separate shares.",
        _GENERIC,
    ),
    Flag(
        "requestheader-client-ca-file",
        "The CA of clients that may pass on a user's identity.",
        _AUTHN,
    ),
    Flag(
        "root-ca-file",
        "The CA that every pod gets to verify the API server.",
        f"{_CM}/serviceaccountcontroller.go",
    ),
    Flag(
        "service-account-private-key-file",
        "The key that signs token Secrets of service accounts.",
        f"{_CM}/serviceaccountcontroller.go",
    ),
    Flag(
        "service-cluster-ip-range",
        "The network that no node's pod range may overlap.",
        f"{_CM}/nodeipamcontroller.go",
    ),
    Flag(
        "terminated-pod-gc-threshold",
        "Finished pods above this number are deleted, the oldest first, so that they do not fill "
        "etcd (CIS 1.3.1); its own default is 12500.",
        f"{_CM}/podgccontroller.go",
    ),
    Flag(
        "use-service-account-credentials",
        "Each controller uses its own service account with the least privileges.",
        _CLOUD,
    ),
)

SCHEDULER = (
    *_shared(f"{_SCHEDULER}/deprecated.go", f"{_SCHEDULER}/deprecated.go"),
    Flag(
        "kube-api-burst",
        "Requests that it may send at once before kube-api-qps limits it: twice that rate, like "
        "its own default. Your own configuration file (--config) overrides it.",
        f"{_SCHEDULER}/deprecated.go",
    ),
    Flag(
        "kube-api-qps",
        "Requests per second that it may send to the API server; a pod takes about three. Twice "
        "its own default of 50, so 33 pods per second instead of 17; API priority and fairness "
        "allows many times that. Your own configuration file (--config) overrides it.",
        f"{_SCHEDULER}/deprecated.go",
    ),
)
