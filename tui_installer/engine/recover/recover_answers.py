"""Rebuilds the answers of a cluster from its masters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tui_installer.errors import InstallerError, UsageError
from tui_installer.kubernetes import admission, audit, read_back, read_back_security
from tui_installer.kubernetes.components import APISERVER, CONTROLLER_MANAGER, ETCD, SCHEDULER
from tui_installer.kubernetes.components.controller_manager import SA_KEY
from tui_installer.model.answers.certificates import Certificates
from tui_installer.model.answers.document import Answers, Folders, Token
from tui_installer.model.answers.kubernetes import Kubernetes
from tui_installer.model.check import parse
from tui_installer.model.check.resolve import build
from tui_installer.model.versions import default_etcd_version
from tui_installer.pki.describe import describe
from tui_installer.pki.issue import BACKDATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui_installer.engine.hosts.leftovers import Left
    from tui_installer.kubernetes.components import Component
    from tui_installer.kubernetes.read_back import Called
    from tui_installer.model.answers.document import Host
    from tui_installer.model.answers.etcd import Etcd
    from tui_installer.model.certificates import CertInfo


def answers_of(given: Answers, found: Sequence[Left]) -> Answers:
    """given: the logins of the hosts, in the order of `found`, and the sources of programs.

    Raises UsageError if the hosts are not all the masters of one cluster, InstallerError if what is
    on them cannot be read back.
    """
    _one_cluster(found)
    try:
        first = found[0]
        server = describe(first.content(first.layout.ssl("server.pem")))
        names = read_back.called(server.sans)
        made = Answers(
            cluster=read_back.cluster(
                names, first.flags(APISERVER), first.flags(CONTROLLER_MANAGER)
            ),
            kubernetes=Kubernetes(version=first.version(APISERVER), source=given.kubernetes.source),
            etcd=_etcd(given, first),
            ssh=given.ssh,
            hosts=list(_hosts(given, found, names)),
            sans=list(names.extra),
            token=Token(mode="csv" if _has_csv(first) else "secret"),
            certificates=_certificates(first, server),
            security=read_back_security.security(
                first.flags(APISERVER),
                first.content(first.layout.cfg(audit.FILE)),
                first.content(first.layout.cfg(admission.FILE)),
            ),
            layout=Folders(**{key: getattr(first.layout, key) for key in Folders.model_fields}),
        )
        made.security.services = _services(first)
        _add_extra_args(made, first)
    except (ValueError, KeyError) as error:
        raise InstallerError(
            "what is on the hosts cannot be read back as an installation of this program",
            details=(f"{type(error).__name__}: {error}",),
            hint="was a file there changed by hand? Nothing was written",
            host=found[0].host,
        ) from None
    return made


def _one_cluster(found: Sequence[Left]) -> None:
    first = found[0]
    ca = first.content(first.layout.ssl("ca.pem"))
    for other in found[1:]:
        if other.content(other.layout.ssl("ca.pem")) != ca:
            raise UsageError(
                f"{first.host} and {other.host} belong to different clusters: their CAs differ",
                hint="name the masters of one cluster; nothing was written",
            )


def _hosts(given: Answers, found: Sequence[Left], names: Called) -> Iterator[Host]:
    """The hosts in the order of the certificate, which is that of the lost answers."""
    by_address = {
        left.flags(APISERVER)["advertise-address"]: host
        for host, left in zip(given.hosts, found, strict=True)
    }
    missing = [
        f"{name} ({address})" for name, address in names.masters if address not in by_address
    ]
    if missing:
        raise UsageError(
            f"the cluster has masters that were not named: {', '.join(missing)}",
            hint="name all of them: each master alone has its own keys; nothing was written",
        )
    for name, address in names.masters:
        host = by_address[address]
        reached = host.ssh_address or (host.address if host.address != address else "")
        yield host.model_copy(update={"name": name, "address": address, "ssh_address": reached})


def _etcd(given: Answers, first: Left) -> Etcd:
    flags = first.flags(ETCD)
    if flags:
        found = parse.version(first.version(ETCD))
        usual = default_etcd_version(parse.version(first.version(APISERVER)))
        made = read_back.stacked(flags, "" if found == usual else str(found))
    else:
        made = read_back.external(first.flags(APISERVER), first.layout)
    return made.model_copy(update={"source": given.etcd.source})


def _has_csv(first: Left) -> bool:
    return "token-auth-file" in first.flags(APISERVER)


def _services(first: Left) -> Literal["unprivileged", "root"]:
    """root only if the answers chose it: before it was a choice, there was no copy of sa.key."""
    unit = first.content(first.units[APISERVER.name][0])
    key = first.flags(CONTROLLER_MANAGER).get("service-account-private-key-file", "")
    asked = b"\nUser=" not in unit and key.endswith(f"/{SA_KEY}")
    return "root" if asked else "unprivileged"


def _certificates(first: Left, server: CertInfo) -> Certificates:
    """The certificates section; a leaf's lifetime counts only if its CA's end did not limit it."""
    ca = describe(first.content(first.layout.ssl("ca.pem")))
    lifetimes = {"ca_lifetime": parse.duration_text(ca.not_after - ca.not_before - BACKDATE)}
    if server.not_after < ca.not_after:
        leaf = server.not_after - server.not_before - BACKDATE
        lifetimes["leaf_lifetime"] = parse.duration_text(leaf)
    return Certificates(key_type=server.key_type, **lifetimes)  # type: ignore[arg-type]


def _add_extra_args(answers: Answers, first: Left) -> None:
    spec = build(answers)
    address = first.flags(APISERVER)["advertise-address"]
    # KeyError: the address is not in the certificate.
    host = {host.address: host for host in spec.masters}[address]

    def extra(component: Component) -> dict[str, str]:
        return read_back.extra_args(component, spec, host, first.flags(component))

    args = answers.kubernetes.extra_args
    args.apiserver = extra(APISERVER)
    args.controller_manager = extra(CONTROLLER_MANAGER)
    args.scheduler = extra(SCHEDULER)
    if answers.etcd.mode == "stacked":
        answers.etcd.extra_args = extra(ETCD)
