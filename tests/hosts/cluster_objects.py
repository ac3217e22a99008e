"""Objects that the tests ask a cluster to make."""

from __future__ import annotations

from typing import Any

DRY_PODS = "/api/v1/namespaces/{}/pods?dryRun=All"


def pod(name: str = "probe", **spec: Any) -> dict[str, Any]:
    """Of one container, and otherwise as the spec says."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {**spec, "containers": [{"name": "probe", "image": "example.com/probe:v1"}]},
    }
