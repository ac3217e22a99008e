"""Admission plugins of the API server beyond its defaults, and the file that configures them.

Sources: k8s.io/apiserver/pkg/apis/apiserver/v1/types.go (AdmissionConfiguration);
k8s.io/kubernetes/plugin/pkg/admission/eventratelimit; k8s.io/pod-security-admission/admission/api.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_installer.kubernetes.flag_tables.flag import dashed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_installer.model.security import SecuritySpec
    from tui_installer.model.spec import Spec

FILE = "admission.yaml"
"""Its name below the cfg folder."""
ENABLE = "enable-admission-plugins"
CONFIG = "admission-control-config-file"
EVENTS = "EventRateLimit"
PULL = "AlwaysPullImages"
EXTERNAL_IPS = "DenyServiceExternalIPs"

# The server's limit protects etcd; each namespace's limit keeps one from using all of it.
_EVENT_LIMITS = """\
- name: EventRateLimit
  configuration:
    apiVersion: eventratelimit.admission.k8s.io/v1alpha1
    kind: Configuration
    limits:
    - type: Server
      qps: 1000
      burst: 5000
    - type: Namespace
      qps: 100
      burst: 500
"""


def plugins(spec: Spec) -> tuple[str, ...]:
    """Our plugins except those that the user disables, then the user's own.

    The user's list adds to ours, so that one more plugin does not silently drop NodeRestriction.
    """
    extra = {dashed(name): value for name, value in _extra(spec)}
    theirs, off = _names(extra.get(ENABLE, "")), _names(extra.get("disable-admission-plugins", ""))
    ours = [name for name in _ours(spec.security) if name not in off]
    return tuple(dict.fromkeys([*ours, *theirs]))


def _ours(security: SecuritySpec) -> Iterator[str]:
    yield "NodeRestriction"
    if security.deny_service_external_ips:
        yield EXTERNAL_IPS
    if security.event_rate_limit:
        yield EVENTS
    if security.always_pull_images:
        yield PULL


def _extra(spec: Spec) -> tuple[tuple[str, str], ...]:
    return spec.extra_args.apiserver


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def without_plugins(extra: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The user's flags without the list of plugins, which `plugins` already includes."""
    return tuple((name, value) for name, value in extra if dashed(name) != ENABLE)


def configuration(spec: Spec) -> bytes:
    """AdmissionConfiguration: Pod Security's defaults, and event limits if EventRateLimit is on.

    EventRateLimit does not start without limits.
    """
    pods = spec.security.pod_security
    events = _EVENT_LIMITS if EVENTS in plugins(spec) else ""
    return f"""\
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
{events}\
- name: PodSecurity
  configuration:
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
    defaults:
      enforce: {pods.enforce}
      enforce-version: latest
      audit: {pods.warn}
      audit-version: latest
      warn: {pods.warn}
      warn-version: latest
    exemptions:
      namespaces:
      - kube-system
""".encode()


def levels_of(config: bytes) -> dict[str, str]:
    """`enforce` and `warn` of a file that `configuration` made."""
    found = re.findall(rb"^ {6}(enforce|warn): ([a-z]+)$", config, re.MULTILINE)
    return {name.decode(): level.decode() for name, level in found}
