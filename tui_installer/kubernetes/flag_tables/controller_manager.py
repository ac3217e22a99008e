"""Flags this program sets for kube-controller-manager and kube-scheduler."""

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
            "Asks the API server who a caller of its own port is.",
            _AUTHN,
        ),
        Flag(
            "authorization-kubeconfig", "Asks the API server what that caller may do.", _DELEGATED
        ),
        Flag("bind-address", "Health and metrics on this host only.", _SERVING),
        Flag(
            "kubeconfig",
            "Its own identity and way to the API server on this host; the insecure port is "
            "gone since v1.20.",
            kubeconfig,
        ),
        Flag("leader-elect", "One of the masters acts, the others stand by.", _LEADER),
        Flag(
            "profiling",
            "Off: the profiling pages cost memory and show internals (CIS 1.3, 1.4).",
            profiling,
        ),
        Flag(
            "tls-cert-file",
            "Its serving certificate from the cluster CA; left out, it would sign one itself "
            "at each start, and checks could not tell who answers.",
            _SERVING,
        ),
        Flag(
            "tls-cipher-suites",
            "Of TLS 1.2 only suites with forward secrecy and authenticated encryption, for ECDSA "
            "and RSA keys. TLS 1.3 has no others.",
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
    Flag("allocate-node-cidrs", "Gives each node a part of the pod network.", _CLOUD),
    Flag("client-ca-file", "CAs whose client certificates its own port accepts.", _AUTHN),
    Flag("cluster-cidr", "The pod network that nodes get their parts from.", _CLOUD),
    Flag("cluster-name", "Names the cluster to cloud integrations.", _CLOUD),
    Flag(
        "cluster-signing-cert-file",
        "The signing CA that kubelets' certificate requests are answered with.",
        f"{_CM}/csrsigningcontroller.go",
    ),
    Flag(
        "cluster-signing-key-file",
        "Its key: a CA of its own, so that the root CA's key need not lie on a master.",
        f"{_CM}/csrsigningcontroller.go",
    ),
    Flag(
        "controllers",
        "All default controllers, and the two that sign and expire bootstrap tokens.",
        _GENERIC,
    ),
    Flag(
        "node-cidr-mask-size",
        "Set where the usual part of a node (/24; /64 for IPv6) does not fit the pod network.",
        f"{_CM}/nodeipamcontroller.go",
    ),
    Flag(
        "kube-api-burst",
        "Requests that it may send at once before kube-api-qps limits it: twice that rate; the "
        "program's own figure is 30. The API server queues what is too much.",
        _GENERIC,
    ),
    Flag(
        "kube-api-qps",
        "Requests a second that it may send to the API server. At the program's own figure, 20, "
        "the service accounts and tokens of a new cluster take 4.5 s. 200 hold 4 of the 98 "
        "requests that API priority and fairness serves at once for it and the scheduler; "
        "leader election and nodes have shares of their own.",
        _GENERIC,
    ),
    Flag("requestheader-client-ca-file", "The CA whose holders may pass on who a user is.", _AUTHN),
    Flag(
        "root-ca-file",
        "The CA given to every pod, to check the API server with.",
        f"{_CM}/serviceaccountcontroller.go",
    ),
    Flag(
        "service-account-private-key-file",
        "The key that token Secrets of service accounts are signed with.",
        f"{_CM}/serviceaccountcontroller.go",
    ),
    Flag(
        "service-cluster-ip-range",
        "Kept out of the nodes' parts of the pod network.",
        f"{_CM}/nodeipamcontroller.go",
    ),
    Flag(
        "terminated-pod-gc-threshold",
        "Ended pods beyond this number are deleted, the oldest first, so that they do not fill "
        "etcd (CIS 1.3.1); the program's own figure is 12500.",
        f"{_CM}/podgccontroller.go",
    ),
    Flag(
        "use-service-account-credentials",
        "Each controller acts with its own, smallest role.",
        _CLOUD,
    ),
)

SCHEDULER = (
    *_shared(f"{_SCHEDULER}/deprecated.go", f"{_SCHEDULER}/deprecated.go"),
    Flag(
        "kube-api-burst",
        "Requests that it may send at once before kube-api-qps limits it: twice that rate, as in "
        "the program itself. A configuration file of your own (--config) replaces it.",
        f"{_SCHEDULER}/deprecated.go",
    ),
    Flag(
        "kube-api-qps",
        "Requests a second that it may send to the API server; a pod takes about three. Twice the "
        "program's own 50, so 33 pods a second instead of 17; API priority and fairness has room "
        "for many times that. A configuration file of your own (--config) replaces it.",
        f"{_SCHEDULER}/deprecated.go",
    ),
)
