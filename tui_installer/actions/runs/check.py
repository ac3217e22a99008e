"""Check: turns an answers file into a spec, or reports everything that is wrong with it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.actions.runs.alias_hints import with_hints
from tui_installer.engine.cluster import local_files
from tui_installer.errors import UsageError
from tui_installer.kubernetes import lint_extra_args
from tui_installer.model.check.parse_text import without_login
from tui_installer.model.check.problems import AnswersInvalid, Problem
from tui_installer.model.spec import SourceKind
from tui_installer.store import answers_file, paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.spec import Signature, Spec


def check(path: Path) -> Spec:
    """Returns the spec of an answers file. Raises AnswersInvalid or UsageError; changes nothing."""
    document = answers_file.load(path)
    try:
        spec = answers_file.resolve(document)
    except AnswersInvalid as error:
        raise AnswersInvalid(with_hints(document.answers, error.problems)) from None
    found = [*lint_extra_args(spec), *_files(spec)]
    if found:
        raise AnswersInvalid(answers_file.placed(document, found))
    return spec


def _files(spec: Spec) -> Iterator[Problem]:
    """Yields files of this machine that the answers name and that cannot be read."""
    if spec.etcd.files is not None and not spec.etcd.files.on_hosts:
        for name in ("ca", "cert", "key"):
            yield from _readable(f"etcd.external.{name}", getattr(spec.etcd.files, name))
    yield from _own_cas(spec)
    if spec.security.audit is not None and spec.security.audit.policy_file:
        yield from _policy(spec.security.audit.policy_file)
    for place, source in (("kubernetes", spec.source), ("etcd", spec.etcd.source)):
        local = source.kind is SourceKind.FOLDER or (
            source.kind is SourceKind.TARBALL and "://" not in source.location
        )
        if local:
            yield from _readable(f"{place}.source.location", source.location)
        if source.ca:
            yield from _readable(f"{place}.source.ca", str(source.ca))
        yield from _signature(f"{place}.source.signature", source.signature)
    for number, host in enumerate(spec.hosts):
        for file in host.ssh.identity_files:
            yield from _readable(f"hosts.{number}.ssh.identityFiles", str(file))


def _own_cas(spec: Spec) -> Iterator[Problem]:
    """A key may be taken away once the certificates that it must sign are in the session."""
    settings = spec.certificates
    if not any(one.given for one in (settings.ca, settings.front_proxy_ca, settings.etcd_ca)):
        return
    from tui_installer.engine.cluster import own_ca  # noqa: PLC0415 - cryptography takes long

    yield from own_ca.problems(spec, int(time.time()))
    made = (paths.session_folder(spec.name) / "pki" / "ca.pem").exists()
    for one in own_ca.given(spec):
        if one.own.key and not made:
            yield from _readable(f"{one.question}.key", one.own.key)


def _policy(location: str) -> Iterator[Problem]:
    try:
        local_files.policy(location)
    except UsageError as error:
        yield Problem(local_files.POLICY, error.message)


def _signature(place: str, signature: Signature | None) -> Iterator[Problem]:
    if signature and signature.key:
        yield from _readable(f"{place}.key", str(signature.key))
    elif signature:
        yield from _readable(f"{place}.trustedRoot", str(signature.trusted_root))


def _readable(place: str, location: str) -> Iterator[Problem]:
    if not Path(location).exists():
        yield Problem(place, f"{without_login(location)} does not exist on this machine")
    elif not os.access(location, os.R_OK):
        yield Problem(place, f"{location} cannot be read by you")
