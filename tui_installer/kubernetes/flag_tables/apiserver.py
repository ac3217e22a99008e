"""Flags that this program sets for kube-apiserver. Sources are paths in the Go modules."""

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
        "Pod Security's level for namespaces without a label, and the limits of EventRateLimit, "
        "which does not start without them.",
        _ADMISSION,
    ),
    Flag(
        "advertise-address",
        "The endpoint of the `kubernetes` Service: this master's own address.",
        _RUN,
    ),
    Flag(
        "allow-privileged",
        "Allows privileged containers; network plugins and kube-proxy need them.",
        _OPTIONS,
    ),
    Flag(
        "anonymous-auth",
        "Off: requests without a certificate or token get 401, including health checks "
        "(CIS 1.2.1). `security.anonymousAuth` switches it on; an authentication-config that sets "
        "`anonymous` needs that.",
        _AUTHN,
    ),
    Flag("audit-log-maxage", "Days until a rotated log is deleted; 0: never (CIS 1.2).", _AUDIT),
    Flag("audit-log-maxbackup", "How many rotated logs are kept; 0: all (CIS 1.2).", _AUDIT),
    Flag(
        "audit-log-maxsize",
        "Size in megabytes at which the log is rotated, so that it cannot fill the disk (CIS 1.2).",
        _AUDIT,
    ),
    Flag(
        "audit-log-path",
        "The audit log: who did what and when, and whether it was allowed (CIS 1.2). Only the API "
        "server's user can read it.",
        _AUDIT,
    ),
    Flag(
        "audit-policy-file",
        "What the audit log records of which request (CIS 3.2.1). Without it: nothing.",
        _AUDIT,
    ),
    Flag(
        "authorization-mode",
        "Node restricts a kubelet to the objects of its own pods, RBAC decides all other requests. "
        "Without it, every request would be allowed.",
        _AUTHZ,
    ),
    Flag(
        "bind-address",
        "Listens on every address, so that 127.0.0.1, the host's and a virtual IP all answer.",
        _SERVING,
    ),
    Flag(
        "client-ca-file",
        "The CAs of client certificates: the cluster CA, and the signing CA that the controller "
        "manager uses for kubelet certificates.",
        _AUTHN_PROXY,
    ),
    Flag(
        "enable-admission-plugins",
        "Adds to the plugins that are on by default. NodeRestriction: a kubelet may change only "
        "its own Node and pods. DenyServiceExternalIPs: no Service intercepts other traffic. "
        "EventRateLimit: a flood of events does not fill etcd. AlwaysPullImages: nobody runs an "
        "image without the right to pull it. Your own plugins are added to these; "
        "disable-admission-plugins removes one.",
        _ADMISSION,
    ),
    Flag(
        "enable-bootstrap-token-auth",
        "Accepts bootstrap tokens, which new nodes use to request their first certificate.",
        _AUTHN,
    ),
    Flag("encryption-provider-config", "How Secrets are encrypted in etcd.", _ETCD),
    Flag("etcd-cafile", "The CA that verifies etcd's certificates.", _ETCD),
    Flag("etcd-certfile", "The client certificate for etcd.", _ETCD),
    Flag("etcd-keyfile", "The key of that client certificate.", _ETCD),
    Flag(
        "etcd-servers",
        "All etcd members, this host's first. The client spreads requests over those that "
        "answer, so one member can be down.",
        _ETCD,
    ),
    Flag(
        "kubelet-certificate-authority",
        "The CA that verifies kubelets' serving certificates, so that an impostor cannot answer "
        "logs and exec.",
        _OPTIONS,
    ),
    Flag(
        "kubelet-client-certificate",
        "The client certificate for kubelets: for logs, exec and metrics.",
        _OPTIONS,
    ),
    Flag("kubelet-client-key", "The key of that client certificate.", _OPTIONS),
    Flag(
        "kubelet-preferred-address-types",
        "Connects to kubelets by IP address first, because host names may not resolve on masters.",
        _OPTIONS,
    ),
    Flag(
        "profiling", "Off: the profiling pages cost memory and show internals (CIS 1.2).", _FEATURE
    ),
    Flag(
        "proxy-client-cert-file",
        "The client certificate that identifies this API server to aggregated API servers.",
        _CONTROLPLANE,
    ),
    Flag("proxy-client-key-file", "The key of that certificate.", _CONTROLPLANE),
    Flag(
        "requestheader-allowed-names",
        "Only a client with this common name may pass on a user's identity.",
        _AUTHN_PROXY,
    ),
    Flag(
        "requestheader-client-ca-file",
        "A separate CA for passing on identities: no other certificate can claim to be any user.",
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
        "Ends requests that take longer, so that slow clients do not exhaust the server (CIS 1.2).",
        _RUN,
    ),
    Flag("secure-port", "The HTTPS port.", _SERVING),
    Flag(
        "service-account-extend-token-expiration",
        "false: pods' tokens are valid for an hour, not a year, and the kubelet renews them "
        "(CIS 1.2). `security.serviceAccountExtendTokenExpiration` is for programs that read "
        "their token only once.",
        _AUTHN,
    ),
    Flag(
        "service-account-issuer",
        "The issuer in service account tokens. Required since v1.20.",
        _AUTHN,
    ),
    Flag(
        "service-account-key-file",
        "The public key that verifies service account tokens.",
        _AUTHN,
    ),
    Flag(
        "service-account-lookup",
        "A token is valid only while its ServiceAccount and Secret exist (CIS 1.2).",
        _AUTHN,
    ),
    Flag(
        "service-account-signing-key-file",
        "The key that signs service account tokens: a separate key, not the CA's. Required since "
        "v1.20.",
        _CONTROLPLANE,
    ),
    Flag(
        "service-cluster-ip-range",
        "The network of Service addresses; the first one is the API server's.",
        _OPTIONS,
    ),
    Flag("service-node-port-range", "The ports of NodePort Services.", _OPTIONS),
    Flag(
        "shutdown-watch-termination-grace-period",
        "Ends watches in order during shutdown. Without it, the API server waits up to a minute "
        "for clients to end them: a restart took 13 to 31 s instead of 3.",
        _RUN,
    ),
    Flag(
        "tls-cert-file", "The serving certificate, valid for every name that clients use.", _SERVING
    ),
    Flag(
        "tls-cipher-suites",
        "For TLS 1.2, only suites with forward secrecy and authenticated encryption, for ECDSA "
        "and RSA keys (CIS 1.2). TLS 1.3 has no others.",
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
