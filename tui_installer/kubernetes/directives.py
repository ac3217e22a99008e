"""What each line of our units does and why it is there; systemd.unit(5), .service(5), .exec(5)."""

from __future__ import annotations

DIRECTIVES: dict[str, str] = {
    "Description": "The unit's name for a person, in status and journal.",
    "Documentation": "Where the program's flags are described; systemctl status shows it.",
    "Wants": "Pulls the network's readiness in at boot, without failing with it.",
    "After": "Starts later than these: the network, and etcd where it runs on the same host.",
    "StartLimitIntervalSec": "0: systemd never gives up, so a cluster comes back after an outage.",
    "Type": "notify: the program says when it is ready. exec: ready once it could be executed.",
    "EnvironmentFile": "The options file. Without a dash before it: if it is missing, the start "
    "fails instead of running without flags.",
    "ExecStart": "The program with the options of that file.",
    "Restart": "always: however it ends, it is started again.",
    "RestartSec": "Seconds before that, so that a failing start does not use up the host.",
    "TimeoutStartSec": "How long the start may take: etcd waits for its peers, the API server "
    "for etcd.",
    "TimeoutStopSec": "How long a clean end may take before it is killed.",
    "LimitNOFILE": "Open files: every client and watch takes one.",
    "LimitNPROC": "Processes and threads it may have.",
    "TasksMax": "Processes and threads systemd allows it.",
    "LimitCORE": "Core dumps would hold keys.",
    "LogsDirectory": "The audit log's folder below /var/log; systemd makes it, for the service's "
    "user.",
    "LogsDirectoryMode": "0700: nobody else may read in it.",
    "OOMScoreAdjust": "When memory runs out, the control plane is ended last.",
    "WantedBy": "Started at boot.",
}
