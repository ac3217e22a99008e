"""Finds the paths of API objects of any kind, from an API server's discovery documents.

Source: kubernetes.io/docs/concepts/overview/kubernetes-api, "Aggregated discovery".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from tui_installer.engine.cluster.shape import block, listed, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.run.facts import ObjectKey

ROOTS = ("/api", "/apis")
"""The core group, and all others."""
ACCEPT = ",".join(
    f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
    for version in ("v2", "v2beta1")
)
"""v2 since Kubernetes v1.30, v2beta1 since v1.26; the parts that are read here are the same."""


class Place(NamedTuple):
    """prefix: ``/api/v1`` or ``/apis/GROUP/VERSION``."""

    prefix: str
    plural: str


Kinds = dict[tuple[str, str], Place]
"""(apiVersion, kind) → the place of its objects."""


def kinds_of(root: str, document: dict[str, Any]) -> Kinds:
    """The kinds in one discovery document, without subresources. Ignores malformed parts."""
    return dict(_kinds(root, document))


def _kinds(root: str, document: dict[str, Any]) -> Iterator[tuple[tuple[str, str], Place]]:
    for item in listed(document, "items"):
        group = text(item, "metadata", "name")
        for version in listed(item, "versions"):
            name = text(version, "version")
            for resource in listed(version, "resources"):
                kind = text(block(resource, "responseKind"), "kind")
                plural = text(resource, "resource")
                if kind and plural and name:
                    own = f"{group}/{name}" if group else name
                    yield (own, kind), Place(f"{root}/{quote(own)}", quote(plural, safe=""))


def path_of(key: ObjectKey, kinds: Kinds) -> str | None:
    """The REST path of an object, None for a kind that the API server does not have."""
    place = kinds.get((key.api_version, key.kind))
    if place is None:
        return None
    namespace = f"/namespaces/{quote(key.namespace, safe='')}" if key.namespace else ""
    return f"{place.prefix}{namespace}/{place.plural}/{quote(key.name, safe=':')}"
