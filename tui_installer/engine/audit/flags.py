"""The flags in effect for a process, from command line, environment or file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tui_installer.kubernetes.components import Component

_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True", ""})
"""What Go's strconv.ParseBool reads as true; a boolean flag without a value is true."""

_ETCD_BLOCKS = {"client-transport-security": "", "peer-transport-security": "peer-"}


class Flags:
    """pairs: (name without dashes, value), in the order they were given."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def get(self, name: str, default: str = "") -> str:
        """The last one given, as Go reads flags."""
        return self._values.get(name, [default])[-1]

    def many(self, name: str) -> tuple[str, ...]:
        """The parts of a list, which may be given in several pieces."""
        pieces = self._values.get(name, [])
        return tuple(part.strip() for piece in pieces for part in piece.split(",") if part.strip())

    def true(self, name: str, *, default: bool) -> bool:
        """A boolean flag."""
        return self.get(name) in _TRUE if name in self else default

    def with_values(self, pairs: Iterable[tuple[str, str]]) -> Flags:
        """A copy in which `pairs` replaces the flags it names."""
        others = dict(pairs)
        mine = ((n, v) for n, values in self._values.items() if n not in others for v in values)
        return Flags([*mine, *others.items()])


def of_words(component: Component, words: list[str]) -> Flags:
    """Of a command line without the program's name."""
    return Flags(_pairs(component, words))


def _pairs(component: Component, words: list[str]) -> Iterator[tuple[str, str]]:
    name = ""
    for word in words:
        if word.startswith("-"):
            if name:
                yield name, ""
            bare, equals, value = word.partition("=")
            name = component.canonical(bare)
            if equals:
                yield name, value
                name = ""
        elif name:
            yield name, word
            name = ""
    if name:
        yield name, ""


def of_etcd_environment(lines: list[str]) -> Iterator[tuple[str, str]]:
    """``ETCD_CERT_FILE=/x`` is --cert-file=/x (go.etcd.io/etcd/pkg/flags)."""
    for line in lines:
        name, _, value = line.partition("=")
        yield name.removeprefix("ETCD_").lower().replace("_", "-"), value


def of_etcd_file(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The flags in etcd's configuration file; etcd then ignores flags and environment."""
    for name, value in data.items():
        if isinstance(value, dict) and name in _ETCD_BLOCKS:
            yield from ((f"{_ETCD_BLOCKS[name]}{key}", _text(it)) for key, it in value.items())
        else:
            yield name, _text(value)


def of_scheduler_file(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The flags that a KubeSchedulerConfiguration overrides.

    Source: k8s.io/kubernetes/cmd/kube-scheduler/app/options/options.go, ApplyTo.
    """
    yield "profiling", _text(data.get("enableProfiling", True))
    connection = data.get("clientConnection")
    if isinstance(connection, dict) and "kubeconfig" in connection:
        yield "kubeconfig", _text(connection["kubeconfig"])


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
