"""The descriptor of a program that this installer runs as a systemd service."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_installer.kubernetes.flag_tables.flag import dashed
from tui_installer.model.spec import EtcdMode, Layout

if TYPE_CHECKING:
    from tui_installer.kubernetes.cause import Rule
    from tui_installer.kubernetes.components.certificate import CertFile, Leaf
    from tui_installer.kubernetes.flag_tables.flag import Flag
    from tui_installer.model.check.problems import Problem
    from tui_installer.model.spec import HostSpec, Source, Spec, Version

Pair = tuple[str, str]
Options = tuple[Pair, ...]
"""(flag without dashes, value), in the order they are written."""
Folder = Callable[[Layout, str], str]
"""A method of `Layout`: the absolute path of a name in one of its folders."""


@dataclass(frozen=True, slots=True)
class Port:
    """A TCP port that a program listens on.

    use: its purpose. certificate: the `Leaf` it serves, '' without TLS. ca: the signer of that.
    client: the certificate that a client must have, '' for none.
    loopback: whether 127.0.0.1 answers; otherwise only the host's address does.
    peers: whether the other masters connect to it.
    """

    number: int
    use: str
    certificate: str = ""
    ca: str = "ca"
    client: str = ""
    loopback: bool = True
    peers: bool = False


def _nothing(spec: Spec) -> Iterator[Pair]:  # noqa: ARG001 - the shape of a descriptor's function
    yield from ()


def _no_files(spec: Spec) -> Iterator[CertFile]:  # noqa: ARG001
    yield from ()


def _no_problems(spec: Spec) -> Iterator[Problem]:  # noqa: ARG001
    yield from ()


def _no_folders(spec: Spec, flags: Mapping[str, str]) -> Iterator[str]:  # noqa: ARG001
    yield from ()


def _no_rivals(theirs: Mapping[str, str]) -> frozenset[str]:  # noqa: ARG001
    return frozenset()


def _as_they_are(extra: Options) -> Options:
    return extra


def _of_kubernetes(spec: Spec) -> tuple[Source, Version]:
    return spec.source, spec.version


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Component:
    """One program. Descriptors compare by identity.

    What it is
      name: of the binary, the unit, the options file and the account. title: in a sentence.
      release: where its binary comes from, and in which version. tools: programs of the same
      release that are installed with it. only_stacked: there only where etcd is on the masters.
    Its unit
      description, documentation: Description=, Documentation=. kind: Type=; notify where the
      program notifies systemd when it is ready. start: seconds until then.
      open_files: LimitNOFILE=. oom: OOMScoreAdjust=. after: programs of the same host that start
      before it. service: more lines of [Service]. unprivileged: whether it may run as its own user.
    Its flags
      table: every known flag. reserved: flag → why an extra argument may not set it.
      defaults: what this installer sets. added: the user's own; answers: the path of those.
      canonical: a flag's name as the program reads it. joined: `added` without the values that
      `defaults` includes. rivals: our flags that the program refuses together with the user's.
      lint: problems of the user's flags beyond the table's.
    Its files
      bin, cfg, ssl: its folders. leaves: certificates whose keys only this program reads.
      files: other certificates and keys that come with it. shared: names in the Kubernetes ssl
      folder that come with another program and that it reads too. kubeconfig: the file's name.
      folders: the folders that it writes to, from its flags.
    How its health is checked
      ports; health: the path that answers 200 on the first port, '' if systemd knows.
      lease: whether one of the masters leads. causes: rules for its own log lines.
    """

    name: str
    title: str
    description: str
    documentation: str
    kind: str
    start: int
    open_files: int
    oom: int
    table: tuple[Flag, ...]
    reserved: Mapping[str, str]
    defaults: Callable[[Spec, HostSpec], Iterator[Pair]]
    added: Callable[[Spec], Options]
    answers: str
    ports: tuple[Port, ...]
    release: Callable[[Spec], tuple[Source, Version]] = _of_kubernetes
    tools: tuple[str, ...] = ()
    only_stacked: bool = False
    after: tuple[Component, ...] = ()
    service: Callable[[Spec], Iterator[Pair]] = _nothing
    unprivileged: bool = True
    canonical: Callable[[str], str] = dashed
    joined: Callable[[Options], Options] = _as_they_are
    rivals: Callable[[Mapping[str, str]], frozenset[str]] = _no_rivals
    lint: Callable[[Spec], Iterator[Problem]] = _no_problems
    bin: Folder = Layout.bin
    cfg: Folder = Layout.cfg
    ssl: Folder = Layout.ssl
    leaves: tuple[Leaf, ...] = ()
    files: Callable[[Spec], Iterator[CertFile]] = _no_files
    shared: tuple[str, ...] = ()
    kubeconfig: str = ""
    folders: Callable[[Spec, Mapping[str, str]], Iterator[str]] = _no_folders
    health: str = ""
    lease: bool = False
    causes: tuple[Rule, ...] = ()

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<{self.name}>"

    @property
    def variable(self) -> str:
        """The variable in the options file, as the tutorial names it: ``KUBE_APISERVER_OPTS``."""
        return self.name.upper().replace("-", "_") + "_OPTS"

    @property
    def unit(self) -> str:
        """``kube-apiserver.service``"""
        return f"{self.name}.service"

    def binary(self, layout: Layout) -> str:
        """Absolute path of the program on a host."""
        return self.bin(layout, self.name)

    def options_path(self, layout: Layout) -> str:
        """Absolute path of the options file on a host; it has the program's name."""
        return self.cfg(layout, self.name)

    def runs(self, spec: Spec) -> bool:
        """Whether the hosts of its role have it."""
        return not self.only_stacked or spec.etcd.mode is EtcdMode.STACKED
