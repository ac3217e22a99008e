"""The pages in their order: what each is called, why it is there, and which answers are its own."""

from __future__ import annotations

from typing import NamedTuple


class PageInfo(NamedTuple):
    """answers: dotted prefixes of the answers that are asked for here.

    help: paragraphs for the help panel. by_hand: the tutorial's command for the same work.
    """

    id: str
    title: str
    why: str
    answers: tuple[str, ...]
    help: str
    by_hand: str = ""

    def owns(self, path: str) -> bool:
        """Whether an answer, or a problem with it, belongs to this page."""
        return any(path == prefix or path.startswith(f"{prefix}.") for prefix in self.answers)


PAGES: tuple[PageInfo, ...] = (
    PageInfo(
        "hosts", "Hosts",
        "The masters, and who logs in. Each is checked as soon as it is entered.",
        ("hosts", "ssh"),
        "Enter the address that the other hosts use to reach each master. One, three or five "
        "masters run etcd too. Every host is tried live: reach, host key, login, sudo, system, "
        "clock, disk, ports, and what runs there already. Nothing is changed by that.",
        "mkdir -p /opt/kubernetes/{cfg,bin,ssl}   # on each master, over ssh",
    ),
    PageInfo(
        "cluster", "Cluster",
        "Version, networks, etcd, folders and security: what the cluster will be.",
        ("apiVersion", "cluster", "kubernetes", "etcd", "layout", "security"),
        "Every value has a default; change what differs. Service, pod and host networks must not "
        "overlap. The endpoint is the name or virtual address that clients will use; it goes into "
        "certificates and kubeconfigs. The cluster is closed by default; each toggle says what "
        "its secure side costs.",
        "tar zxvf kubernetes-server-linux-amd64.tar.gz\n"
        "bash apiserver.sh 192.168.80.12 https://192.168.80.12:2379,…",
    ),
    PageInfo(
        "sans", "SANs",
        "Names and addresses the API server's certificate is valid for, and why.",
        ("sans",),
        "A client that calls the API server by a name that is not here refuses its certificate. "
        "Required entries are locked. Add future masters, virtual addresses and load balancers "
        "now: later it takes new certificates. The simulator tells whether a name would pass.",
        'vim k8s-cert.sh   # "hosts": [ "10.0.0.1", "127.0.0.1", … ]',
    ),
    PageInfo(
        "token", "Token",
        "The token nodes join the cluster with.",
        ("token",),
        "A bootstrap-token Secret expires by itself and can be revoked; token.csv is the "
        "tutorial's way and lives until the file is changed on every master.",
        "head -c 16 /dev/urandom | od -An -t x | tr -d ' '\n"
        "vim /opt/kubernetes/cfg/token.csv",
    ),
    PageInfo(
        "certificates", "Certificates",
        "Every certificate before it is made: its signer, content, files and life.",
        ("certificates",),
        "A preview: keys are made only when the run begins. The root CA's key never leaves this "
        "machine. A leaf never outlives its CA.",
        "bash k8s-cert.sh && cp ca*pem server*pem /opt/kubernetes/ssl/",
    ),
    PageInfo(
        "review", "Review",
        "What will be done on each host, with every file. Nothing is changed yet.",
        (),
        "The plan is made from what the hosts say now. Run means there is something to do, skip "
        "that it is as wanted; each with its reason. Secrets are shown as fingerprints only.",
        "",
    ),
    PageInfo(
        "deploy", "Deploy",
        "The plan is carried out; every host's log, live.",
        (),
        "Hosts go on side by side up to the next barrier. If one fails, the others finish up to "
        "there. Cancelling stops before the next step; what is done stays, and running again "
        "goes on from it.",
        "bash apiserver.sh …; ./scheduler.sh 127.0.0.1; ./controller-manager.sh 127.0.0.1",
    ),
    PageInfo(
        "done", "Done",
        "The verification with its evidence, and what to do next.",
        (),
        "Each line was checked on the running cluster.",
        "kubectl get cs; systemctl status kube-apiserver; netstat -ntap | grep 6443",
    ),
)  # fmt: skip
ORDER = tuple(page.id for page in PAGES)


def page(page_id: str) -> PageInfo:
    """A page by its id. Raises StopIteration for one that is not."""
    return next(info for info in PAGES if info.id == page_id)
