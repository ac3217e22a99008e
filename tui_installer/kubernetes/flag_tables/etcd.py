"""Flags that this program sets for etcd (v3.5 … v3.7), and removed flags."""

from __future__ import annotations

from tui_installer.kubernetes.flag_tables.flag import Flag

_CONFIG = "go.etcd.io/etcd/server/v3/embed/config.go"
_MAIN_35 = "go.etcd.io/etcd/server/v3 v3.5 etcdmain/config.go"
_HELP_36 = "etcd v3.6 --help: decommissioned in v3.7; refused by v3.7.3"
_LINES = {"v3.5": (3, 5), "v3.6": (3, 6), "v3.7": (3, 7)}

FLAGS = (
    Flag("name", "The member's name: the name of the host.", _CONFIG),
    Flag("data-dir", "The folder of the cluster's data.", _CONFIG),
    Flag(
        "listen-client-urls", "Listens for clients on the host's address and on loopback.", _CONFIG
    ),
    Flag("advertise-client-urls", "The client URL of this member in the member list.", _CONFIG),
    Flag("listen-peer-urls", "Listens for the other members.", _CONFIG),
    Flag("initial-advertise-peer-urls", "The peer URL of this member in the member list.", _CONFIG),
    Flag("initial-cluster", "The members at the first start; ignored if data exists.", _CONFIG),
    Flag(
        "initial-cluster-token",
        "Prevents members of two clusters from joining each other by mistake.",
        _CONFIG,
    ),
    Flag("initial-cluster-state", "A new cluster; ignored if data exists.", _CONFIG),
    Flag(
        "cipher-suites",
        "For TLS 1.2, only suites with forward secrecy and authenticated encryption, for ECDSA "
        "and RSA keys. TLS 1.3 has no others.",
        _CONFIG,
    ),
    Flag("tls-min-version", "Refuses TLS below 1.2.", _CONFIG, since=(3, 6)),
    Flag("cert-file", "The serving certificate for clients.", _CONFIG),
    Flag("key-file", "The key of the serving certificate.", _CONFIG),
    Flag("client-cert-auth", "Clients must have a certificate from etcd's CA.", _CONFIG),
    Flag("trusted-ca-file", "etcd's own CA: clients with other certificates are refused.", _CONFIG),
    Flag("peer-cert-file", "The certificate for connections to other members.", _CONFIG),
    Flag("peer-key-file", "The key of that certificate.", _CONFIG),
    Flag("peer-client-cert-auth", "Members must have a certificate from etcd's CA.", _CONFIG),
    Flag("peer-trusted-ca-file", "The CA that verifies members' certificates.", _CONFIG),
    Flag(
        "listen-metrics-urls",
        "Health and metrics on loopback without a certificate; this port serves no data.",
        _CONFIG,
    ),
    Flag(
        "experimental-initial-corrupt-check",
        "Compares data with the other members before serving, as kubeadm sets it.",
        _MAIN_35,
        removed_in=(3, 7),
        replaced_by="--feature-gates=InitialCorruptCheck=true",
    ),
    Flag(
        "experimental-watch-progress-notify-interval",
        "Watches get a progress notification every 5 s, as kubeadm sets it.",
        _MAIN_35,
        removed_in=(3, 7),
        replaced_by="--watch-progress-notify-interval",
    ),
    Flag(
        "feature-gates",
        "InitialCorruptCheck compares data with the other members before serving, as kubeadm "
        "sets it.",
        _CONFIG,
        since=(3, 6),
    ),
    Flag(
        "watch-progress-notify-interval",
        "Watches get a progress notification every 5 s, as kubeadm sets it.",
        _CONFIG,
        since=(3, 6),
    ),
)

# (name, first line without it, what replaces it, source)
_GONE = (
    ("debug", "v3.5", "--log-level=debug", "etcd CHANGELOG-3.5"),
    ("log-package-levels", "v3.5", "--log-level", "etcd CHANGELOG-3.5"),
    ("enable-v2", "v3.6", "", _MAIN_35),
    ("experimental-enable-v2v3", "v3.6", "", _MAIN_35),
    ("proxy", "v3.6", "", _MAIN_35),
    ("proxy-dial-timeout", "v3.6", "", _MAIN_35),
    ("proxy-failure-wait", "v3.6", "", _MAIN_35),
    ("proxy-read-timeout", "v3.6", "", _MAIN_35),
    ("proxy-refresh-interval", "v3.6", "", _MAIN_35),
    ("proxy-write-timeout", "v3.6", "", _MAIN_35),
    *(
        (f"experimental-{name}", "v3.7", f"--{name}", _HELP_36)
        for name in (
            "bootstrap-defrag-threshold-megabytes",
            "compact-hash-check-time",
            "compaction-batch-limit",
            "compaction-sleep-interval",
            "corrupt-check-time",
            "distributed-tracing-address",
            "distributed-tracing-instance-id",
            "distributed-tracing-sampling-rate",
            "distributed-tracing-service-name",
            "downgrade-check-time",
            "enable-distributed-tracing",
            "memory-mlock",
            "peer-skip-client-san-verification",
            "snapshot-catchup-entries",
            "warning-apply-duration",
            "warning-unary-request-duration",
        )
    ),
    *(
        (f"experimental-{name}", "v3.7", f"--feature-gates={gate}=true", _HELP_36)
        for name, gate in (
            ("compact-hash-check-enabled", "CompactHashCheck"),
            ("enable-lease-checkpoint", "LeaseCheckpoint"),
            ("enable-lease-checkpoint-persist", "LeaseCheckpointPersist"),
            ("stop-grpc-service-on-defrag", "StopGRPCServiceOnDefrag"),
            ("txn-mode-write-with-shared-buffer", "TxnModeWriteWithSharedBuffer"),
        )
    ),
)

REMOVED = tuple(
    Flag(
        name, "Older releases had this flag.", source, removed_in=_LINES[line], replaced_by=instead
    )
    for name, line, instead, source in _GONE
)
