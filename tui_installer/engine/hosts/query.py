"""Derives what to ask a host from the pipeline's wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_installer.engine.hosts.facts import Query
from tui_installer.kubernetes import options
from tui_installer.kubernetes.components import ETCD, by_name
from tui_installer.model.spec import EtcdMode

if TYPE_CHECKING:
    from tui_installer.engine.core.wants import Absent, Wants
    from tui_installer.model.spec import Spec


def external_files(spec: Spec) -> tuple[str, ...]:
    """Files of an external etcd that must be on the masters already."""
    files = spec.etcd.files
    return (files.ca, files.cert, files.key) if files is not None and files.on_hosts else ()


def query(spec: Spec, wants: Wants) -> Query:
    """The files, programs, units, ports and folders that the wants of one host name."""
    layout = spec.layout
    folders = [layout.kubernetes, layout.kubernetes + "/bin", layout.units]
    if spec.etcd.mode is EtcdMode.STACKED:
        folders += [layout.etcd, layout.etcd + "/bin", spec.etcd.data_dir]
    absent = wants.absent
    return Query(
        manifest=spec.layout.cfg("tui-installer.manifest"),
        texts=(
            *(w.path for w in wants.files if not w.secret and not w.probe),
            *(w.path for w in absent.files if not w.secret and not w.opaque),
        ),
        secrets=(
            *(w.path for w in wants.files if w.secret),
            *external_files(spec),
            *(w.path for w in absent.files if w.secret and not w.opaque),
        ),
        programs=(
            *(w.path for w in wants.files if w.probe),
            *(w.path for w in absent.files if w.opaque),
            *_unit_files(absent),
        ),
        units=(*(w.name for w in wants.units), *(w.name for w in absent.units)),
        ports=tuple(sorted({port for want in wants.units for port in ports(want.name)})),
        folders=tuple(folders),
        accounts=(*wants.accounts, *absent.accounts),
        filled=tuple((want.owner, want.path) for want in wants.folders),
        passages=passages(spec, wants),
        listed=(
            *(w.path for w in absent.files),
            *_unit_files(absent),
            *absent.folders,
            *(f"user:{name}" for name in absent.accounts),
        ),
        entries=absent.folders,
        etcd_data=data_folder(spec),
    )


def _unit_files(absent: Absent) -> tuple[str, ...]:
    """Unit files that stay: their digests show whether the units are ours and may be stopped."""
    removed = {want.path for want in absent.files}
    return tuple(want.file for want in absent.units if want.file not in removed)


def ports(unit: str) -> tuple[int, ...]:
    """The TCP ports of a unit of ours."""
    component = by_name(unit)
    return tuple(port.number for port in component.ports) if component else ()


def data_folder(spec: Spec) -> str:
    """The data folder of a stacked etcd, from its flags; '' with an external etcd."""
    if spec.etcd.mode is not EtcdMode.STACKED:
        return ""
    return dict(options(ETCD, spec, spec.masters[0]))["data-dir"]


def passages(spec: Spec, wants: Wants) -> tuple[str, ...]:
    """Paths that the programs' users must be able to reach; empty if all of them are root."""
    if not wants.accounts:
        return ()
    programs = dict.fromkeys(w.path.rpartition("/")[0] for w in wants.files if w.probe)
    above = dict.fromkeys(want.path.rpartition("/")[0] for want in wants.folders)
    return (*programs, *above, *external_files(spec))
