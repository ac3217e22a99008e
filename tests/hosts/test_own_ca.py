"""Clusters of a company's CA on real hosts: root, intermediate, direct, and by requests."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import subprocess

import openssl_ca
import pytest
import yaml
from site_under_test import Site, assert_nothing_to_do, assert_verified

pytestmark = pytest.mark.usefixtures("installed")
HOST = "own-1"
KINDS = ("root", "intermediate", "direct", "requests")


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def company(kind, tmp_path_factory):
    """(its root, the CA that is used)."""
    folder = tmp_path_factory.mktemp("company")
    root = openssl_ca.make(folder, "Corp Root")
    if kind == "root":
        return root, root
    limit = "0" if kind in ("direct", "requests") else "1"
    extensions = (f"basicConstraints=critical,CA:TRUE,pathlen:{limit}", openssl_ca.CA[1])
    key = "rsa" if kind == "intermediate" else "p384"
    return root, openssl_ca.make(folder, "Corp Issuing", root, key=key, extensions=extensions)


@pytest.fixture(scope="module")
def site(new_site, kind, company):
    made: Site = new_site(HOST)
    _, used = company
    block = {"cert": str(used.bundle()), "key": str(used.key)}
    if kind == "intermediate":
        block["key"] = str(openssl_ca.encrypted(used))
    if kind == "direct":
        block["signs"] = "certificates"
    if kind == "requests":
        del block["key"]
    made.answers["certificates"] = {"ca": block}
    return made


@pytest.fixture(scope="module")
def installed(site, kind, company, tmp_path_factory):
    if kind == "intermediate":
        site.env["CA_PASSPHRASE"] = openssl_ca.PASSPHRASE
        return site.install("--passphrase-env", "CA_PASSPHRASE")
    if kind == "requests":
        _sign_requests(site, company[1], tmp_path_factory.mktemp("requests"))
    return site.install()


def _sign_requests(site, ca, folder):
    refused = site.run()
    assert refused.code == 1, refused.explain()
    assert "tui-installer certificates requests" in refused.card["hint"]
    source = ("--answers", str(site.file))
    made = site.program("certificates", "requests", str(folder), *source)
    assert made.returncode == 0, made.stderr
    index = yaml.safe_load((folder / "index.yaml").read_text())["requests"]
    by_ca = folder / "ca"
    for number, entry in enumerate(index):
        csr, cert = folder / entry["request"], folder / entry["certificate"]
        if number % 2:
            openssl_ca.sign(ca, csr, cert)
        else:
            openssl_ca.sign_by_ca(ca, csr, cert, by_ca)
    done = site.program("certificates", "accept", str(folder), *source)
    assert done.returncode == 0, done.stderr


def verify_against(root, site, port):
    """The certificate that a server of the host shows to a client that trusts the root alone."""
    address = site.answers["hosts"][0]["address"]
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"{address}:{port}", "-CAfile", str(root.cert),
         "-verify_return_error", "-verify_ip", address],
        input="", capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_it_is_verified_and_a_second_run_has_nothing_to_do(site, installed):
    assert_verified(installed, [HOST])
    assert_nothing_to_do(site)


def test_a_client_that_trusts_the_companys_root_alone_accepts_the_api(site, company):
    assert "Verify return code: 0 (ok)" in verify_against(company[0], site, 6443)


def test_strict_libraries_accept_the_kubeconfigs_ca(site):
    """Python's ssl before 3.13, and others, accept a chain that ends at a root only."""
    kubeconfig = yaml.safe_load((site.state / "admin.kubeconfig").read_text())
    bundle = base64.b64decode(kubeconfig["clusters"][0]["cluster"]["certificate-authority-data"])
    context = ssl.create_default_context(cadata=bundle.decode())
    context.verify_flags &= ~ssl.VERIFY_X509_PARTIAL_CHAIN
    address = site.answers["hosts"][0]["address"]
    with (
        socket.create_connection((address, 6443), timeout=10) as raw,
        context.wrap_socket(raw, server_hostname=address) as wrapped,
    ):
        assert wrapped.getpeercert()["subject"]


def test_the_companys_key_is_neither_on_the_host_nor_in_the_session(site, company):
    _, used = company
    modulus = used.key.read_bytes().splitlines()[1].decode()
    assert all(modulus not in path.read_text(errors="replace")
               for path in site.state.rglob("*") if path.is_file())  # fmt: skip
    assert site.ssh(HOST, f"grep -rlF '{modulus}' /opt /etc/systemd 2>/dev/null", check=False) == ""


def test_other_clients_of_the_company_are_accepted_only_by_its_own_cluster_ca(
    site, kind, company, tmp_path
):
    """A client certificate of O=system:masters, made by the company's CA for another purpose."""
    root, used = company
    client = tmp_path / "mallory"
    openssl_ca.openssl("req", "-new", "-nodes", *openssl_ca.KEYS["ec"], "-keyout",
                       f"{client}.key", "-out", f"{client}.csr", "-subj",
                       "/O=system:masters/CN=mallory")  # fmt: skip
    (tmp_path / "ext").write_text("extendedKeyUsage=clientAuth\n")
    openssl_ca.openssl("x509", "-req", "-in", f"{client}.csr", "-CA", used.cert, "-CAkey",
                       used.key, "-CAcreateserial", "-days", 1, "-extfile", tmp_path / "ext",
                       "-out", f"{client}.pem")  # fmt: skip
    address = site.answers["hosts"][0]["address"]
    base = ["curl", "-s", "--cacert", str(root.cert), "--cert", f"{client}.pem",
            "--key", f"{client}.key", "-o", "/dev/null", "-w", "%{http_code}"]  # fmt: skip
    done = subprocess.run([*base, f"https://{address}:6443/api/v1/namespaces/kube-system/secrets"],
                          capture_output=True, text=True, timeout=30, check=False)  # fmt: skip
    direct = kind in ("direct", "requests")
    assert done.stdout == ("200" if direct else "401")
    etcd = subprocess.run([*base, f"https://{address}:2379/v3/kv/range"], capture_output=True,
                          text=True, timeout=30, check=False)  # fmt: skip
    assert etcd.returncode != 0


def test_the_danger_of_a_direct_ca_is_said(kind, installed):
    said = json.dumps(installed.events)
    assert ("is its administrator" in said) == (kind in ("direct", "requests"))


def test_another_ca_is_refused_before_anything_is_changed(site, tmp_path):
    other = openssl_ca.make(tmp_path, "Other Root")
    block = {**site.answers["certificates"]["ca"], "cert": str(other.cert), "key": str(other.key)}
    before = site.running()
    done = site.variant(certificates={"ca": block}).run()
    assert done.code != 0
    assert "a CA cannot change once the cluster exists" in done.card["hint"]
    assert site.running() == before
