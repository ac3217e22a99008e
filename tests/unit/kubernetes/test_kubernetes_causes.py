"""Last words of real programs, and what they are taken for."""

from __future__ import annotations

import pytest

from tui_installer.kubernetes.causes import likely_cause

EXIT = "ActiveState=activating SubState=auto-restart Result=exit-code ExecMainStatus=1 NRestarts=7"
X509 = "tls: failed to verify certificate: x509: "
CASES = [
    ("kube-apiserver", EXIT, "Error: unknown flag: --kubelet-https",
     "--kubelet-https was removed in v1.22"),
    ("kube-apiserver", EXIT, "Error: unknown flag: --insecure-port", "use --secure-port"),
    ("kube-scheduler", EXIT, 'E1123 run.go:72] "command failed" err="unknown flag: --made-up"',
     "does not know the flag --made-up"),
    ("etcd", EXIT, "flag provided but not defined: -enable-v2", "--enable-v2 was removed in v3.6"),
    ("etcd", EXIT, 'invalid boolean value "__x" for -enable-pprof: parse error', "--enable-pprof"),
    ("kube-apiserver", EXIT,
     'Error: invalid argument "x" for "--profiling" flag: strconv.ParseBool: parsing "x"',
     "--profiling does not accept the value 'x'"),
    ("etcd", "Result=exit-code ExecMainCode=1 ExecMainStatus=203", "", "cannot be executed"),
    ("etcd", EXIT, "etcd.service: Failed at step EXEC spawning /opt/etcd/bin/etcd: Exec format",
     "cannot be executed"),
    ("kube-apiserver", EXIT,
     ("Error: failed to create listener: failed to listen on 0.0.0.0:6443: listen tcp "
     "0.0.0.0:6443: bind: address already in use"), "port 6443 is taken by haproxy (pid 12)"),
    ("etcd", EXIT,
     '{"level":"fatal","msg":"discovery failed","error":"member count is unequal"}',
     "older cluster answers"),
    ("etcd", EXIT, '{"level":"warn","msg":"request cluster ID mismatch"}', "another cluster"),
    ("etcd", EXIT, '"error":"member 5d0e1 has already been bootstrapped"', "folder is empty"),
    ("etcd", EXIT, "the member has been permanently removed from the cluster", "was removed"),
    ("etcd", EXIT, "panic: walpb: crc mismatch", "damaged"),
    ("kube-apiserver", EXIT, X509 + "certificate signed by unknown authority", "CA of the other"),
    ("kube-scheduler", EXIT, X509 + "certificate has expired or is not yet valid: current time",
     "clock is wrong"),
    ("kube-apiserver", EXIT, X509 + "certificate is valid for 10.0.0.1, not 192.0.2.11",
     "not valid for the name 192.0.2.11"),
    ("etcd", EXIT, "write /var/lib/etcd/member/wal: no space left on device", "is full"),
    ("etcd", "Result=exit-code ExecMainCode=1 ExecMainStatus=217", "",
     "user or group does not exist"),
    ("kube-apiserver", EXIT, "open /var/log/x/audit.log: read-only file system",
     "the unit's sandbox"),
    ("kube-apiserver", EXIT, "open /opt/kubernetes/ssl/server-key.pem: permission denied",
     "may not read"),
    ("kube-apiserver", EXIT, "open /opt/kubernetes/ssl/sa.pub: no such file or directory",
     "/opt/kubernetes/ssl/sa.pub is missing"),
    ("kube-apiserver", EXIT, "tls: private key does not match public key", "do not match"),
    ("kube-apiserver", EXIT,
     ('grpc: addrConn.createTransport failed to connect to {Addr: "192.0.2.11:2379"}. Err: '
     'connection error: desc = "transport: Error while dialing: dial tcp 192.0.2.11:2379: '
     'connect: connection refused"'), "etcd does not answer"),
    ("kube-controller-manager", EXIT,
     "dial tcp 127.0.0.1:6443: connect: connection refused", "nothing listens on 127.0.0.1:6443"),
    ("kube-apiserver", EXIT,
     ("token file '/opt/kubernetes/cfg/token.csv' must have at least 3 columns (token, user name, "
     "user uid), found 1"), "token.csv cannot be read"),
    ("kube-apiserver", EXIT,
     ('"command failed" err="--service-account-signing-key-file and --service-account-issuer are '
     'required flags"'), "lack --service-account-issuer"),
    ("kube-controller-manager", EXIT,
     'error: configmaps "extension-apiserver-authentication" is forbidden', "restarts this unit"),
    ("kube-controller-manager", EXIT, "leaderelection lost", "in time"),
    ("etcd", "Result=timeout", "", "was not ready"),
    ("etcd", "Result=oom-kill", "", "ran out of memory"),
]  # fmt: skip


@pytest.mark.parametrize(("component", "result", "line", "cause"), CASES)
def test_known_last_words_have_a_cause_and_a_next_command(component, result, line, cause):
    found, command = likely_cause(
        component, result, ["I started", line, "I end"], "port 6443 is taken by haproxy (pid 12)"
    )
    assert cause in found
    assert command
    assert "{" not in found + command


def test_a_port_that_nobody_holds_any_more_is_still_named():
    found, _ = likely_cause(
        "etcd", EXIT, ["listen tcp 127.0.0.1:2379: bind: address already in use"], ""
    )
    assert "another program" in found


def test_what_is_not_known_is_left_to_the_journal():
    assert likely_cause("etcd.service", EXIT, ["a secret reason"], "") == (
        "",
        "journalctl -u etcd.service -n 50 --no-pager",
    )


def test_a_braced_log_line_does_not_upset_the_wording():
    found, _ = likely_cause("kube-apiserver", EXIT, ["open /x{0}y: no such file or directory"], "")
    assert "/x{0}y is missing" in found
