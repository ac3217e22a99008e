"""Verified binaries in the operator's cache."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_installer.engine.cluster.trust import trust_of
from tui_installer.engine.core.access import access_of
from tui_installer.engine.core.step import OperatorStep
from tui_installer.engine.core.task_group import run_all
from tui_installer.errors import InstallerError
from tui_installer.kubernetes.components import control_plane
from tui_installer.model.check.parse_text import public_url
from tui_installer.model.run.events import OPERATOR, Progress
from tui_installer.model.run.plan import Change, ChangeKind
from tui_installer.model.spec import FetchedBy, Source, SourceKind, Version
from tui_installer.release.fetch import cached, fetch, sizes
from tui_installer.release.job import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.engine.core.context import Context
    from tui_installer.engine.core.run import Run
    from tui_installer.release.job import Say
    from tui_installer.release.programs import Binary

NAME = "binaries"
Need = tuple[Source, Version, str, tuple[str, ...]]
"""(source, version, architecture, programs)"""


def _needed(ctx: Context) -> Iterator[Need]:
    kubernetes = (ctx.spec.source, ctx.spec.version)
    wanted: dict[tuple[Source, Version], tuple[str, ...]] = {kubernetes: ()}
    for component in control_plane(ctx.spec):
        release = component.release(ctx.spec)
        wanted[release] = (*wanted.get(release, ()), component.name, *component.tools)
    wanted[kubernetes] += ("kubectl",)
    for arch in sorted({ctx.arch(host) for host in ctx.spec.masters} - {""}):
        for (source, version), programs in wanted.items():
            yield source, version, arch, programs


def _missing(ctx: Context) -> Iterator[Need]:
    for source, version, arch, programs in _needed(ctx):
        names = tuple(name for name in programs if (arch, name) not in ctx.binaries)
        if names:
            yield source, version, arch, names


async def load(run: Run) -> None:
    """Fills the context with what the cache has already, and the sizes of what it lacks.

    Raises InstallerError for a local source that cannot be used.
    """
    try:
        await _load(run)
    except InstallerError as error:
        error.step = error.step or NAME
        raise


async def _load(run: Run) -> None:
    for source, version, arch, programs in _needed(run.ctx):
        trust = await asyncio.to_thread(trust_of, source)
        found = await cached(
            source, version, arch, programs, cache=run.cache, say=_sayer(run), trust=trust
        )
        run.ctx.binaries.update({(arch, name): binary for name, binary in found.items()})
        missing = tuple(name for name in programs if name not in found)
        if missing:
            known = await sizes(
                source, version, arch, missing, cache=run.cache, say=_sayer(run), trust=trust
            )
            run.ctx.sizes.update({(arch, name): size for name, size in known.items()})


def _answer(ctx: Context, source: Source) -> str:
    """The block of the answers that declares a source."""
    return "kubernetes.source" if source == ctx.spec.source else "etcd.source"


def _sayer(run: Run) -> Say:
    return lambda text: run.log(OPERATOR, NAME, text)


def _look(ctx: Context) -> tuple[tuple[Change, ...], str]:
    changes = tuple(
        Change(ChangeKind.LOCAL, "fetch", f"{_what(source)}{name} {version} {arch}", _place(source))
        for source, version, arch, names in _missing(ctx)
        for name in names
    )
    if not changes:
        return (), f"{len(ctx.binaries)} programs in the cache, digests verified"
    places = dict.fromkeys(_place(source) for source, *_ in _missing(ctx))
    digests = sum(len(names) for source, *_, names in _missing(ctx) if _what(source))
    what = ", ".join(
        ([f"the digests of {digests} programs"] if digests else [])
        + ([f"{len(changes) - digests} programs"] if len(changes) > digests else [])
    )
    return changes, f"fetch {what} from {', '.join(places)}"


def _what(source: Source) -> str:
    """What is fetched here, before the program's name."""
    return "digest of " if source.fetch is FetchedBy.HOSTS else ""


def _place(source: Source) -> str:
    return public_url(source.location) or "the Go module proxy, built here"


async def _do(run: Run) -> None:
    def progress(label: str, done: int, total: int) -> None:
        run.emit(Progress(NAME, OPERATOR, label, done, total, unit_of(label)))

    say = _sayer(run)
    needs = list(_missing(run.ctx))
    for source in dict.fromkeys(source for source, *_ in needs):
        if source.signature is None and source.kind is not SourceKind.GO:
            say(f"{_place(source)}: only digests are checked, no signatures")

    async def brought(
        source: Source, version: Version, arch: str, names: tuple[str, ...]
    ) -> dict[str, Binary]:
        trust = await asyncio.to_thread(trust_of, source)
        access = await asyncio.to_thread(access_of, source, _answer(run.ctx, source), run.secret)
        return await fetch(
            source,
            version,
            arch,
            names,
            cache=run.cache,
            progress=progress,
            say=say,
            trust=trust,
            access=access,
        )

    results = await run_all(brought(*need) for need in needs)
    for (_, _, arch, _), found in zip(needs, results, strict=True):
        for name, binary in found.items():
            run.ctx.binaries[arch, name] = binary
            say(f"{name} {binary.version} {arch}: {binary.origin}")


BINARIES = OperatorStep(NAME, "Verified binaries", _look, _do)
