"""The level at which an audit policy logs a request: the first matching rule decides.

Source: k8s.io/apiserver/pkg/audit/policy/checker.go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NONE, METADATA = "None", "Metadata"
LEVELS = (NONE, METADATA, "Request", "RequestResponse")


@dataclass(frozen=True, slots=True)
class Request:
    """A request of an ordinary user. resource: with its subresource."""

    verb: str
    group: str
    resource: str
    namespace: str = "default"


USER = "somebody"
GROUPS = frozenset({"system:authenticated"})


def level(policy: dict[str, Any], request: Request) -> str:
    """The level, one of LEVELS. Raises ValueError for a malformed policy."""
    rules = policy.get("rules")
    if not isinstance(rules, list):
        raise ValueError("it has no rules")  # noqa: TRY004 - a fault of the policy
    for rule in rules:
        if not isinstance(rule, dict) or rule.get("level") not in LEVELS:
            raise ValueError("a rule has no level")
        if _matches(rule, request):
            return str(rule["level"])
    return NONE


def _matches(rule: dict[str, Any], request: Request) -> bool:
    users, groups = _texts(rule, "users"), _texts(rule, "userGroups")
    if (users and USER not in users) or (groups and not GROUPS & set(groups)):
        return False
    if (verbs := _texts(rule, "verbs")) and request.verb not in verbs:
        return False
    namespaces, resources = _texts(rule, "namespaces"), _list(rule, "resources")
    if namespaces or resources:
        here = not namespaces or request.namespace in namespaces
        return here and (not resources or any(_covers(one, request) for one in resources))
    return not _texts(rule, "nonResourceURLs")


def _covers(block: Any, request: Request) -> bool:
    """resourceNames are of some objects only: such a block says nothing of all the others."""
    if not isinstance(block, dict) or str(block.get("group") or "") != request.group:
        return False
    names = _texts(block, "resources")
    return not names or any(_is(name, request.resource) for name in names)


def _is(name: str, resource: str) -> bool:
    main, _, sub = resource.partition("/")
    wild = (f"*/{sub}", f"{main}/*") if sub else ()
    return name in {resource, "*", *wild}


def _texts(holder: dict[str, Any], key: str) -> list[str]:
    return [str(one) for one in _list(holder, key)]


def _list(holder: dict[str, Any], key: str) -> list[Any]:
    found = holder.get(key) or []
    if not isinstance(found, list):
        raise ValueError(f"{key} is no list")  # noqa: TRY004 - a fault of the policy
    return found
