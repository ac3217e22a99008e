"""kube-apiserver."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tui_installer.kubernetes import admission, audit, hardening
from tui_installer.kubernetes.cause import rule
from tui_installer.kubernetes.components.certificate import (
    SERVER,
    SERVICE_ACCOUNT,
    CertFile,
    CertFileKind,
    Leaf,
    cert,
    key,
)
from tui_installer.kubernetes.components.descriptor import Component, Port
from tui_installer.kubernetes.components.etcd import ETCD
from tui_installer.kubernetes.etcd_urls import (
    EXTERNAL_CA,
    EXTERNAL_CERT,
    EXTERNAL_KEY,
    etcd_client_files,
    etcd_servers,
)
from tui_installer.kubernetes.flag_tables import apiserver, removed, reserved
from tui_installer.kubernetes.flag_tables.flag import dashed
from tui_installer.kubernetes.sans import server_sans
from tui_installer.model.check.problems import Problem
from tui_installer.model.spec import APISERVER_PORT, EtcdMode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tui_installer.kubernetes.components.descriptor import Pair
    from tui_installer.model.spec import HostSpec, Spec

CLIENT_CAS = ("ca", "signing-ca")
"""The CAs whose clients, and kubelets, an API server trusts: client-ca.pem, in this order."""
_ANSWERS = "kubernetes.extraArgs.apiserver"
_LOG = "audit-log-path"


def _defaults(spec: Spec, host: HostSpec) -> Iterator[Pair]:
    cfg, ssl = spec.layout.cfg, spec.layout.ssl
    etcd_ca, etcd_cert, etcd_key = etcd_client_files(spec)
    yield "advertise-address", host.address
    ipv6 = spec.service_cidr.dual or ip_address(host.address).version == 6  # noqa: PLR2004
    yield "bind-address", "::" if ipv6 else "0.0.0.0"  # noqa: S104
    yield "secure-port", str(APISERVER_PORT)
    yield "etcd-servers", ",".join(etcd_servers(spec, host))
    yield "etcd-cafile", etcd_ca
    yield "etcd-certfile", etcd_cert
    yield "etcd-keyfile", etcd_key
    yield "service-cluster-ip-range", str(spec.service_cidr)
    yield "service-node-port-range", "{}-{}".format(*spec.node_port_range)
    yield "allow-privileged", "true"
    yield "authorization-mode", "Node,RBAC"
    yield from hardening.apiserver(spec)
    yield "enable-bootstrap-token-auth", "true"
    if spec.token.has_csv:
        yield "token-auth-file", cfg("token.csv")
    yield "encryption-provider-config", cfg("encryption.yaml")
    yield "client-ca-file", ssl("client-ca.pem")
    yield "tls-cert-file", ssl("server.pem")
    yield "tls-private-key-file", ssl("server-key.pem")
    yield "tls-min-version", "VersionTLS12"
    yield "tls-cipher-suites", hardening.SUITES
    yield "kubelet-certificate-authority", ssl("client-ca.pem")
    yield "kubelet-client-certificate", ssl("apiserver-kubelet-client.pem")
    yield "kubelet-client-key", ssl("apiserver-kubelet-client-key.pem")
    yield "kubelet-preferred-address-types", "InternalIP,ExternalIP,Hostname"
    yield "proxy-client-cert-file", ssl("front-proxy-client.pem")
    yield "proxy-client-key-file", ssl("front-proxy-client-key.pem")
    yield "requestheader-allowed-names", "front-proxy-client"
    yield "requestheader-client-ca-file", ssl("front-proxy-ca.pem")
    yield "requestheader-extra-headers-prefix", "X-Remote-Extra-"
    yield "requestheader-group-headers", "X-Remote-Group"
    yield "requestheader-username-headers", "X-Remote-User"
    yield "service-account-issuer", f"https://kubernetes.default.svc.{spec.domain}"
    yield "service-account-key-file", ssl("sa.pub")
    yield "service-account-signing-key-file", ssl("sa.key")
    yield "shutdown-watch-termination-grace-period", "5s"
    yield "profiling", "false"


def _rivals(theirs: Mapping[str, str]) -> frozenset[str]:
    """The API server accepts an authorization file or the modes, not both."""
    return frozenset({"authorization-mode"} if "authorization-config" in theirs else ())


def _lint(spec: Spec) -> Iterator[Problem]:
    """Problems of flags that would silently override the `security` block."""
    given = {dashed(name): name for name, _ in spec.extra_args.apiserver}
    log = spec.security.audit
    if (name := given.get("admission-control-config-file")) and spec.security.event_rate_limit:
        yield Problem(
            f"{_ANSWERS}.{name}",
            "this file would replace the one that sets the limits of EventRateLimit",
            "set security.eventRateLimit: false, and configure Pod Security in your file, and also "
            "EventRateLimit if enable-admission-plugins lists it",
        )
    if (name := given.get("audit-policy-file")) and log is not None and log.policy_file:
        yield Problem(
            f"{_ANSWERS}.{name}",
            "there are two audit policies: security.audit.policyFile names another file",
            "remove one of them",
        )


def _service(spec: Spec) -> Iterator[Pair]:
    """The audit log's folder, mode 0700 before the API server first writes to it."""
    log = spec.security.audit
    if log is not None and _LOG not in dict(spec.extra_args.apiserver):
        yield "LogsDirectory", audit.log_folder(log.log_path)
        yield "LogsDirectoryMode", "0700"


def _folders(spec: Spec, flags: Mapping[str, str]) -> Iterator[str]:  # noqa: ARG001
    """The folder of the user's own audit log; systemd creates the one of `security.audit`."""
    own = dict(spec.extra_args.apiserver).get(_LOG, "")
    if own.startswith("/"):  # "-" is standard output
        yield str(PurePosixPath(own).parent)


def _files(spec: Spec) -> Iterator[CertFile]:
    """Raises ValueError for an external etcd without files."""
    ssl = spec.layout.ssl
    yield cert("ca", ssl("ca.pem"))
    yield CertFile("client-ca", CertFileKind.BUNDLE, ssl("client-ca.pem"), members=CLIENT_CAS)
    yield cert("front-proxy-ca", ssl("front-proxy-ca.pem"))
    yield CertFile(SERVICE_ACCOUNT, CertFileKind.PUBLIC_KEY, ssl("sa.pub"))
    yield key(SERVICE_ACCOUNT, ssl("sa.key"), APISERVER)
    if spec.etcd.mode is EtcdMode.EXTERNAL:
        yield from _external_etcd(spec)


def _external_etcd(spec: Spec) -> Iterator[CertFile]:
    files, ssl = spec.etcd.files, spec.layout.ssl
    if files is None:
        raise ValueError("an external etcd needs its CA, certificate and key")
    if files.on_hosts:
        return
    local = CertFileKind.LOCAL
    yield CertFile("external-etcd", local, ssl(EXTERNAL_CA), source=files.ca)
    yield CertFile("external-etcd", local, ssl(EXTERNAL_CERT), source=files.cert)
    yield CertFile("external-etcd", local, ssl(EXTERNAL_KEY), 0o600, secret=True, source=files.key,
                   reader=APISERVER)  # fmt: skip


def _client(name: str, common_name: str, signer: str, *, only_stacked: bool = False) -> Leaf:
    return Leaf(name, name, common_name, signer, only_stacked=only_stacked)


_CAUSES = (
    rule(r"service-account-issuer is a required flag|"
         r"service-account-signing-key-file and --service-account-issuer are required",
         "the options lack --service-account-issuer and its signing key "
         "(required since v1.20)",
         "systemctl cat {unit}; look at the options file it names"),
    rule(r"token file '?([^'\s]+)'? must have at least 3 columns|"
         r"(?:parse error|record) on line \d+.*(?:bare|extraneous|wrong number)",
          'token.csv cannot be read: each line is token,user,uid,"group,group"',
         "look at the file of --token-auth-file"),
    rule(r"error while parsing file|encryption.*(?:invalid|unable to)|"
         r"error opening encryption provider configuration file",
         "the encryption configuration cannot be used", "look at encryption.yaml"),
    rule(r"service IP family .* must match public address family|"
         r"specified --service-cluster-ip-range",
         "the service network has another address family than the host's address, or is "
         "too large", "look at cluster.serviceCIDR in the answers"),
)  # fmt: skip

APISERVER = Component(
    name="kube-apiserver",
    title="the API server",
    description="Kubernetes API Server",
    documentation=(
        "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/"
    ),
    kind="notify",
    start=120,  # it waits for etcd
    open_files=1048576,
    oom=-998,
    after=(ETCD,),
    service=_service,
    table=(*apiserver.FLAGS, *removed.APISERVER),
    reserved=reserved.APISERVER,
    defaults=_defaults,
    added=lambda spec: spec.extra_args.apiserver,
    answers=_ANSWERS,
    joined=admission.without_plugins,
    rivals=_rivals,
    lint=_lint,
    leaves=(
        Leaf("server", "server", "kube-apiserver", usages=SERVER,
             sans=lambda spec, _: server_sans(spec)),
        _client("apiserver-kubelet-client", "kube-apiserver-kubelet-client", "ca"),
        _client("front-proxy-client", "front-proxy-client", "front-proxy-ca"),
        _client("apiserver-etcd-client", "kube-apiserver-etcd-client", "etcd-ca",
                only_stacked=True),
    ),
    files=_files,
    folders=_folders,
    causes=_CAUSES,
    ports=(Port(APISERVER_PORT, "clients", "server", peers=True),),
    health="/readyz",
)  # fmt: skip
