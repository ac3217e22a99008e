"""Flags this program sets for kube-apiserver. Paths of sources are those of the Go modules."""

from __future__ import annotations

from tui_installer.kubernetes.flag_tables.flag import Flag

_ETCD = "k8s.io/apiserver/pkg/server/options/etcd.go"
_SERVING = "k8s.io/apiserver/pkg/server/options/serving.go"
_RUN = "k8s.io/apiserver/pkg/server/options/server_run_options.go"
_AUTHN_PROXY = "k8s.io/apiserver/pkg/server/options/authentication.go"
_FEATURE = "k8s.io/apiserver/pkg/server/options/feature.go"
_AUDIT = "k8s.io/apiserver/pkg/server/options/audit.go"
_ADMISSION = "k8s.io/apiserver/pkg/server/options/admission.go"
_AUTHN = "k8s.io/kubernetes/pkg/kubeapiserver/options/authentication.go"
_AUTHZ = "k8s.io/kubernetes/pkg/kubeapiserver/options/authorization.go"
_CONTROLPLANE = "k8s.io/kubernetes/pkg/controlplane/apiserver/options/options.go"
_OPTIONS = "k8s.io/kubernetes/cmd/kube-apiserver/app/options/options.go"

FLAGS = (
    Flag(
        "admission-control-config-file",
        "What Pod Security asks of pods in namespaces that say nothing of their own, and the "
        "limits of EventRateLimit, which does not start without any.",
        _ADMISSION,
    ),
    Flag(
        "advertise-address",
        "The address that the `kubernetes` Service leads to: this master's own.",
        _RUN,
    ),
    Flag(
        "allow-privileged",
        "Lets pods ask for privileged containers; network plugins and kube-proxy need it.",
        _OPTIONS,
    ),
    Flag(
        "anonymous-auth",
        "Off: who shows no certificate or token gets no answer but 401, health checks included "
        "(CIS 1.2.1). `security.anonymousAuth` switches it on, as an authentication-config that "
        "itself speaks of anonymous needs.",
        _AUTHN,
    ),
    Flag("audit-log-maxage", "Days that rotated logs are kept; 0 for ever (CIS 1.2).", _AUDIT),
    Flag("audit-log-maxbackup", "How many rotated logs are kept; 0 all (CIS 1.2).", _AUDIT),
    Flag(
        "audit-log-maxsize",
        "Megabytes at which the log is rotated, so that it cannot fill the disk (CIS 1.2).",
        _AUDIT,
    ),
    Flag(
        "audit-log-path",
        "Who did what, when, and whether it was allowed (CIS 1.2). Only the API server's user "
        "may read it.",
        _AUDIT,
    ),
    Flag(
        "audit-policy-file",
        "What is logged of which request (CIS 3.2.1). Left out, nothing would be.",
        _AUDIT,
    ),
    Flag(
        "authorization-mode",
        "Node keeps a kubelet to the objects of its own pods, RBAC rules everything else. "
        "Left out, every request would be allowed.",
        _AUTHZ,
    ),
    Flag(
        "bind-address",
        "Listens on every address, so that 127.0.0.1, the host's and a virtual IP all answer.",
        _SERVING,
    ),
    Flag(
        "client-ca-file",
        "Who may vouch for client certificates: the cluster CA, and the signing CA that the "
        "controller manager issues kubelet certificates with.",
        _AUTHN_PROXY,
    ),
    Flag(
        "enable-admission-plugins",
        "Adds to the plugins that are on by default. NodeRestriction: a kubelet may change only "
        "its own Node and pods. DenyServiceExternalIPs: no Service draws other traffic to it. "
        "EventRateLimit: a flood of events does not fill etcd. AlwaysPullImages: no image on a "
        "node without the right to pull it. Your own are added to these; "
        "disable-admission-plugins takes one away.",
        _ADMISSION,
    ),
    Flag(
        "enable-bootstrap-token-auth",
        "Accepts bootstrap tokens, by which a new node asks for its first certificate.",
        _AUTHN,
    ),
    Flag("encryption-provider-config", "How Secrets are encrypted in etcd.", _ETCD),
    Flag("etcd-cafile", "The CA that etcd's certificates are checked against.", _ETCD),
    Flag("etcd-certfile", "The client certificate shown to etcd.", _ETCD),
    Flag("etcd-keyfile", "The key of that client certificate.", _ETCD),
    Flag(
        "etcd-servers",
        "All etcd members, this host's first. The client spreads requests over those that "
        "answer, so one member can be down.",
        _ETCD,
    ),
    Flag(
        "kubelet-certificate-authority",
        "Kubelets' serving certificates are checked against it, so that logs and exec cannot "
        "be answered by an impostor.",
        _OPTIONS,
    ),
    Flag(
        "kubelet-client-certificate",
        "The client certificate shown to kubelets, for logs, exec and metrics.",
        _OPTIONS,
    ),
    Flag("kubelet-client-key", "The key of that client certificate.", _OPTIONS),
    Flag(
        "kubelet-preferred-address-types",
        "Reaches kubelets by address first: host names need not resolve on the masters.",
        _OPTIONS,
    ),
    Flag(
        "profiling", "Off: the profiling pages cost memory and show internals (CIS 1.2).", _FEATURE
    ),
    Flag(
        "proxy-client-cert-file",
        "The certificate by which aggregated API servers know requests from this one.",
        _CONTROLPLANE,
    ),
    Flag("proxy-client-key-file", "The key of that certificate.", _CONTROLPLANE),
    Flag(
        "requestheader-allowed-names",
        "Only this common name may pass on who a user is.",
        _AUTHN_PROXY,
    ),
    Flag(
        "requestheader-client-ca-file",
        "A CA of its own for that: no other certificate can claim to be any user.",
        _AUTHN_PROXY,
    ),
    Flag(
        "requestheader-extra-headers-prefix",
        "Headers that carry a passed-on user's extra attributes.",
        _AUTHN_PROXY,
    ),
    Flag(
        "requestheader-group-headers",
        "The header that carries a passed-on user's groups.",
        _AUTHN_PROXY,
    ),
    Flag(
        "requestheader-username-headers",
        "The header that carries a passed-on user's name.",
        _AUTHN_PROXY,
    ),
    Flag(
        "request-timeout",
        "A request that takes longer is ended, so that slow clients do not use the server up "
        "(CIS 1.2).",
        _RUN,
    ),
    Flag("secure-port", "The HTTPS port.", _SERVING),
    Flag(
        "service-account-extend-token-expiration",
        "false: pods' tokens live an hour and are renewed by the kubelet, not a year. "
        "`security.serviceAccountExtendTokenExpiration` is for programs that read theirs once "
        "(CIS 1.2).",
        _AUTHN,
    ),
    Flag(
        "service-account-issuer",
        "Names this cluster in service account tokens. The API server does not start "
        "without it (since v1.20).",
        _AUTHN,
    ),
    Flag(
        "service-account-key-file",
        "The public key that service account tokens are checked with.",
        _AUTHN,
    ),
    Flag(
        "service-account-lookup",
        "A token counts only while its ServiceAccount and Secret are there (CIS 1.2).",
        _AUTHN,
    ),
    Flag(
        "service-account-signing-key-file",
        "The key that service account tokens are signed with: a pair of its own, not the "
        "CA's. The API server does not start without it (since v1.20).",
        _CONTROLPLANE,
    ),
    Flag(
        "service-cluster-ip-range",
        "Services get their addresses from it; its first one is the API server's.",
        _OPTIONS,
    ),
    Flag("service-node-port-range", "Ports that NodePort Services may take.", _OPTIONS),
    Flag(
        "shutdown-watch-termination-grace-period",
        "Ends watches in order when it stops. Left out, it waits up to a minute for clients to "
        "end them: a restart took 13 to 31 s instead of 3.",
        _RUN,
    ),
    Flag("tls-cert-file", "The serving certificate, for every name clients call it by.", _SERVING),
    Flag(
        "tls-cipher-suites",
        "Of TLS 1.2 only suites with forward secrecy and authenticated encryption, for ECDSA and "
        "RSA keys (CIS 1.2). TLS 1.3 has no others.",
        _SERVING,
    ),
    Flag("tls-min-version", "Refuses TLS below 1.2.", _SERVING),
    Flag("tls-private-key-file", "The key of the serving certificate.", _SERVING),
    Flag(
        "token-auth-file",
        "The tutorial's token.csv: a fixed token for kubelet-bootstrap. CIS 1.2.2 advises "
        "against it; the bootstrap-token Secret expires and can be revoked.",
        _AUTHN,
    ),
)
