"""Answers → Spec: checks everything, fills in defaults, parses texts. Reads no file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.model.answers.filled import filled
from tui_installer.model.answers.logins import host_label, login_of, ssh_address
from tui_installer.model.answers.sources import etcd_source, kubernetes_source
from tui_installer.model.certificates import San
from tui_installer.model.check import parse
from tui_installer.model.check.check import check
from tui_installer.model.check.problems import AnswersInvalid
from tui_installer.model.security import SecuritySpec
from tui_installer.model.spec import (
    DEFAULT_PORT,
    DEFAULT_USER,
    EtcdFiles,
    EtcdSpec,
    FetchedBy,
    HostSpec,
    SecretRef,
    Signature,
    Source,
    SourceKind,
    Spec,
    SshSpec,
    SudoMode,
)
from tui_installer.model.versions import default_etcd_version

if TYPE_CHECKING:
    from tui_installer.model.answers.document import Answers, Host
    from tui_installer.model.answers.etcd import Etcd, EtcdSource
    from tui_installer.model.answers.filled import Locate
    from tui_installer.model.answers.kubernetes import Source as SaidSource
    from tui_installer.model.answers.security import Security
    from tui_installer.model.answers.source import Signature as SaidSignature
    from tui_installer.model.answers.source import SourceLogin
    from tui_installer.model.answers.ssh import Jump, SecretSource, Ssh

ASKED_FOR = "asked for in the answers"


def resolve(answers: Answers, *, home: Path | None = None, folder: Path | None = None) -> Spec:
    """The complete description of the install. Raises AnswersInvalid with every problem.

    home: replaces ``~``; default: the user's home folder. folder: the base of relative paths;
    default: the current folder.
    """
    problems = check(answers)
    if problems:
        raise AnswersInvalid(problems)
    return build(answers, home=home, folder=folder)


def build(answers: Answers, *, home: Path | None = None, folder: Path | None = None) -> Spec:
    """The spec of answers without problems; raises ValueError for others."""
    locate = _locator(home or Path.home(), folder or Path.cwd())
    cluster, kubernetes = answers.cluster, answers.kubernetes
    return filled(
        Spec,
        cluster,
        kubernetes,
        answers,
        locate=locate,
        source=_source(kubernetes_source(answers), kubernetes.source, locate),
        hosts=tuple(_host(answers.ssh, host, n, locate) for n, host in enumerate(answers.hosts)),
        etcd=_etcd(answers, locate),
        endpoint=parse.endpoint(cluster.endpoint) if cluster.endpoint else None,
        extra_sans=tuple(_san(text) for text in answers.sans),
        security=_security(answers.security, locate),
    )


def _locator(home: Path, folder: Path) -> Locate:
    def locate(text: str) -> Path:
        path = parse.file_path(text)
        own = path == "~" or path.startswith("~/")
        return home / path[2:] if own else folder / path

    return locate


def _source(source: Source, said: SaidSource | EtcdSource, locate: Locate) -> Source:
    location = source.location
    if source.kind is SourceKind.MIRROR or "://" in location:
        location = parse.url(location)
    elif location:
        location = str(locate(location))
    sha256 = parse.sha256(source.sha256) if source.sha256 else ""
    return Source(
        source.kind,
        location,
        sha256,
        _signature(said.signature, locate),
        locate(said.ca) if said.ca else None,
        _secret(said.login, locate),
        FetchedBy(said.fetch),
    )


def _signature(said: SaidSignature, locate: Locate) -> Signature | None:
    if said.key:
        return Signature(key=locate(said.key))
    if said.identity:
        return Signature(None, said.identity, said.issuer, locate(said.trusted_root))
    return None


def _san(text: str) -> San:
    san = parse.san(text)
    return San(san.kind, san.value, ASKED_FOR)


def _security(said: Security, locate: Locate) -> SecuritySpec:
    spec = filled(SecuritySpec, said, locate=locate)
    return spec if said.audit.enabled else replace(spec, audit=None)


def _etcd(answers: Answers, locate: Locate) -> EtcdSpec:
    said = answers.etcd
    external = said.mode == "external"
    default = default_etcd_version(parse.version(answers.kubernetes.version))
    return filled(
        EtcdSpec,
        said,
        locate=locate,
        version=parse.version(said.version) if said.version and not external else default,
        source=Source(SourceKind.GO)
        if external
        else _source(etcd_source(answers), said.source, locate),
        endpoints=tuple(map(parse.etcd_url, said.external.endpoints)),
        files=_etcd_files(said, locate) if external else None,
    )


def _etcd_files(etcd: Etcd, locate: Locate) -> EtcdFiles:
    said = etcd.external
    on_hosts = said.files == "hosts"

    def place(text: str) -> str:
        return parse.absolute_path(text) if on_hosts else str(locate(text))

    return EtcdFiles(place(said.ca), place(said.cert), place(said.key), on_hosts=on_hosts)


def _host(general: Ssh, host: Host, number: int, locate: Locate) -> HostSpec:
    login = login_of(general, host)
    return HostSpec(
        name=parse.host_name(host_label(host, number)),
        address=parse.host_address(host.address),
        addresses=_further(host),
        ssh=_ssh(login, ssh_address(host), host.fingerprint, locate),
        sudo=SudoMode(login.sudo.mode),
        sudo_password=_secret(login.sudo.password, locate),
    )


def _further(host: Host) -> tuple[str, ...]:
    own = parse.host_address(host.address)
    return tuple(one for one in map(parse.host_address, host.addresses) if one != own)


_GIVEN = {"agent": "use_agent"}
"""Fields of SshSpec whose answers have another name."""


def _given(said: Ssh | Jump) -> frozenset[str]:
    """The fields that the answers name; only an explicit ``jump: null`` counts as an answer."""
    return frozenset(
        _GIVEN.get(name, name)
        for name in ("user", "port", "identity_files", "agent", "jump")
        if name in said.model_fields_set and (name == "jump" or getattr(said, name) is not None)
    )


def _ssh(login: Ssh, address: str, fingerprint: str, locate: Locate) -> SshSpec:
    """login: what the answers say, by `login_of`."""
    made = SshSpec(
        address=parse.ssh_host(address),
        port=DEFAULT_PORT if login.port is None else parse.port(str(login.port)),
        user=DEFAULT_USER if login.user is None else parse.user_name(login.user),
        identity_files=tuple(map(locate, login.identity_files)),
        use_agent=login.agent,
        passphrase=_secret(login.passphrase, locate),
        password=_secret(login.password, locate),
        fingerprint=parse.fingerprint(fingerprint) if fingerprint else "",
        config=login.config,
        given=_given(login),
    )
    return replace(made, jump=_jump(login.jump, made, locate)) if login.jump else made


def _jump(jump: Jump, above: SshSpec, locate: Locate) -> SshSpec:
    """above: the login through it, whose values it shares unless it has its own."""
    made = replace(
        above,
        address=parse.ssh_host(jump.address),
        port=DEFAULT_PORT if jump.port is None else parse.port(str(jump.port)),
        user=above.user if jump.user is None else parse.user_name(jump.user),
        fingerprint=parse.fingerprint(jump.fingerprint) if jump.fingerprint else "",
        password=_secret(jump.password, locate),
        jump=None,
        given=_given(jump),
    )
    if jump.identity_files is not None:
        made = replace(made, identity_files=tuple(map(locate, jump.identity_files)))
    if jump.agent is not None:
        made = replace(made, use_agent=jump.agent)
    if jump.passphrase:
        made = replace(made, passphrase=_secret(jump.passphrase, locate))
    return replace(made, jump=_jump(jump.jump, made, locate)) if jump.jump else made


def _secret(source: SecretSource | SourceLogin | None, locate: Locate) -> SecretRef:
    if source is None:
        return SecretRef()
    return SecretRef(locate(source.file) if source.file else None, source.env)
