"""What each line of the API server's policy files does and why, by file name and key.

Sources: k8s.io/apiserver/pkg/apis/audit/v1/types.go; kubernetes.io, Admission Controllers Reference
and Pod Security Standards.
"""

from __future__ import annotations

from tui_installer.kubernetes import admission, audit

LINES: dict[str, dict[str, str]] = {
    audit.FILE: {
        "omitStages": "Each request is logged once, when it is answered, not when it arrives.",
        "omitManagedFields": "Leaves out field ownership, which does not show who did what.",
        "rules": "The first rule that matches a request decides how much of it is logged.",
        "level": "None: nothing. Metadata: who did what, when, and whether it was allowed. "
        "RequestResponse: also the request and response bodies.",
        "verbs": "Matches requests with one of these verbs; omitted: all verbs.",
        "users": "Matches only requests of these users.",
        "userGroups": "Matches only requests of these groups.",
        "resources": "Matches only requests about these resources; no names: all of the group.",
        "group": 'The API group; "" is the core group: Secrets, pods, nodes and more.',
        "nonResourceURLs": "Matches requests for these paths, which are not about an object.",
    },
    admission.FILE: {
        "plugins": "The admission plugins that need a configuration.",
        "name": "The plugin. EventRateLimit does not start without limits; PodSecurity checks pods "
        "against their namespace's labels or these defaults.",
        "configuration": "The plugin's configuration.",
        "limits": "Events beyond a limit are refused, so that a flood does not fill etcd.",
        "type": "Server: all events together. Namespace: the events of each namespace, so that one "
        "namespace does not use up the server's limit.",
        "qps": "Average events per second.",
        "burst": "Events at once before qps applies.",
        "defaults": "For namespaces that have no pod-security.kubernetes.io label.",
        "enforce": "Pods that violate this level are refused. A namespace's own label "
        "pod-security.kubernetes.io/enforce overrides it.",
        "warn": "Pods that violate this level cause a warning; they are created.",
        "audit": "Pods that violate this level are marked in the audit log; they are created.",
        "enforce-version": "The level as the running version defines it.",
        "warn-version": "The level as the running version defines it.",
        "audit-version": "The level as the running version defines it.",
        "exemptions": "Namespaces and users that the levels do not apply to.",
        "namespaces": "kube-system: its network plugins and kube-proxy need the host's network.",
    },
}
