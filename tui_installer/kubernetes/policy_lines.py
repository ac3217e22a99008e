"""What each line of the API server's policy files does and why it is there, by file name and key.

Sources: k8s.io/apiserver/pkg/apis/audit/v1/types.go; kubernetes.io, Admission Controllers Reference
and Pod Security Standards.
"""

from __future__ import annotations

from tui_installer.kubernetes import admission, audit

LINES: dict[str, dict[str, str]] = {
    audit.FILE: {
        "omitStages": "A request is logged when it is answered; when it came in tells no more.",
        "omitManagedFields": "Who owns which field is long and says nothing of who did what.",
        "rules": "The first rule that fits a request decides how much of it is logged.",
        "level": "None: nothing. Metadata: who did what, when, and whether it was allowed. "
        "RequestResponse: also what was sent and answered.",
        "verbs": "For requests that do one of these; left out, for all.",
        "users": "For requests of these users only.",
        "userGroups": "For requests of these groups only.",
        "resources": "For requests about these objects only; without names, all of the group.",
        "group": 'The API group; "" is the core one, of Secrets, pods and nodes.',
        "nonResourceURLs": "For requests of these pages, which are about no object.",
    },
    admission.FILE: {
        "plugins": "Each admission plugin that is configured; the others need nothing.",
        "name": "The plugin. EventRateLimit does not start without limits; PodSecurity asks of "
        "pods what their namespace's labels, or these defaults, say.",
        "configuration": "What is handed to the plugin.",
        "limits": "Events beyond a limit are refused, so that a flood does not fill etcd.",
        "type": "Server: all events together. Namespace: those of each namespace, so that one "
        "does not take all of it.",
        "qps": "Events a second, over time.",
        "burst": "Events at once, before that figure counts.",
        "defaults": "For namespaces that have no pod-security.kubernetes.io label.",
        "enforce": "Pods beyond this level are refused. A namespace's own label "
        "pod-security.kubernetes.io/enforce says otherwise for it.",
        "warn": "Whoever makes a pod beyond this level is warned; it is made all the same.",
        "audit": "Pods beyond this level are marked in the audit log; they are made all the same.",
        "enforce-version": "The level as the running version defines it.",
        "warn-version": "The level as the running version defines it.",
        "audit-version": "The level as the running version defines it.",
        "exemptions": "Whom the levels do not count for.",
        "namespaces": "kube-system: network plugins and kube-proxy there need the host's network.",
    },
}
