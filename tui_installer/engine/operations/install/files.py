"""Shared by the steps: what a program needs on a host, as wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.core.wants import FileWant, FolderWant, private, text
from tui_installer.kubernetes import options_bytes, unit
from tui_installer.kubernetes.accounts import owner
from tui_installer.kubernetes.cert_files import files_of
from tui_installer.kubernetes.components.certificate import SERVICE_ACCOUNT, CertFile, CertFileKind
from tui_installer.kubernetes.folders import written
from tui_installer.model.check.parse_text import public_url
from tui_installer.model.spec import FetchedBy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.cluster.authority import Authority
    from tui_installer.engine.core.context import Context
    from tui_installer.kubernetes.components import Component
    from tui_installer.model.spec import HostSpec, Source, Version

PROBES = {"kubectl": ("version", "--client"), "etcdctl": ("version",)}
"""How a program is asked for its version, where it is not --version."""
KEPT = {
    "ca": "the cluster's CA",
    "front-proxy-ca": "the front proxy's CA",
    "signing-ca": "the signing CA",
    "etcd-ca": "etcd's CA",
    SERVICE_ACCOUNT: "the service-account key",
}
"""Profiles that a run never replaces on a host."""


def program(
    ctx: Context, host: HostSpec, name: str, path: str, version: Version, source: Source
) -> FileWant:
    """A verified binary."""
    by_host = source.fetch is FetchedBy.HOSTS
    return FileWant(
        path,
        mode=0o755,
        binary=ctx.binary(host, name),
        probe=PROBES.get(name, ("--version",)),
        version=str(version),
        about=f"{name} {version}",
        awaited=ctx.awaited(host, name),
        site=public_url(source.location) if by_host else "",
    )


def programs(ctx: Context, host: HostSpec, component: Component) -> Iterator[FileWant]:
    """The binary of a component and those of its tools."""
    source, version = component.release(ctx.spec)
    for name in (component.name, *component.tools):
        yield program(ctx, host, name, component.bin(ctx.spec.layout, name), version, source)


def cert_files(ctx: Context, host: HostSpec, component: Component) -> Iterator[FileWant]:
    """The certificates and keys that come with a component."""
    for file in files_of(component, ctx.spec, host):
        yield FileWant(
            file.path,
            mode=file.mode,
            owner=owner(file.reader, ctx.spec),
            data=_data(ctx.authority, file),
            secret=file.secret,
            about=file.profile,
            keep=KEPT.get(file.profile, ""),
            opaque=True,
        )


def options_file(ctx: Context, host: HostSpec, component: Component) -> FileWant:
    """The flags that a component is started with."""
    path = component.options_path(ctx.spec.layout)
    return private(path, options_bytes(component, ctx.spec, host))


def unit_file(ctx: Context, host: HostSpec, component: Component) -> FileWant:
    return text(ctx.spec.layout.unit(component.name), unit(component, ctx.spec, host))


def filled(ctx: Context, host: HostSpec, component: Component) -> tuple[FolderWant, ...]:
    """The folders that a program writes to, its user's alone."""
    return tuple(
        FolderWant(path, owner(component, ctx.spec), component.unit)
        for path in written(component, ctx.spec, host)
    )


def _data(authority: Authority, file: CertFile) -> bytes | None:
    pair = authority.service_account
    match file.kind:
        case CertFileKind.CERT:
            return authority.cert(file.profile)
        case CertFileKind.BUNDLE:
            return authority.bundle(*file.members)
        case CertFileKind.PUBLIC_KEY:
            return pair.public if pair else None
        case CertFileKind.LOCAL:
            return authority.local[file.source].reveal()
        case CertFileKind.KEY:
            key = authority.key(file.profile)
            if file.profile == SERVICE_ACCOUNT:
                key = pair.private if pair else None
            return key.reveal() if key else None
