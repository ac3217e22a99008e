"""What a host with nothing wrong says for an audit; tests change one thing of it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui_installer.engine.audit.evaluate import evaluate
from tui_installer.engine.audit.gather import read

if TYPE_CHECKING:
    from tui_installer.model.audit import Audit

API, MANAGER, SCHEDULER, ETCD = (
    "kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"
)  # fmt: skip
CERT = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"
ADMISSION = """\
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: PodSecurity
  path: pod-security.yaml
"""
POD_SECURITY = """\
apiVersion: pod-security.admission.config.k8s.io/v1
kind: PodSecurityConfiguration
defaults: {enforce: baseline, warn: restricted}
exemptions: {namespaces: [kube-system]}
"""
POLICY = """\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  nonResourceURLs: ["/healthz*"]
- level: None
  users: ["system:kube-scheduler"]
- level: Metadata
  resources:
  - {group: "", resources: [secrets, configmaps]}
  - {group: authentication.k8s.io, resources: [tokenreviews]}
- level: Request
  verbs: [create, update, patch, delete]
- level: Metadata
"""
CIPHERS = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"


@dataclass
class Said:
    """One program. files: path → [kind, mode, uid, gid]; uid and gid are called u1 and g1."""

    uid: int
    flags: dict[str, str]
    files: dict[str, list[Any]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    words: str = ""
    environ: str = ""
    gids: str = ""
    pod: str = ""
    words_of_argv: tuple[str, ...] = ()

    def lines(self, pid: int, name: str) -> list[str]:
        argv = [f"/srv/{name}", *(f"--{k}={v}" for k, v in self.flags.items()), *self.words_of_argv]
        row = ["program", pid, name, self.uid, self.gids or self.uid, f"u{self.uid}", self.pod]
        found = ["\t".join(map(str, [*row, coded("\n".join(argv))]))]
        found += file_lines(pid, self.files)
        found += [f"source\t{pid}\t{kind}\t{path}" for path, kind in self.sources.items()]
        found += [f"text\t{pid}\t{path}\t{coded(text)}" for path, text in self.texts.items()]
        found += [f"words\t{pid}\tpath\t{self.words}"] if self.words else []
        found += [f"environ\t{pid}\t{coded(self.environ)}"] if self.environ else []
        return found


@dataclass
class Told:
    """A host. Programs by name; the pid of each is its place here."""

    programs: dict[str, Said]
    near: dict[str, list[Any]] = field(default_factory=dict)
    admin: dict[str, list[Any]] = field(default_factory=dict)
    cni: dict[str, list[Any]] = field(default_factory=dict)

    def text(self) -> str:
        lines = ["host\tmaster01"]
        for pid, (name, said) in enumerate(self.programs.items(), 100):
            lines += said.lines(pid, name)
        for owner in ("near", "admin", "cni"):
            lines += file_lines(owner, getattr(self, owner))
        return "\n".join([*lines, "end\n"])


def file_lines(owner: object, files: dict[str, list[Any]]) -> list[str]:
    return [
        f"file\t{owner}\t{path}\t{kind}\t{mode:o}\t{uid}\t{gid}\tu{uid}\tg{gid}"
        for path, (kind, mode, uid, gid) in files.items()
    ]


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def good() -> Told:
    """Four programs by users of their own, in folders that are nobody's default."""
    return Told(
        {API: apiserver(), MANAGER: manager(), SCHEDULER: scheduler(), ETCD: etcd()},
        near={"/srv/pki/old.key": ["key", 0o600, 0, 0]},
        admin={"/etc/kubernetes/admin.conf": ["kubeconfig", 0o600, 0, 0]},
        cni={"/etc/cni/net.d/10-x.conf": ["text", 0o600, 0, 0]},
    )


def apiserver() -> Said:
    certs = (
        "kubelet-client-certificate", "kubelet-certificate-authority", "client-ca-file",
        "etcd-certfile", "etcd-cafile", "tls-cert-file", "service-account-key-file",
    )  # fmt: skip
    keys = ("kubelet-client-key", "etcd-keyfile", "tls-private-key-file")
    texts = ("encryption-provider-config", "audit-policy-file", "admission-control-config-file")
    said = Said(601, {name: f"/srv/pki/{name}" for name in (*certs, *keys)})
    said.flags |= {name: f"/srv/{name}" for name in texts}
    said.flags |= {
        "anonymous-auth": "false", "authorization-mode": "Node,RBAC", "profiling": "false",
        "enable-admission-plugins":
            "NodeRestriction,DenyServiceExternalIPs,EventRateLimit,AlwaysPullImages",
        "audit-log-path": "/var/log/audit.log", "audit-log-maxage": "30",
        "audit-log-maxbackup": "10", "audit-log-maxsize": "100", "tls-cipher-suites": CIPHERS,
        "service-account-extend-token-expiration": "false",
    }  # fmt: skip
    said.files = {f"/srv/pki/{name}": ["cert", 0o644, 0, 0] for name in certs}
    said.files |= {f"/srv/pki/{name}": ["key", 0o640, 0, 601] for name in keys}
    said.files |= {f"/srv/{name}": ["text", 0o600, 601, 601] for name in texts}
    said.files["/srv/pki"] = ["dir", 0o755, 0, 0]
    said.words = "resources resources secrets providers secretbox identity"
    said.texts = {
        "/srv/pki/client-ca-file": CERT.format("Y2x1c3Rlcg=="),
        "/srv/audit-policy-file": POLICY,
        "/srv/admission-control-config-file": ADMISSION,
        "/srv/pod-security.yaml": POD_SECURITY,
    }
    return started(said, API)


def manager() -> Said:
    said = Said(602, {
        "kubeconfig": "/srv/m.conf", "profiling": "false", "terminated-pod-gc-threshold": "1000",
        "use-service-account-credentials": "true", "bind-address": "127.0.0.1",
        "service-account-private-key-file": "/srv/pki/sa.key", "root-ca-file": "/srv/pki/ca.pem",
    })  # fmt: skip
    said.files = {
        "/srv/m.conf": ["kubeconfig", 0o600, 602, 602],
        "/srv/pki/sa.key": ["key", 0o600, 602, 602],
        "/srv/pki/ca.pem": ["cert", 0o644, 0, 0],
    }
    return started(said, MANAGER)


def scheduler() -> Said:
    flags = {"kubeconfig": "/srv/s.conf", "profiling": "false", "bind-address": "127.0.0.1"}
    said = Said(603, flags)
    said.files = {"/srv/s.conf": ["kubeconfig", 0o640, 0, 603]}
    return started(said, SCHEDULER)


def etcd() -> Said:
    files = {
        "cert-file": "cert", "key-file": "key", "trusted-ca-file": "cert",
        "peer-cert-file": "cert", "peer-key-file": "key",
    }  # fmt: skip
    said = Said(604, {name: f"/srv/etcd/{name}" for name in files})
    said.flags |= {
        "client-cert-auth": "true", "peer-client-cert-auth": "true", "data-dir": "/data",
    }  # fmt: skip
    for name, kind in files.items():
        mode = 0o600 if kind == "key" else 0o644
        said.files[f"/srv/etcd/{name}"] = [kind, mode, 604, 604]
    said.files["/data"] = ["dir", 0o700, 604, 604]
    said.texts = {"/srv/etcd/trusted-ca-file": CERT.format("ZXRjZA==")}
    return started(said, ETCD)


def audit(told: Told) -> Audit:
    return evaluate([read("master01", told.text())])


def started(said: Said, name: str) -> Said:
    """By a unit with an options file."""
    unit, options = f"/etc/systemd/system/{name}.service", f"/srv/{name}.env"
    said.sources = {unit: "unit", options: "options"}
    said.files |= {unit: ["text", 0o644, 0, 0], options: ["text", 0o600, 0, 0]}
    return said
