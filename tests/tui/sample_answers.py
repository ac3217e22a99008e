"""Answers as a user writes them: a lab, an external etcd, and every field set."""

from __future__ import annotations

from typing import Any

FINGERPRINT = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"


def masters(count: int) -> list[dict[str, Any]]:
    return [{"address": f"192.0.2.{11 + number}"} for number in range(count)]


LAB = {
    "apiVersion": "tui-installer/v1",
    "cluster": {"name": "lab"},
    "ssh": {"user": "root", "identityFiles": ["/var/lib/lab/id_ed25519"], "agent": False},
    "hosts": [
        {"name": f"master0{n}", "address": f"10.77.0.1{n}", "fingerprint": FINGERPRINT}
        for n in (1, 2, 3)
    ],
}
EXTERNAL = {
    "apiVersion": "tui-installer/v1",
    "hosts": masters(2),
    "etcd": {
        "mode": "external",
        "external": {
            "endpoints": ["https://192.0.2.31:2379", "https://etcd2.example.org:2379"],
            "files": "hosts",
            "ca": "/etc/etcd/ca.pem",
            "cert": "/etc/etcd/client.pem",
            "key": "/etc/etcd/client-key.pem",
        },
    },
}
EVERYTHING = {
    "apiVersion": "tui-installer/v1",
    "cluster": {
        "name": "prod",
        "domain": "corp.internal",
        "endpoint": "api.example.org:8443",
        "serviceCIDR": "10.96.0.0/16",
        "podCIDR": "10.128.0.0/14",
        "nodePortRange": "30100-30200",
    },
    "kubernetes": {
        "version": "v1.36.3",
        "source": {
            "kind": "tarball",
            "location": "https://mirror.example.org/kubernetes-server-linux-amd64.tar.gz",
            "sha256": "0" * 64,
            "fetch": "operator",
            "ca": "~/mirror-ca.pem",
            "login": {"file": "~/.mirror", "env": ""},
            "signature": {
                "key": "",
                "identity": "release@example.org",
                "issuer": "https://accounts.example.org",
                "trustedRoot": "~/trusted_root.json",
            },
        },
        "extraArgs": {
            "apiserver": {"audit-log-maxage": "7"},
            "controllerManager": {"node-monitor-grace-period": "40s"},
            "scheduler": {"v": "4"},
        },
        "apiRate": {
            "controllerManagerQPS": 150,
            "controllerManagerBurst": 300,
            "schedulerQPS": 60,
            "schedulerBurst": 120,
        },
    },
    "etcd": {
        "mode": "stacked",
        "version": "v3.6.16",
        "dataDir": "/srv/etcd",
        "source": {
            "kind": "folder",
            "location": "/srv/programs",
            "sha256": "",
            "fetch": "operator",
            "ca": "",
            "login": {"file": "", "env": ""},
            "signature": {
                "key": "/srv/mirror.pub",
                "identity": "",
                "issuer": "",
                "trustedRoot": "",
            },
        },
        "extraArgs": {"quota-backend-bytes": "8589934592"},
    },
    "ssh": {
        "config": False,
        "user": "ops",
        "port": 2222,
        "identityFiles": ["~/.ssh/ops", "~/.ssh/old"],
        "agent": False,
        "jump": {
            "address": "jump.example.org",
            "port": 2022,
            "user": "gate",
            "identityFiles": ["~/.ssh/gate"],
            "agent": True,
            "passphrase": {"file": "~/.gate"},
            "fingerprint": FINGERPRINT,
        },
        "sudo": {"mode": "auto", "password": {"file": "~/.sudo", "env": ""}},
        "passphrase": {"file": "", "env": "PASSPHRASE"},
        "password": {"file": "~/.password", "env": ""},
    },
    "hosts": [
        {
            "name": "alpha",
            "address": "192.0.2.11",
            "sshAddress": "alpha.example.org",
            "fingerprint": FINGERPRINT,
            "ssh": {"user": "root", "port": 22, "identityFiles": ["~/.ssh/alpha"], "jump": None},
        },
        {"name": "beta", "address": "192.0.2.12", "ssh": {"jump": {"address": "192.0.2.99"}}},
        {"name": "gamma", "address": "192.0.2.13"},
    ],
    "sans": ["192.0.2.100", "*.masters.example.org", "2001:db8::1", "k8s"],
    "token": {"mode": "both", "ttl": "0"},
    "certificates": {
        "keyType": "rsa-3072",
        "leafLifetime": "90d",
        "caLifetime": "1825d",
        "ca": {"cert": "~/ca.pem", "key": "~/ca-key.pem", "signs": "authorities"},
        "frontProxyCA": {"cert": "~/proxy-ca.pem", "key": "~/proxy-ca-key.pem"},
        "etcdCA": {"cert": "~/etcd-ca.pem", "key": "~/etcd-ca-key.pem"},
    },
    "security": {
        "anonymousAuth": True,
        "audit": {
            "enabled": True,
            "logPath": "/var/log/k8s/audit.log",
            "maxAge": 7,
            "maxBackup": 3,
            "maxSize": 50,
            "policyFile": "/srv/audit-policy.yaml",
        },
        "alwaysPullImages": False,
        "denyServiceExternalIPs": False,
        "eventRateLimit": False,
        "podSecurity": {"enforce": "privileged", "warn": "baseline"},
        "serviceAccountExtendTokenExpiration": True,
        "services": "root",
    },
    "layout": {
        "kubernetes": "/srv/kubernetes",
        "etcd": "/srv/etcd-files",
        "units": "/usr/local/lib/systemd/system",
    },
}
