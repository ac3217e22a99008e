"""The pages in their order: the title, purpose, help and answers of each."""

from __future__ import annotations

from typing import NamedTuple


class PageInfo(NamedTuple):
    """why: the line below the breadcrumb. answers: dotted prefixes of the answers asked for here.

    help: the text of the help panel. by_hand: the tutorial's command for the same work.
    """

    id: str
    title: str
    why: str
    answers: tuple[str, ...]
    help: str
    by_hand: str = ""

    def owns(self, path: str) -> bool:
        """Whether this page asks for the answer at a dotted path."""
        return any(path == prefix or path.startswith(f"{prefix}.") for prefix in self.answers)


PAGES: tuple[PageInfo, ...] = (
    PageInfo(
        "hosts", "Hosts",
        "The masters and how to log in to them. Each host is checked as you type.",
        ("hosts", "ssh"),
        "Enter the address that the other hosts use to reach each master. One, three or five "
        "masters run etcd too. Each host is checked at once: connection, host key, login, sudo, "
        "system, clock, disk, ports and running services. The check changes nothing.",
        "mkdir -p /opt/kubernetes/{cfg,bin,ssl}   # on each master, over ssh",
    ),
    PageInfo(
        "cluster", "Cluster",
        "The cluster's version, networks, etcd, folders and security.",
        ("apiVersion", "cluster", "kubernetes", "etcd", "layout", "security"),
        "Every value has a default. Service, pod and host networks must not overlap. The endpoint "
        "is the name or virtual address that clients use; it goes into certificates and "
        "kubeconfigs. The cluster is hardened by default; each switch says what the secure "
        "setting costs.",
        "tar zxvf kubernetes-server-linux-amd64.tar.gz\n"
        "bash apiserver.sh 192.168.80.12 https://192.168.80.12:2379,…",
    ),
    PageInfo(
        "sans", "SANs",
        "The names and addresses that the API server's certificate is valid for.",
        ("sans",),
        "A client that connects by a name that is not listed refuses the API server's certificate. "
        "Required entries are locked. Add future masters, virtual addresses and load balancers "
        "now: adding them later takes a new certificate. Try a name to see whether clients will "
        "accept it.",
        'vim k8s-cert.sh   # "hosts": [ "10.0.0.1", "127.0.0.1", … ]',
    ),
    PageInfo(
        "token", "Token",
        "The token that nodes use to join the cluster.",
        ("token",),
        "A bootstrap-token Secret expires by itself and can be revoked. token.csv, which the "
        "tutorial uses, is valid until you change the file on every master.",
        "head -c 16 /dev/urandom | od -An -t x | tr -d ' '\n"
        "vim /opt/kubernetes/cfg/token.csv",
    ),
    PageInfo(
        "certificates", "Certificates",
        "Every certificate to be issued: its signer, content, files and lifetime.",
        ("certificates",),
        "A preview: keys are generated when the run starts. The root CA's key never leaves this "
        "machine. A certificate never outlives its CA.",
        "bash k8s-cert.sh && cp ca*pem server*pem /opt/kubernetes/ssl/",
    ),
    PageInfo(
        "review", "Review",
        "What the run will do on each host, with every file. Nothing is changed yet.",
        (),
        "The plan compares the answers with the current state of the hosts. Each step is marked "
        "run or skip (already up to date), with its reason. Secrets are shown as fingerprints "
        "only.",
        "",
    ),
    PageInfo(
        "deploy", "Deploy",
        "The run carries out the plan, with a live log of every host.",
        (),
        "Hosts proceed in parallel to the next barrier. If one fails, the others stop there. "
        "Cancelling stops before the next step; finished steps stay, and the next run continues "
        "from there.",
        "bash apiserver.sh …; ./scheduler.sh 127.0.0.1; ./controller-manager.sh 127.0.0.1",
    ),
    PageInfo(
        "done", "Done",
        "The verification with its evidence, and the next steps.",
        (),
        "Each line was checked on the running cluster.",
        "kubectl get cs; systemctl status kube-apiserver; netstat -ntap | grep 6443",
    ),
)  # fmt: skip
ORDER = tuple(page.id for page in PAGES)


def page(page_id: str) -> PageInfo:
    """The page with an id. Raises StopIteration for an unknown id."""
    return next(info for info in PAGES if info.id == page_id)
